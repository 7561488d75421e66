//===- MlirSeeds.cpp - Seeds of the MLIR fuzzer ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Seeds.h"

/// Takes lit files: each part between `// -----` lines is a seed, without its
/// comments.
int main(int argc, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  for (int i = 2; i < argc; ++i) {
    std::ifstream file(argv[i]);
    std::string part;
    for (std::string line; std::getline(file, line);) {
      if (line == "// -----") {
        seeds.write(part);
        part.clear();
      } else if (line.compare(0, 2, "//") != 0) {
        part += line.substr(0, line.find("  //")) + "\n";
      }
    }
    seeds.write(part);
  }
  return 0;
}
