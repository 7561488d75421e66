//===- Embedded.cpp - The module inside this program ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/embed/Embedded.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "runtime/File.h"
#include "runtime/embed/Placeholder.h"

/// This program's or shared object's own ELF header, by the linker.
extern "C" __attribute__((visibility("hidden"))) const Elf64_Ehdr __ehdr_start;

namespace mixq {
namespace {

template <typename... Parts> absl::Status broken(const Parts &...parts) {
  return absl::DataLossError(absl::StrCat("embedded module: ", parts...));
}

/// The segment that starts with the descriptor, null without one.
const Elf64_Phdr *findSegment() {
  const auto base = reinterpret_cast<uintptr_t>(&__ehdr_start);
  const auto place = reinterpret_cast<uintptr_t>(&mixqEmbeddedDescriptor);
  const auto *begin =
      reinterpret_cast<const Elf64_Phdr *>(base + __ehdr_start.e_phoff);
  const auto *end = begin + __ehdr_start.e_phnum;
  const auto *found = std::find_if(begin, end, [&](const Elf64_Phdr &segment) {
    return segment.p_type == PT_LOAD && base + segment.p_vaddr == place;
  });
  return found == end ? nullptr : found;
}

/// Whether the mapped byte at `address` is there. Behind the end of a truncated
/// file it is not, and reading it would end the process; the kernel, asked to
/// read it, only refuses.
absl::StatusOr<bool> isReadable(const void *address) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return systemError("embedded module", "be examined");
  FileDescriptor out(ends[0]), in(ends[1]);
  const ssize_t count = ::write(in.get(), address, 1);
  if (count != 1 && errno != EFAULT)
    return systemError("embedded module", "be examined");
  return count == 1;
}

absl::Status checkReadable(const void *last, const char *what) {
  absl::StatusOr<bool> readable = isReadable(last);
  if (!readable.ok())
    return readable.status();
  return *readable
             ? absl::OkStatus()
             : broken("(E1) the file is truncated, it ends before the ", what);
}

absl::Status checkDescriptor(const EmbeddedDescriptor &descriptor,
                             const Elf64_Phdr &segment) {
  if (std::memcmp(descriptor.magic, embeddedMagic, sizeof(embeddedMagic)) != 0)
    return broken("(E2) the descriptor does not start with '", embeddedMagic,
                  "'");
  if (std::any_of(std::begin(descriptor.zero), std::end(descriptor.zero),
                  [](uint8_t byte) { return byte != 0; }))
    return broken("(E3) the descriptor's padding is not zero");
  if (descriptor.moduleSize == 0)
    return absl::NotFoundError("embedded module: there is none in this file");
  const uint64_t space = segment.p_memsz - sizeof(EmbeddedDescriptor);
  if (descriptor.moduleSize != space || segment.p_filesz != segment.p_memsz)
    return broken("(E4) the descriptor states ", descriptor.moduleSize,
                  " bytes, the segment holds ", space);
  return absl::OkStatus();
}

} // namespace

absl::StatusOr<absl::Span<const uint8_t>> embeddedModule() {
  const EmbeddedDescriptor &descriptor = mixqEmbeddedDescriptor;
  const Elf64_Phdr *segment = findSegment();
  if (!segment || segment->p_memsz < sizeof(descriptor))
    return broken("(E4) this file has no segment for it");
  const auto *bytes = reinterpret_cast<const uint8_t *>(&descriptor);
  if (absl::Status s =
          checkReadable(bytes + sizeof(descriptor) - 1, "descriptor");
      !s.ok())
    return s;
  if (absl::Status s = checkDescriptor(descriptor, *segment); !s.ok())
    return s;
  if (absl::Status s =
          checkReadable(bytes + segment->p_memsz - 1, "module's end");
      !s.ok())
    return s;
  return absl::MakeConstSpan(bytes + sizeof(descriptor), descriptor.moduleSize);
}

} // namespace mixq
