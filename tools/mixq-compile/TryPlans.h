//===- TryPlans.h - What plans really do to the logits ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The integer program minimises a model: effects of single operands, which it
// adds up. Plans that the model finds nearly equal differ by several percent
// once their ranges are chosen and their weights rounded. So a few are tried.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_TRYPLANS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_TRYPLANS_H

#include "absl/status/statusor.h"
#include "analysis/plan/Plan.h"
#include "dialect/store/Tensor.h"
#include "tools/mixq-compile/Calibrate.h"
#include "tools/mixq-compile/Session.h"

#include <string>
#include <vector>

namespace mixq {

constexpr int kViewsPerImage = 4;

struct PlanCandidate {
  std::string name; ///< "uniform w4a4", for the table
  Plan plan;
};

/// Calibrates a copy of the clean float graph `module` with each candidate's
/// bits and measures how far its logits are from the float graph's, as a mean
/// divergence over kViewsPerImage views (analysis/Views.h) of each calibration
/// image. Prints a table; returns the number of the least, the first among
/// equals. Plans with equal bits are tried once. `candidates` is not empty.
absl::StatusOr<size_t> tryPlans(Session &session, mlir::ModuleOp module,
                                const std::vector<Tensor> &images,
                                const std::vector<PlanCandidate> &candidates,
                                const CalibrateOptions &options);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_TRYPLANS_H
