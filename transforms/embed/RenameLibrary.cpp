//===- RenameLibrary.cpp - The names of a shared object -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/embed/Embed.h"

#include "runtime/embed/EmbeddedFormat.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/Path.h"

#include <cstring>

using namespace llvm;
using object::ELF64LE;
using object::ELF64LEFile;

namespace mixq {
namespace {

Error broken(const Twine &what) {
  return createStringError("the prebuilt shared object " + what);
}

/// A table of the file, which LLVM has checked to lie in it.
struct Table {
  uint64_t begin = 0, end = 0; ///< file offsets
  uint64_t count = 0;          ///< of its entries
};

/// What is rewritten, or needed for it.
struct Dynamic {
  Table symbols;  ///< .dynsym
  Table hashes;   ///< .hash, in words
  Table versions; ///< .gnu.version_d
  Table strings;  ///< .dynstr
  uint64_t soname = 0;
};

Expected<Table> readTable(const ELF64LEFile &file, StringRef name,
                          size_t entrySize) {
  auto sections = file.sections();
  if (!sections)
    return sections.takeError();
  for (const ELF64LE::Shdr &section : *sections) {
    auto found = file.getSectionName(section);
    if (!found)
      return found.takeError();
    if (*found != name)
      continue;
    auto bytes = file.getSectionContents(section);
    if (!bytes)
      return bytes.takeError();
    const uint64_t begin = bytes->data() - file.base();
    return Table{begin, begin + bytes->size(), bytes->size() / entrySize};
  }
  return broken("has no " + name);
}

Expected<uint64_t> findSoname(const ELF64LEFile &file, const Table &strings) {
  auto table = readTable(file, ".dynamic", sizeof(ELF64LE::Dyn));
  if (!table)
    return table.takeError();
  const auto *entries =
      reinterpret_cast<const ELF64LE::Dyn *>(file.base() + table->begin);
  for (uint64_t i = 0; i < table->count; ++i)
    if (entries[i].d_tag == ELF::DT_SONAME &&
        entries[i].d_un.d_val < strings.end - strings.begin)
      return strings.begin + entries[i].d_un.d_val;
  return broken("has no SONAME");
}

Expected<Dynamic> readDynamic(const ELF64LEFile &file) {
  Dynamic dynamic;
  const struct {
    Table Dynamic::*table;
    StringRef name;
    size_t entrySize;
  } wanted[] = {{&Dynamic::symbols, ".dynsym", sizeof(ELF64LE::Sym)},
                {&Dynamic::hashes, ".hash", sizeof(ELF64LE::Word)},
                {&Dynamic::versions, ".gnu.version_d", sizeof(ELF64LE::Verdef)},
                {&Dynamic::strings, ".dynstr", 1}};
  for (const auto &[member, name, entrySize] : wanted) {
    auto table = readTable(file, name, entrySize);
    if (!table)
      return table.takeError();
    dynamic.*member = *table;
  }
  if (dynamic.hashes.count < 2 || dynamic.versions.count < 1)
    return broken("has an empty .hash or .gnu.version_d");
  auto soname = findSoname(file, dynamic.strings);
  if (!soname)
    return soname.takeError();
  dynamic.soname = *soname;
  return dynamic;
}

/// Rewrites strings in place, and what depends on them.
class Renamer {
public:
  Renamer(std::vector<uint8_t> &image, const Dynamic &dynamic)
      : image(image), dynamic(dynamic) {}

  Error rename(const LibraryNames &names) {
    if (Error error = replace(dynamic.soname, names.file, "the file name"))
      return error;
    auto *version = at<ELF64LE::Verdef>(dynamic.versions.begin);
    version->vd_hash = object::hashSysV(names.file); // names the file itself
    for (uint64_t i = 1; i < dynamic.symbols.count; ++i) {
      if (!nameOf(i).starts_with(embeddedOpenPrefix))
        continue;
      if (Error error =
              replace(nameAt(i), names.prefix + "_open", "the function's name"))
        return error;
      return rebuildHashes();
    }
    return broken("has no symbol " + Twine(embeddedOpenPrefix) + "...");
  }

private:
  template <typename T> T *at(uint64_t offset) {
    return reinterpret_cast<T *>(&image[offset]);
  }

  uint64_t nameAt(uint64_t symbol) {
    return dynamic.strings.begin +
           at<ELF64LE::Sym>(dynamic.symbols.begin)[symbol].st_name;
  }

  /// Up to the string table's end, should the zero be missing.
  StringRef stringAt(uint64_t offset) {
    if (offset >= dynamic.strings.end)
      return "";
    const char *text = at<char>(offset);
    return StringRef(text, strnlen(text, dynamic.strings.end - offset));
  }
  StringRef nameOf(uint64_t symbol) { return stringAt(nameAt(symbol)); }

  Error replace(uint64_t offset, StringRef text, const char *what) {
    const size_t room = stringAt(offset).size();
    if (text.size() > room)
      return createStringError(Twine(what) + " '" + text + "' has " +
                               Twine(text.size()) + " bytes, at most " +
                               Twine(room) + " are possible");
    std::memset(&image[offset], 0, room);
    std::memcpy(&image[offset], text.data(), text.size());
    return Error::success();
  }

  /// The System V table: counts of buckets and chains, buckets, chains.
  Error rebuildHashes() {
    auto *words = at<ELF64LE::Word>(dynamic.hashes.begin);
    const uint64_t buckets = words[0], chains = words[1];
    if (buckets == 0 || chains != dynamic.symbols.count ||
        dynamic.hashes.count != 2 + buckets + chains)
      return broken("has a malformed .hash");
    auto *bucket = words + 2, *chain = bucket + buckets;
    std::memset(bucket, 0, (buckets + chains) * sizeof(*words));
    for (uint64_t i = 1; i < chains; ++i) {
      auto &head = bucket[object::hashSysV(nameOf(i)) % buckets];
      chain[i] = head;
      head = i;
    }
    return Error::success();
  }

  std::vector<uint8_t> &image;
  const Dynamic &dynamic;
};

} // namespace

Expected<LibraryNames> libraryNames(StringRef path) {
  LibraryNames names;
  names.file = sys::path::filename(path).str();
  StringRef stem = names.file;
  if (!stem.consume_back(".so") || stem.empty() || stem == "lib")
    return createStringError("a shared object is called [lib]NAME.so, got '" +
                             names.file + "'");
  names.header = (stem + ".h").str();
  stem.consume_front("lib");
  for (char c : stem)
    names.prefix += isAlnum(c) ? c : '_';
  if (isDigit(names.prefix[0]))
    names.prefix.insert(0, "model_");
  return names;
}

Error renameLibrary(std::vector<uint8_t> &image, const LibraryNames &names) {
  auto file = ELF64LEFile::create(toStringRef(image));
  if (!file)
    return file.takeError();
  auto dynamic = readDynamic(*file);
  if (!dynamic)
    return dynamic.takeError();
  return Renamer(image, *dynamic).rename(names);
}

} // namespace mixq
