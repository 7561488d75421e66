//===- Main.cpp - A program with a module inside --------------------------===//
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

#include <exception>

#include "tools/mixq/Run.h"
#include "tools/runner/EmbeddedProgram.h"

int main(int argc, char **argv) {
  try {
    const mixq::ModuleSource source = {
        mixq::programName(argc, argv), 0,
        [](mixq::ModuleSource::Names) { return mixq::loadEmbedded(); }};
    return mixq::runFrom(source, mixq::programArguments(argc, argv));
  } catch (const std::exception &exception) { // out of memory
    mixq::printError(exception.what());
    return mixq::exitFailure;
  }
}
