//===- MixqQuantOps.td - Between fp32 and integer codes -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_QUANT_OPS_TD
#define MIXQ_QUANT_OPS_TD

include "dialect/MixqGraphOps.td"

class Mixq_CastOp<string mnemonic> : Mixq_Op<mnemonic> {
  let assemblyFormat = [{
    $input `scale` $scale `zero_point` $zero_point attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_QuantizeOp : Mixq_CastOp<"quantize"> {
  let summary = "fp32 to integer codes";
  let description = [{
    `code = clamp(round(x * fl(1 / scale)) + zero_point)`, clamped to the code
    range of the result's type. All in fp32; `fl(1 / scale)` is the fp32 value
    nearest to the reciprocal; round is to the nearest integer, ties to even;
    the zero-point is added in fp32 and the clamp happens there too. So +-inf
    and anything out of range take the nearest code, and NaN takes the lowest.
    With `axis` the pair (scale, zero_point) is indexed by that dimension.

    ```mlir
    %q = mixq.quantize %x scale %s zero_point %z
      : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x8x!mixq.q<u8>>
    ```

    Constraints:
    - (Q1) input and result have the same shape.
    - (Q2) `scale` and `zero_point` have one element, or with `axis` as many as
      that dimension.
    - (Q3) `axis` is less than the rank.
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$scale,
                   Mixq_Integers:$zero_point);
  let results = (outs Mixq_Codes:$result);
}

def Mixq_DequantizeOp : Mixq_CastOp<"dequantize"> {
  let summary = "integer codes to fp32";
  let description = [{
    `x = fl((code - zero_point) * scale)`; the difference is an integer. The
    constraints are those of `mixq.quantize`, with the types exchanged.
  }];
  let arguments = (ins Mixq_Codes:$input, Mixq_Float:$scale,
                   Mixq_Integers:$zero_point);
  let results = (outs Mixq_Float:$result);
}

#endif // MIXQ_QUANT_OPS_TD
