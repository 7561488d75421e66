//===- AssignBits.cpp - The pass that gives units bit-widths --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/AssignBits/AssignBits.h"

#include "analysis/plan/ModelUnits.h"
#include "analysis/plan/Precision.h"

namespace mixq {
#define GEN_PASS_DEF_ASSIGNBITS
#include "transforms/AssignBits/AssignBits.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

struct AssignBitsPass : impl::AssignBitsBase<AssignBitsPass> {
  using AssignBitsBase::AssignBitsBase;

  absl::StatusOr<Assignment> chooseBits(const ModelUnits &model) {
    if (plan.empty() == precision.empty()) // (AB1)
      return absl::InvalidArgumentError(
          "mixq-assign-bits expects either `plan` or `precision`");
    if (!plan.empty()) { // (AB2) to (AB5)
      absl::StatusOr<Plan> read = readPlan(plan, model);
      return read.ok() ? absl::StatusOr<Assignment>(read->bits) : read.status();
    }
    absl::StatusOr<WidthPair> widths = parseWidthPair(precision.getValue());
    if (!widths.ok())
      return widths.status();
    absl::StatusOr<Pins> pins =
        parsePins(model, firstLast.getValue(), pin.getValue());
    return pins.ok() ? uniformAssignment(model, *widths, *pins) : pins.status();
  }

  void runOnOperation() override {
    FailureOr<ModelUnits> model = describeUnits(getOperation());
    if (failed(model))
      return signalPassFailure();
    absl::StatusOr<Assignment> bits = chooseBits(*model);
    if (!bits.ok()) {
      getOperation().emitError(std::string(bits.status().message()));
      return signalPassFailure();
    }
    writeBits(getOperation(), *bits);
  }
};

} // namespace
} // namespace mixq
