//===- Calibrate.h - What compiling to codes does first ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H
#define MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H

#include "tools/Flags.h"
#include "tools/mixq-compile/Session.h"

#include <string>

namespace mixq {

struct CalibrateOptions {
  std::string images; ///< a folder; empty for noise
  std::string ranges = "output-error";
  Integer count{32, 1, 100000};
  Integer seed;
  Integer threads{0, 0, 256}; ///< 0: as many as the machine has
  bool noReparameterize = false;
  bool noBiasCorrection = false;

  int64_t threadCount() const;
};

/// Reparameterizes, annotates and corrects the biases of a clean graph.
absl::Status calibrate(Session &session, mlir::ModuleOp module,
                       const CalibrateOptions &options);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H
