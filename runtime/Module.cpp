//===- Module.cpp - A loaded module ---------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Module.h"

#include <cstring>
#include <sys/mman.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/CpuFeatures.h"
#include "runtime/File.h"
#include "runtime/ModuleVerifier.h"

namespace mixq {

static absl::Status inFile(const std::string &path,
                           const absl::Status &status) {
  return absl::Status(status.code(),
                      absl::StrCat(path, ": ", status.message()));
}

Module::~Module() { ::munmap(bytes, size); }

absl::StatusOr<std::unique_ptr<Module>> Module::allocate(uint64_t size,
                                                         Purpose purpose) {
  void *memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return absl::ResourceExhaustedError(
        absl::StrCat("no memory for a module of ", size, " bytes"));
  return std::unique_ptr<Module>(
      new Module(static_cast<uint8_t *>(memory), size, purpose));
}

absl::StatusOr<std::unique_ptr<Module>>
Module::readModule(const std::string &path, Purpose purpose) {
  uint64_t fileSize = 0;
  absl::StatusOr<FileDescriptor> file = openRegularFile(path, fileSize);
  if (!file.ok())
    return file.status();
  uint8_t start[prologueSize] = {};
  const size_t startSize = std::min<uint64_t>(fileSize, prologueSize);
  absl::Status status =
      readExactly(*file, absl::MakeSpan(start, startSize), path);
  if (!status.ok())
    return status;
  // The size that is allocated is the size that the file has and states.
  absl::StatusOr<Prologue> prologue =
      readPrologue(absl::MakeConstSpan(start, startSize), fileSize);
  if (!prologue.ok())
    return inFile(path, prologue.status());
  absl::StatusOr<std::unique_ptr<Module>> module = allocate(fileSize, purpose);
  if (!module.ok())
    return inFile(path, module.status());
  std::memcpy((*module)->bytes, start, prologueSize);
  status = readExactly(
      *file,
      absl::MakeSpan((*module)->bytes + prologueSize, fileSize - prologueSize),
      path);
  if (!status.ok())
    return status;
  return module;
}

absl::StatusOr<std::shared_ptr<const Module>>
Module::load(const std::string &path, Purpose purpose) {
  absl::StatusOr<std::unique_ptr<Module>> module = readModule(path, purpose);
  if (!module.ok())
    return module.status();
  if (absl::Status status = (*module)->finish(); !status.ok())
    return inFile(path, status);
  return std::shared_ptr<const Module>(*std::move(module));
}

absl::StatusOr<std::shared_ptr<const Module>>
Module::fromMemory(absl::Span<const uint8_t> bytes, Purpose purpose) {
  if (absl::Status s = readPrologue(bytes, bytes.size()).status(); !s.ok())
    return s;
  absl::StatusOr<std::unique_ptr<Module>> module =
      allocate(bytes.size(), purpose);
  if (!module.ok())
    return module.status();
  std::memcpy((*module)->bytes, bytes.data(), bytes.size());
  if (absl::Status status = (*module)->finish(); !status.ok())
    return status;
  return std::shared_ptr<const Module>(*std::move(module));
}

absl::Status Module::finish() {
  absl::StatusOr<Container> verified =
      verifyModule(absl::MakeConstSpan(bytes, size));
  if (!verified.ok())
    return verified.status();
  container = *verified;
  if (absl::Status status = checkCpu(); !status.ok())
    return status;
  return protect();
}

absl::Status Module::checkCpu() const {
  if (purpose == Purpose::Inspection)
    return absl::OkStatus();
  std::vector<std::string> missing;
  for (const flatbuffers::String *name : *header().features())
    if (!hasCpuFeature(name->c_str()))
      missing.push_back(name->str());
  if (missing.empty())
    return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("compiled for target ", header().target()->c_str(),
                   ", this CPU lacks ", absl::StrJoin(missing, ", ")));
}

/// The segments start on pages of their own (rule F10).
absl::Status Module::protect() {
  const int access =
      purpose == Purpose::Execution ? PROT_READ | PROT_EXEC : PROT_READ;
  auto *start = const_cast<uint8_t *>(container.code.data());
  if (::mprotect(bytes, size, PROT_READ) != 0 ||
      ::mprotect(start, container.code.size(), access) != 0)
    return systemError("code segment", "be made executable");
  return absl::OkStatus();
}

size_t Module::inputElements() const {
  const schema::Signature &signature = *header().signature();
  return size_t{signature.channels()} * signature.height() * signature.width();
}

KernelFunction Module::kernel(uint32_t index) const {
  const uint64_t offset = header().kernels()->Get(index)->offset();
  return reinterpret_cast<KernelFunction>(
      const_cast<uint8_t *>(container.code.data() + offset));
}

} // namespace mixq
