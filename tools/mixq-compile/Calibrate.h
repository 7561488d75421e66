//===- Calibrate.h - What compiling to codes does first ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H
#define MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"
#include "tools/Flags.h"
#include "tools/mixq-compile/Session.h"

#include <string>
#include <vector>

namespace mixq {

struct CalibrateOptions {
  std::string images; ///< a folder; empty for noise
  std::string ranges = "output-error";
  Integer count{32, 1, 100000};
  Integer seed;
  Integer threads{0, 0, 256}; ///< 0: as many as the machine has
  /// none, plain, clipped, power or search (see mixq-reparameterize)
  std::string fold = "search";
  PositiveNumber clip{0};          ///< K of the clipped rule; 0: searched
  bool verify = false;             ///< see FoldVerification
  std::string rounding = "gptq";   ///< or nearest
  std::string qkvScale = "tensor"; ///< or head
  bool noCodebook = false;
  bool noBiasCorrection = false;

  int64_t threadCount() const;
};

/// Whether the words among the options are known; says which is not.
absl::Status checkCalibrateOptions(const CalibrateOptions &options);

/// What the options say to calibrate `module` on.
absl::StatusOr<std::vector<Tensor>>
calibrationImages(mlir::ModuleOp module, const CalibrateOptions &options);

/// Reparameterizes a clean graph, annotates its activations, and quantizes its
/// weights or corrects its biases, at the bits that its units have.
absl::Status calibrate(Session &session, mlir::ModuleOp module,
                       const std::vector<Tensor> &images,
                       const CalibrateOptions &options);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_CALIBRATE_H
