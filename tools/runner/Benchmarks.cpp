//===- Benchmarks.cpp - A program that times kernels ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `mixq compile --emit=benchmarks` puts a module into: the program that it
// writes does what `mixq bench --kernels` does with the module.
//
//===----------------------------------------------------------------------===//

#include <exception>

#include "tools/mixq/KernelBench.h"
#include "tools/runner/EmbeddedProgram.h"

int main(int argc, char **argv) {
  try {
    return mixq::kernelBenchMain(mixq::programName(argc, argv),
                                 mixq::loadEmbedded,
                                 mixq::programArguments(argc, argv));
  } catch (const std::exception &exception) { // out of memory
    mixq::printError(exception.what());
    return mixq::exitFailure;
  }
}
