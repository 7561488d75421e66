//===- AnnotateCalibration.td - Chooses activation quantizers -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ANNOTATECALIBRATION_TD
#define MIXQ_ANALYSIS_ANNOTATECALIBRATION_TD

include "mlir/Pass/PassBase.td"

def AnnotateCalibration
    : Pass<"mixq-annotate-calibration", "::mlir::ModuleOp"> {
  let summary = "choose a quantizer for every activation of a unit";
  let description = [{
    Runs `@main` in fp32 on calibration images and sets the attribute
    `mixq.activations` on every unit: one `#mixq.uniform` for each operand that
    gets codes and is not a parameter, in the order of the operands.

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    ```

    becomes, where `%x` took values from -1 to 2,

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      {mixq.activations = [#mixq.uniform<u8, scale = 0.0117647061, zero_point = 85>]}
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    ```

    With `qkv-scale=head` queries, keys and values get an array of them instead,
    one for each head, from the values of that head alone. (That is an error where
    queries and keys are normalised.) Otherwise
    the quantizers are per tensor, of the operand's bits in `mixq.bits` (8 without
    it). An operand of b bits is coded as u<b>
    with `scale = (hi - lo) / (2^b - 1)` and `zero_point = round(-lo / scale)`, where
    the range [lo, hi] includes 0. The second operand of a product of two
    activations (keys, values) plays the weight: with 8 bits s8, `scale = max|x| / 127`,
    `zero_point = 0`. A scale is an fp32 value of at least 1e-8.

    | `method` | range |
    |---|---|
    | `output-error` | shrunk from the extremes, coarse to fine, to the least error of the unit's output on sampled tokens: `sum_t weight_t * \|(x^_t - x_t) W^T\|^2`, with weight 1 / \|residual stream after the unit\|^2 where the unit feeds it |
    | `percentile` | of p in {1, 0.99999, 0.9999, 0.999} the quantiles 1 - p and p (of `\|x\|` where symmetric) whose quantizer has the least mean squared error, by a histogram of 65,536 bins |
    | `minmax` | the extremes |

    `images` is a safetensors archive with a tensor `input`, f32, [N, C, H, W]:
    N inputs of `@main`. Activations that are NaN or infinite are an error. The
    result does not depend on `threads`.
  }];
  let dependentDialects = ["::mixq::MixqDialect"];
  let options = [
    Option<"images", "images", "std::string", /*default=*/"",
           "safetensors archive with the images as tensor `input`">,
    Option<"method", "method", "::mixq::CalibrationMethod",
           /*default=*/"::mixq::CalibrationMethod::OutputError",
           "how a range is chosen", [{::llvm::cl::values(
             clEnumValN(::mixq::CalibrationMethod::OutputError, "output-error",
                        "the least error of the unit's output"),
             clEnumValN(::mixq::CalibrationMethod::Percentile, "percentile",
                        "the percentile with the least error"),
             clEnumValN(::mixq::CalibrationMethod::MinMax, "minmax",
                        "the extremes"))}]>,
    Option<"qkvScale", "qkv-scale", "::mixq::QkvScale",
           /*default=*/"::mixq::QkvScale::Tensor",
           "what queries, keys and values share a scale with",
           [{::llvm::cl::values(
             clEnumValN(::mixq::QkvScale::Tensor, "tensor",
                        "one scale for all heads"),
             clEnumValN(::mixq::QkvScale::Head, "head",
                        "one for each head"))}]>,
    Option<"threads", "threads", "unsigned", /*default=*/"0",
           "how many images at a time; 0: as many as the machine has cores">];
}

#endif // MIXQ_ANALYSIS_ANNOTATECALIBRATION_TD
