//===- Module.h - A loaded module -------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A loaded module: verified, immutable, shared by any number of contexts.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_MODULE_H
#define MIXQ_RUNTIME_MODULE_H

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/Container.h"

namespace mixq {

/// A function of the code segment: runs the tasks [begin, end) of one image.
using KernelFunction = void (*)(void *const *arguments, int64_t begin,
                                int64_t end);

/// What a module is loaded for. `Inspection` does not need a CPU with the
/// module's features, and does not make its code executable.
enum class Purpose { Execution, Inspection };

/// Owns a private copy of a module's bytes: what happens to the file after the
/// check does not matter. Code is mapped read and execute, the rest read-only.
/// A module contains code, so it is as trusted as a program: verification
/// finds damage, it does not make a hostile module safe to run.
///
/// Thread-safety: const after load(); all methods may be called from any
/// thread. load() and fromMemory() may run concurrently.
class Module {
public:
  static absl::StatusOr<std::shared_ptr<const Module>>
  load(const std::string &path, Purpose purpose = Purpose::Execution);
  static absl::StatusOr<std::shared_ptr<const Module>>
  fromMemory(absl::Span<const uint8_t> bytes,
             Purpose purpose = Purpose::Execution);

  Module(const Module &) = delete;
  Module &operator=(const Module &) = delete;
  ~Module();

  const schema::Header &header() const { return *container.header; }
  absl::Span<const uint8_t> headerBytes() const {
    return container.headerBytes;
  }
  absl::Span<const uint8_t> code() const { return container.code; }
  absl::Span<const uint8_t> constants() const { return container.constants; }
  uint64_t fileSize() const { return size; }
  bool isExecutable() const { return purpose == Purpose::Execution; }

  /// fp32 elements of one image and of one row of logits.
  size_t inputElements() const;
  size_t outputElements() const { return header().signature()->classes(); }

  /// Kernel `index` of the header's table, of an executable module.
  KernelFunction kernel(uint32_t index) const;

private:
  Module(uint8_t *bytes, uint64_t size, Purpose purpose)
      : bytes(bytes), size(size), purpose(purpose) {}
  static absl::StatusOr<std::unique_ptr<Module>> allocate(uint64_t size,
                                                          Purpose purpose);
  static absl::StatusOr<std::unique_ptr<Module>>
  readModule(const std::string &path, Purpose purpose);
  absl::Status finish();
  absl::Status checkCpu() const;
  absl::Status protect();

  uint8_t *bytes;
  uint64_t size;
  Purpose purpose;
  Container container = {};
};

} // namespace mixq

#endif // MIXQ_RUNTIME_MODULE_H
