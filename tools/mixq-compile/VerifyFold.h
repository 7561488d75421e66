//===- VerifyFold.h - Folding leaves the float network as it is -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_VERIFYFOLD_H
#define MIXQ_TOOLS_MIXQ_COMPILE_VERIFYFOLD_H

#include "tools/mixq-compile/Session.h"

#include <vector>

namespace mixq {

/// The logits of a float graph before something is folded into its parameters.
class FoldVerification {
public:
  static absl::StatusOr<FoldVerification>
  begin(Session &session, mlir::ModuleOp module,
        const std::vector<Tensor> &images, unsigned threads);

  /// Prints how far the graph's logits now are from those. Further than 1e-4
  /// times the largest of them (of 1 if they are smaller) is an error that
  /// names the image.
  absl::Status finish(Session &session, mlir::ModuleOp module,
                      const std::vector<Tensor> &images,
                      unsigned threads) const;

private:
  std::vector<Tensor> before;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_VERIFYFOLD_H
