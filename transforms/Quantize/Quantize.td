//===- Quantize.td - The quantize pass ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_QUANTIZE_TD
#define MIXQ_TRANSFORMS_QUANTIZE_TD

include "mlir/Pass/PassBase.td"

def Quantize : Pass<"mixq-quantize", "::mlir::func::FuncOp"> {
  let summary = "Quantize the operands of every unit";
  let description = [{
    Inserts `mixq.quantize` and `mixq.dequantize` on the operands of each unit,
    so that the graph computes in fp32 what integer codes can express.

    - **Activations** take the quantizer that calibration chose: the attribute
      `mixq.activations` of the unit, one entry for each activation operand (see
      `mixq-annotate-calibration`), `#mixq.uniform` or `#mixq.codebook`, of the
      operand's bits in `mixq.bits` (8 without it). A unit without it is an
      error: an uncalibrated model is refused by name. A codebook becomes
      `mixq.encode` and `mixq.decode`. An array of `#mixq.uniform` has one for each
      head: codes whose axis is dimension 0, with the heads again in each window.
    - **Attention probabilities**: with `softmax-scale=row` the softmax itself codes
      exp(x - max) (see `mixq.softmax`), with the bits or the table of the entry,
      whose scale is replaced by the one that makes 1 the highest code: the row
      sum then scales the result, and each row is coded relative to its maximum.
    - **Weights** are quantized here, per output channel, by least squared error:
      to symmetric s8 with 8 bits, to u<bits> with a zero-point below. The codes
      and scales become parameters; the fp32 weight is no longer referenced. A
      weight that already is `mixq.dequantize` of a parameter stays as it is.

    ```mlir
    %y = mixq.linear %x, %w, %b unit "head"
      {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 128>]}
    ```
    becomes
    ```mlir
    %xq = mixq.quantize %x scale %s zero_point %z
    %xd = mixq.dequantize %xq scale %s zero_point %z
    %wd = mixq.dequantize %codes scale %ws zero_point %wz
    %y = mixq.linear %xd, %wd, %b unit "head"
    ```
  }];
  let dependentDialects = ["::mixq::MixqDialect"];
  let options = [
    Option<"softmaxScale", "softmax-scale", "::mixq::SoftmaxScale",
           /*default=*/"::mixq::SoftmaxScale::Tensor",
           "what attention probabilities are coded relative to",
           [{::llvm::cl::values(
             clEnumValN(::mixq::SoftmaxScale::Tensor, "tensor",
                        "one scale for all rows, after the division"),
             clEnumValN(::mixq::SoftmaxScale::Row, "row",
                        "the maximum of each row"))}]>];
}

#endif // MIXQ_TRANSFORMS_QUANTIZE_TD
