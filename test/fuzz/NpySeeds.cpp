//===- NpySeeds.cpp - Seeds of the npy fuzzer -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npy.h"
#include "test/fuzz/Seeds.h"

int main(int, char **argv) {
  using namespace mixq;
  fuzz::SeedWriter seeds(argv[1]);
  const std::vector<float> values = {0, 1, -1, 0.5f, 1e30f, -1e-30f};
  seeds.write(formatNpy({1, 2, 3}, values));
  seeds.write(formatNpy({6}, values));
  seeds.write(formatNpy({0, 4}, {}));
  seeds.write(formatNpy({}, absl::MakeConstSpan(values).subspan(0, 1)));
  return 0;
}
