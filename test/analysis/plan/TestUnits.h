//===- TestUnits.h - A small model for tests of plans -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_ANALYSIS_PLAN_TESTUNITS_H
#define MIXQ_TEST_ANALYSIS_PLAN_TESTUNITS_H

#include "analysis/plan/Units.h"

namespace mixq {

/// patch_embed, then `q` and `k` of one input, their product, then head.
inline ModelUnits makeTestUnits() {
  ModelUnits model;
  model.model = {"tiny", "0123456789abcdef"};
  model.units = {
      {"patch_embed",
       "patch_embed",
       64,
       640,
       Boundary::Input,
       {{1, false}, {2, true}}},
      {"q", "linear", 100, 1000, Boundary::None, {{3, false}, {4, true}}},
      {"k", "linear", 100, 1000, Boundary::None, {{3, false}, {5, true}}},
      {"qk", "matmul", 0, 500, Boundary::None, {{6, false}, {7, false}}},
      {"head", "linear", 20, 20, Boundary::Output, {{8, false}, {9, true}}}};
  return model;
}

} // namespace mixq

#endif // MIXQ_TEST_ANALYSIS_PLAN_TESTUNITS_H
