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

def Mixq_EncodeOp : Mixq_Op<"encode"> {
  let summary = "fp32 to entries of a codebook";
  let description = [{
    The entry `T[q]` of `table` with `q` = the number of i in [0, 2^bits - 2]
    with `t > (T[i] + T[i + 1]) / 2`, where `t = (x - offset) * fl(1 / scale)`.
    So the nearest entry, by comparisons alone; a `t` halfway between two
    entries takes the lower. All in fp32, `fl(1 / scale)` as in `mixq.quantize`;
    the midpoints are exact. Anything out of range, +-inf too, takes the nearest
    entry; NaN takes `T[0]`.

    ```mlir
    %q = mixq.encode %x scale %s offset %o table %t
      : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<16xi32>)
      -> tensor<4x8x!mixq.codebook<u4, u8>>
    ```

    Constraints:
    - (EN1) input and result have the same shape.
    - (EN2) `scale` and `offset` have one element.
    - (EN3) `table` is [2^bits] of the result's type.
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$scale, Mixq_Float:$offset,
                   Mixq_Integers:$table);
  let results = (outs Mixq_Entries:$result);
  let assemblyFormat = [{
    $input `scale` $scale `offset` $offset `table` $table attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_DecodeOp : Mixq_Op<"decode"> {
  let summary = "entries of a codebook to fp32";
  let description = [{
    `x = fma(entry, scale, offset)`.

    Constraints:
    - (DE1) input and result have the same shape.
    - (DE2) `scale` and `offset` have one element.
  }];
  let arguments = (ins Mixq_Entries:$input, Mixq_Float:$scale,
                   Mixq_Float:$offset);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `scale` $scale `offset` $offset attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

#endif // MIXQ_QUANT_OPS_TD
