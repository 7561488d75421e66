//===- PlanSeeds.cpp - Seeds of the fuzzer of plans -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/PlanTexts.h"
#include "test/fuzz/Seeds.h"

int main(int, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  for (const std::string &text : mixq::fuzz::planTexts())
    seeds.write(text);
  return 0;
}
