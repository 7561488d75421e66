//===- Main.cpp - A program with a module inside ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `mixq compile --emit=executable` puts a module into: the program that it
// writes does what `mixq run` does with the module.
//
//===----------------------------------------------------------------------===//

#include <cstring>
#include <exception>

#include "runtime/embed/Embedded.h"
#include "tools/mixq/Run.h"

namespace mixq {

static absl::StatusOr<std::shared_ptr<const Module>>
loadEmbedded(ModuleSource::Names) {
  absl::StatusOr<absl::Span<const uint8_t>> bytes = embeddedModule();
  return bytes.ok() ? Module::fromMemory(*bytes) : bytes.status();
}

static int run(int argc, char **argv) {
  // argv[0] is the caller's choice and may be missing.
  const char *path = argc > 0 ? argv[0] : "model";
  const char *slash = std::strrchr(path, '/');
  const ModuleSource source = {slash ? slash + 1 : path, 0, loadEmbedded};
  return runFrom(source, Arguments(argv + 1, argc > 0 ? argc - 1 : 0));
}

} // namespace mixq

int main(int argc, char **argv) {
  try {
    return mixq::run(argc, argv);
  } catch (const std::exception &exception) { // out of memory
    mixq::printError(exception.what());
    return mixq::exitFailure;
  }
}
