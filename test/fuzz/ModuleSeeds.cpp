//===- ModuleSeeds.cpp - Seeds of the module fuzzer -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Seeds.h"
#include "test/runtime/TestModule.h"

int main(int, char **argv) {
  using namespace mixq;
  fuzz::SeedWriter seeds(argv[1]);
  seeds.write(test::makeModule());
  schema::HeaderT bare = test::makeHeader();
  bare.class_names.clear();
  bare.layers.clear();
  bare.features.clear();
  seeds.write(test::assemble(bare));
  schema::HeaderT packed = test::makeHeader();
  packed.layers[0]->weights_size = test::elements / 2;
  packed.preprocessing->interpolation = schema::Interpolation::Bicubic;
  seeds.write(test::assemble(packed));
  return 0;
}
