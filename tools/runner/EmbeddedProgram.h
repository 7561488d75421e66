//===- EmbeddedProgram.h - A program with a module inside -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_RUNNER_EMBEDDEDPROGRAM_H
#define MIXQ_TOOLS_RUNNER_EMBEDDEDPROGRAM_H

#include <cstring>

#include "runtime/Module.h"
#include "runtime/embed/Embedded.h"
#include "tools/Command.h"

namespace mixq {

inline absl::StatusOr<std::shared_ptr<const Module>> loadEmbedded() {
  absl::StatusOr<absl::Span<const uint8_t>> bytes = embeddedModule();
  return bytes.ok() ? Module::fromMemory(*bytes) : bytes.status();
}

/// As the user called it. argv[0] is the caller's choice and may be missing.
inline const char *programName(int argc, char **argv) {
  const char *path = argc > 0 ? argv[0] : "model";
  const char *slash = std::strrchr(path, '/');
  return slash ? slash + 1 : path;
}

inline Arguments programArguments(int argc, char **argv) {
  return {argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0)};
}

} // namespace mixq

#endif // MIXQ_TOOLS_RUNNER_EMBEDDEDPROGRAM_H
