//===- QuantizeWeights.td - The weight quantization pass ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_TD
#define MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_TD

include "mlir/Pass/PassBase.td"

def QuantizeWeights : Pass<"mixq-quantize-weights", "::mlir::ModuleOp"> {
  let summary = "Choose the codes of weights by what they do to the outputs";
  let description = [{
    Replaces the weight of each unit by `mixq.dequantize` of a parameter of
    codes, at the bits that `mixq.bits` says, and its bias by one that takes out
    the mean error. Runs after `mixq-annotate-calibration` and before
    `mixq-quantize`, which leaves these weights as they are.

    Units are taken in the order of the graph. The inputs x^ of a unit are those
    of the network quantized so far: its activations in the codes of
    `mixq.activations`, its earlier weights in those chosen here. With H the
    covariance of x^ over the tokens t of all images, each weighted by v_t (1 /
    |residual stream after the unit|^2 where the unit feeds it, else 1):

    1. Where the activation has 8 bits and the weight fewer, W moves to make up
       for the errors of x^ against the float network's x:
       `W += (W cov(x, x^) - W H)(H + ridge mean(diag H) I)^-1`.
    2. Each row's range is searched by `(w - w^) H (w - w^)^T`, shrinking its
       extremes.
    3. Columns are rounded in descending order of `H_kk`, each error spread over
       the columns that are left (GPTQ, Frantar et al. 2023), at four scales
       around the one searched; then columns are rounded again given all others,
       the scale is fitted to the codes, and columns are rounded once more. Of
       each row the least error stands. Where step 1 applies, errors are those of
       `H + damping mean(diag H) I`: inputs in 8 bits have few errors of their
       own that would keep codes from leaning on these images.
    4. `b' = b + W mean(x) - W^ mean(x^)`.

    8-bit codes are symmetric s8, others u<bits> with a zero-point, one pair
    (scale, zero-point) for each output channel.

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head" {mixq.bits = array<i64: 8, 4>,
      mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 128>]}
    ```
    becomes
    ```mlir
    %wd = mixq.dequantize %codes scale %s zero_point %z
      : (tensor<10x64x!mixq.q<u4, axis = 0>>, ...) -> tensor<10x64xf32>
    %y = mixq.linear %x, %wd, %corrected unit "head" {...}
    ```

    Applies to units of one activation whose weight and bias are parameters.
  }];
  let options = [
    Option<"images", "images", "std::string", "",
           "safetensors file with `input` [N, C, H, W]">,
    Option<"compensate", "compensate", "bool", "true",
           "GPTQ; false: round to nearest in the searched ranges">,
    Option<"ridge", "ridge", "double", "-1",
           "penalty of step 1; 0 leaves it out; negative: 1">,
    Option<"damping", "damping", "double", "-1",
           "of step 3 where step 1 applies; negative: 0.2">
  ];
  let dependentDialects = ["::mixq::MixqDialect"];
}

#endif // MIXQ_TRANSFORMS_QUANTIZEWEIGHTS_TD
