//===- ChooseBits.h - The bits that mixq compile gives units ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_CHOOSEBITS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_CHOOSEBITS_H

#include "analysis/plan/Precision.h"
#include "tools/Flags.h"
#include "tools/mixq-compile/Calibrate.h"
#include "tools/mixq-compile/Session.h"

#include <string>
#include <vector>

namespace mixq {

/// --precision, --plan and what belongs to them.
struct BitsFlags {
  std::string precision;
  std::string plan;
  std::string savePlan;
  std::string firstLast = "w8a8";
  std::string pin;
  bool fast = false;

  std::vector<Flag> list();
  absl::Status check() const;

  /// Whether the flags ask for codes.
  bool isQuantized() const;
  /// Whether they or the units' own `mixq.bits` do: --precision fp32 does not.
  bool isQuantized(mlir::ModuleOp module) const;
  /// "--plan p.json", "--precision w4a4", for messages.
  std::string name() const;
  /// What the module says of itself: "w4a4", "mp4", or "mixed" by a plan.
  std::string precisionName() const {
    return precision.empty() ? "mixed" : precision;
  }
};

/// Sets `mixq.bits` on the units of a clean float graph: those of the plan, of
/// the uniform precision, or for a mixed one, after an analysis on `images`,
/// what calibration sees, the integer program's or the uniform ones, whichever
/// do less to the logits. A unit that has `mixq.bits` keeps them,
/// unless a plan or --pin says otherwise. Writes the plan where --save-plan
/// says so.
absl::Status chooseBits(Session &session, mlir::ModuleOp module,
                        const std::vector<Tensor> &images,
                        const BitsFlags &flags,
                        const CalibrateOptions &calibrate);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_CHOOSEBITS_H
