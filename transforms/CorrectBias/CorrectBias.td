//===- CorrectBias.td - The bias correction pass --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CORRECTBIAS_TD
#define MIXQ_TRANSFORMS_CORRECTBIAS_TD

include "mlir/Pass/PassBase.td"

def CorrectBias : Pass<"mixq-correct-bias", "::mlir::ModuleOp"> {
  let summary = "Take the mean error of quantization out of the output";
  let description = [{
    The error that 8-bit codes make in the output of a unit has a mean that is
    not zero: clipping and rounding of activations that are always on the same
    side, and the product of rounded weights with activations whose mean is not
    zero. Its mean over the calibration images is known, and the bias of the
    unit can take it away (bias correction, Nagel et al. 2019, "Data-Free
    Quantization Through Weight Equalization and Bias Correction"):

    `b'_n = b_n + sum_t v_t (x_t W^T - x^_t W^^T)_n / sum_t v_t`

    over sampled tokens t, where x^ and W^ are what the codes of x and W stand
    for. The weight v_t of a token is 1 / |residual stream after the unit|^2
    where the unit feeds it, else 1: the same tokens and weights by which
    `mixq-annotate-calibration` chooses ranges.

    Runs after `mixq-annotate-calibration`, whose attribute `mixq.activations`
    tells x^, and before `mixq-quantize`, which will choose the same W^.

    ```mlir
    // x = 0.26 on every image, and its code stands for 0.2.
    %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
    %b = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
    %y = mixq.linear %x, %w, %b unit "head"
      {mixq.activations = [#mixq.uniform<u8, scale = 0.2, zero_point = 0>]}
      : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
    ```

    becomes the same with a bias of 0.56.

    Applies to units with a weight and a bias that are parameters.
  }];
  let options = [
    Option<"images", "images", "std::string", "",
           "safetensors file with `input` [N, C, H, W]">
  ];
  let dependentDialects = ["::mixq::MixqDialect"];
}

#endif // MIXQ_TRANSFORMS_CORRECTBIAS_TD
