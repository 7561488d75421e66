//===- EmbedModule.cpp - Appends a module to an ELF file ------------------===//
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
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace llvm;
using object::ELF64LE;
using object::ELF64LEFile;

namespace mixq {
namespace {

constexpr uint64_t kPage = 4096;

/// The section and the segment that will hold the module.
struct Place {
  uint64_t sectionAt; ///< file offset of the section's header
  uint64_t segmentAt; ///< of the segment's
};

Error broken(const Twine &what) {
  return createStringError("the prebuilt file to embed in " + what);
}

Expected<const ELF64LE::Shdr *> findSection(const ELF64LEFile &file) {
  auto sections = file.sections();
  if (!sections)
    return sections.takeError();
  for (const ELF64LE::Shdr &section : *sections) {
    auto name = file.getSectionName(section);
    if (!name)
      return name.takeError();
    if (*name == embeddedSection)
      return &section;
  }
  return broken("has no section " + Twine(embeddedSection));
}

/// The section must be as runtime/embed made it, with nothing in it.
Error checkEmpty(const ELF64LEFile &file, const ELF64LE::Shdr &section) {
  auto bytes = file.getSectionContents(section);
  if (!bytes)
    return bytes.takeError();
  EmbeddedDescriptor descriptor;
  if (bytes->size() != sizeof(descriptor))
    return broken("has " + Twine(bytes->size()) + " bytes in " +
                  embeddedSection + ", expected " + Twine(sizeof(descriptor)));
  std::memcpy(&descriptor, bytes->data(), sizeof(descriptor));
  if (std::memcmp(descriptor.magic, embeddedMagic, sizeof(embeddedMagic)) != 0)
    return broken("is of another version: " + Twine(embeddedSection) +
                  " does not start with '" + embeddedMagic + "'");
  if (descriptor.moduleSize != 0)
    return broken("has a module already");
  return Error::success();
}

/// The segment of `section` alone, which must end the address space: what
/// follows would be overwritten.
Expected<const ELF64LE::Phdr *> findSegment(const ELF64LEFile &file,
                                            const ELF64LE::Shdr &section) {
  auto segments = file.program_headers();
  if (!segments)
    return segments.takeError();
  const ELF64LE::Phdr *found = nullptr;
  uint64_t end = 0;
  for (const ELF64LE::Phdr &segment : *segments) {
    if (segment.p_type != ELF::PT_LOAD)
      continue;
    end = std::max<uint64_t>(end, segment.p_vaddr + segment.p_memsz);
    if (segment.p_vaddr == section.sh_addr)
      found = &segment;
  }
  if (!found || found->p_memsz != section.sh_size ||
      found->p_vaddr + found->p_memsz != end || found->p_flags != ELF::PF_R)
    return broken("does not end with a read-only segment of " +
                  Twine(embeddedSection));
  return found;
}

Expected<Place> findPlace(ArrayRef<uint8_t> carrier) {
  auto file = ELF64LEFile::create(toStringRef(carrier));
  if (!file)
    return file.takeError();
  auto section = findSection(*file);
  if (!section)
    return section.takeError();
  if (Error error = checkEmpty(*file, **section))
    return std::move(error);
  auto segment = findSegment(*file, **section);
  if (!segment)
    return segment.takeError();
  auto offsetOf = [&](const void *part) {
    return static_cast<uint64_t>(static_cast<const uint8_t *>(part) -
                                 carrier.data());
  };
  return Place{offsetOf(*section), offsetOf(*segment)};
}

} // namespace

Expected<std::vector<uint8_t>> embedModule(ArrayRef<uint8_t> carrier,
                                           ArrayRef<uint8_t> module) {
  auto place = findPlace(carrier);
  if (!place)
    return place.takeError();
  std::vector<uint8_t> image = carrier.vec();
  const uint64_t offset = alignTo(image.size(), kPage);
  const uint64_t size = sizeof(EmbeddedDescriptor) + module.size();
  EmbeddedDescriptor descriptor = {};
  std::memcpy(descriptor.magic, embeddedMagic, sizeof(embeddedMagic));
  descriptor.moduleSize = module.size();
  image.resize(offset + size);
  std::memcpy(&image[offset], &descriptor, sizeof(descriptor));
  std::memcpy(&image[offset + sizeof(descriptor)], module.data(),
              module.size());
  auto *section = reinterpret_cast<ELF64LE::Shdr *>(&image[place->sectionAt]);
  section->sh_offset = offset;
  section->sh_size = size;
  auto *segment = reinterpret_cast<ELF64LE::Phdr *>(&image[place->segmentAt]);
  segment->p_offset = offset;
  segment->p_filesz = size;
  segment->p_memsz = size;
  return image;
}

} // namespace mixq
