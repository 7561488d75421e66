//===- AnnotateCost.td - Writes the cost of ops ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATECOST_TD
#define MIXQ_ANALYSIS_ANNOTATECOST_TD

include "mlir/Pass/PassBase.td"

def AnnotateCost : Pass<"mixq-annotate-cost", "::mlir::ModuleOp"> {
  let summary = "write the parameters and multiplications of ops that have a cost";
  let description = [{
    Sets on every op with a product, at any level, `mixq.parameters`, its
    weights without bias, and `mixq.macs`, its multiplications with accumulation
    for one image.

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      : (tensor<3x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<3x2xf32>
    ```

    becomes

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      {mixq.macs = 24 : i64, mixq.parameters = 8 : i64}
      : (tensor<3x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<3x2xf32>
    ```
  }];
}

#endif // MIXQ_ANALYSIS_ANNOTATECOST_TD
