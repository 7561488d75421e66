//===- LibraryHeader.cpp - The C header of a shared object ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/embed/Embed.h"

#include "runtime/Container.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace mixq {
namespace {

constexpr char kMixqHeader[] =
#include "transforms/embed/mixq_h.inc"
    ;

/// A string literal. Other than in names of files, a question mark is escaped
/// for the trigraphs of C99.
std::string quote(const flatbuffers::String &text) {
  std::string quoted = "\"";
  for (char c : text.str()) {
    if (c == '"' || c == '\\' || c == '?')
      quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// The text after mixq.h.
void writeDeclarations(raw_ostream &stream, const schema::Header &header,
                       const LibraryNames &names) {
  const std::string macro = StringRef(names.prefix).upper();
  const schema::Signature &signature = *header.signature();
  auto define = [&](const char *name, const auto &value) {
    stream << "#define " << macro << "_" << name << " " << value << "\n";
  };
  stream << "\n//===- " << names.file << " -===//\n\n#ifndef MIXQ_LIBRARY_"
         << macro << "\n#define MIXQ_LIBRARY_" << macro << "\n\n";
  define("MODEL", quote(*header.model()));
  define("PRECISION", quote(*header.precision()));
  define("TARGET", quote(*header.target()));
  define("PROVENANCE", quote(*header.provenance()));
  stream << "\n// Of one image: fp32 [channels, height, width] in, fp32 "
            "[classes] out.\n";
  define("CHANNELS", signature.channels());
  define("HEIGHT", signature.height());
  define("WIDTH", signature.width());
  define("CLASSES", signature.classes());
  stream << "#define " << macro << "_INPUT_ELEMENTS (" << macro
         << "_CHANNELS * " << macro << "_HEIGHT * " << macro << "_WIDTH)\n\n"
         << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
         << "/// Loads the module that this library carries, as "
            "mixq_module_load_memory()\n/// does. The library must stay "
            "loaded as long as the module. Any thread.\n"
         << "MIXQ_API mixq_status " << names.prefix
         << "_open(mixq_module **module);\n\n"
         << "#ifdef __cplusplus\n} // extern \"C\"\n#endif\n\n"
         << "#endif // MIXQ_LIBRARY_" << macro << "\n";
}

} // namespace

Expected<std::string> libraryHeader(ArrayRef<uint8_t> module,
                                    const LibraryNames &names) {
  auto container = readContainer({module.data(), module.size()});
  if (!container.ok())
    return createStringError(std::string(container.status().message()));
  const schema::Header &header = *container->header;
  std::string text;
  raw_string_ostream stream(text);
  stream << "// " << names.header << ": the C API of " << names.file
         << ". Written by " << header.producer()->c_str()
         << "; do not edit.\n//\n// It is mixq.h, followed by what is this "
            "library's own.\n\n"
         << kMixqHeader;
  writeDeclarations(stream, header, names);
  return text;
}

} // namespace mixq
