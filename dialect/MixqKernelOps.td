//===- MixqKernelOps.td - One op, one loop nest of generated code ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_KERNEL_OPS_TD
#define MIXQ_KERNEL_OPS_TD

include "dialect/MixqQuantOps.td"

def Mixq_ExtractPatchesOp : Mixq_Op<"extract_patches"> {
  let summary = "the patches of an image as rows";
  let description = [{
    `image` [C, H, W] to [patches, C * P * Q], in row-major order of the
    patches; within a row channel, then line, then column of the patch.

    Constraints:
    - (EP1) ranks are 3 and 2, and `patch` has two positive entries.
    - (EP2) patches tile the image exactly.
    - (EP3) the result is [patches, C * P * Q].
  }];
  let arguments = (ins Mixq_Float:$image, DenseI64ArrayAttr:$patch);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = "$image `patch` $patch attr-dict `:` functional-type($image, $result)";
  let hasVerifier = 1;
}

def Mixq_QuantizePatchesOp : Mixq_Op<"quantize_patches"> {
  let summary = "the patches of an image as rows of codes";
  let description = [{
    `mixq.extract_patches`, and for each element
    `clamp(round(x * multiplier) + zero_point)` as in `mixq.quantize`.

    Constraints:
    - (QP1) the constraints of `mixq.extract_patches` hold.
    - (QP2) `multiplier` and `zero_point` have one element; the result is
      unsigned, and the clamp is to its code range.
  }];
  let arguments = (ins Mixq_Float:$image, Mixq_Float:$multiplier,
                   Mixq_Float:$zero_point, DenseI64ArrayAttr:$patch);
  let results = (outs Mixq_Codes:$result);
  let assemblyFormat = [{
    $image `multiplier` $multiplier `zero_point` $zero_point `patch` $patch
    attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_FusedLinearOp : Mixq_Op<"fused_linear"> {
  let summary = "fp32 product with its epilogue";
  let description = [{
    `y = input weight^T + bias`, then the epilogue: `store` nothing more, `add`
    the residual, `gelu`. The order of the sums is the target's.

    Constraints:
    - (FL1) shapes as in `mixq.linear`.
    - (FL2) a residual is given exactly with `add`, and has the result's type.
    - (FL3) the epilogue is `store`, `add` or `gelu`.
    - (FL4) `tanh`, the other form of `mixq.gelu`, is given with `gelu` only.
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$weight, Mixq_Float:$bias,
                   Optional<Mixq_Float>:$residual, Mixq_EpilogueAttr:$epilogue,
                   OptionalAttr<StrAttr>:$unit, UnitAttr:$tanh);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias (`residual` $residual^)? `epilogue` `` $epilogue
    (`tanh` $tanh^)? (`unit` $unit^)? attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_FusedAttentionOp : Mixq_Op<"fused_attention", [AttrSizedOperandSegments]> {
  let summary = "fp32 attention of all heads";
  let description = [{
    `softmax(multiplier * Q K^T + bias) V` for each head of `input` [T, 3 * H * d]
    (laid out as `mixq.split_qkv` says) to [T, H * d]. The tokens are those of a
    `grid` of windows, one after the other; each window attends to itself alone,
    and `bias` is added as `mixq.window_bias` says. With `rows`, row r of the
    result is what token `rows[r]` attended to.

    Constraints:
    - (FA1) ranks are 2, `heads` is positive and divides the result's columns.
    - (FA2) the input has three times the result's columns, and without `rows` as
      many rows.
    - (FA3) `multiplier` is positive and finite.
    - (FA4) `grid` has two positive entries, and its windows divide the tokens.
    - (FA5) `bias` is [A, B, H, N, N] for windows of N tokens; A and B are 1 or 2.
    - (FA6) `rows` has one entry for each row of the result; the entries are
      distinct rows of the input. (Its content is checked where it is used.)
  }];
  let arguments = (ins Mixq_Float:$input, Optional<Mixq_Float>:$bias,
                   Optional<Mixq_Integers>:$rows, I64Attr:$heads,
                   F32Attr:$multiplier,
                   DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$grid,
                   OptionalAttr<StrAttr>:$unit);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input (`bias` $bias^)? (`rows` $rows^)? `heads` $heads
    `multiplier` $multiplier (`grid` $grid^)? (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_QLinearOp : Mixq_Op<"qlinear", [AttrSizedOperandSegments]> {
  let summary = "integer product with its epilogue";
  let description = [{
    `input` [M, K] are bytes: unsigned codes, or entries of a codebook. `weight`
    [N, K] are codes w of b bits; the product takes `w - weight_zero_point[n]` as
    s8, which with 8 bits is w itself. Per output channel n (int32, exact):

    `acc = sum_k input[m, k] * (weight[n, k] - weight_zero_point[n]) + correction[n]`,

    where `correction` = -zero_point(input) * the sum of those differences. (What
    the offset of a codebook adds is a constant of the channel, in `offset`.) Then
    in fp32, `float(acc)` rounded to nearest even and `fma` rounded once:

    `y = fma(float(acc), multiplier[n], offset[n])`

    | epilogue | result |
    |---|---|
    | `store` | fp32 `y` |
    | `add` | fp32 `y + residual` |
    | `requantize` | `code(y)`: scale and zero-point are folded into multiplier and offset |
    | `gelu_requantize` | `code(fma(gelu(y), result_multiplier[n], result_offset[n]))` |

    `code(y)` is `clamp(round(y))` to the code range of the result's type, or to
    [0, limit[n]] where `limit` is given (parts of the columns with bits of their
    own); for a codebook it is the entry of `table` nearest to y, as
    `mixq.encode` defines it for t = y. round, clamp and gelu (for codes) as
    `docs/design/numerics.md` defines them.

    Constraints:
    - (QL1) shapes as in `mixq.linear`; `correction`, `multiplier` and `offset` are [N].
    - (QL2) `input` is unsigned or a codebook; `weight` is s8, or has fewer bits.
    - (QL3) a residual is given exactly with `add`, and has the result's type.
    - (QL4) `result_multiplier` and `result_offset`, [N], are given exactly with
      `gelu_requantize`.
    - (QL5) the result is fp32 for `store` and `add`, unsigned or a codebook otherwise.
    - (QL6) K is at most 65,000, so that |acc| < 2^31: 255 * 128 * 65,000 < 2^31.
    - (QL7) the epilogue is not `gelu`, whose result would need a float product to follow.
    - (QL8) `weight_zero_point`, [N], is given exactly where the weight has fewer
      than 8 bits. (That all differences are s8 is checked where it is used.)
    - (QL9) `limit`, [N], is given with `requantize` only, for a u8 result. (That
      its elements are integers in [0, 255] is checked where it is used.)
    - (QL10) `table`, [2^bits], is given exactly where the result is a codebook.
    - (QL11) `tanh`, the other form of `mixq.gelu`, is given with
      `gelu_requantize` only.
  }];
  let arguments = (ins Mixq_Bytes:$input, Mixq_Codes:$weight,
                   Optional<Mixq_Integers>:$weight_zero_point,
                   Mixq_Integers:$correction, Mixq_Float:$multiplier,
                   Mixq_Float:$offset, Optional<Mixq_Float>:$residual,
                   Optional<Mixq_Float>:$result_multiplier,
                   Optional<Mixq_Float>:$result_offset,
                   Optional<Mixq_Float>:$limit, Optional<Mixq_Integers>:$table,
                   Mixq_EpilogueAttr:$epilogue, OptionalAttr<StrAttr>:$unit,
                   UnitAttr:$tanh);
  let results = (outs Mixq_AnyTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight (`weight_zero_point` $weight_zero_point^)?
    `correction` $correction `multiplier` $multiplier
    `offset` $offset (`residual` $residual^)?
    (`result_multiplier` $result_multiplier^ `result_offset` $result_offset)?
    (`limit` $limit^)? (`table` $table^)?
    `epilogue` `` $epilogue (`tanh` $tanh^)? (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_QAttentionOp : Mixq_Op<"qattention", [AttrSizedOperandSegments]> {
  let summary = "integer attention of all heads";
  let description = [{
    `input` [T, 3 * H * d] holds unsigned codes, laid out as `mixq.split_qkv`
    says, whose zero-points are `zero_points` = [zq, zk, zv] (128 for symmetric
    codes of 8 bits). The differences of keys and values are s8: bytes, modulo
    256. Where heads have scales of their own, `zero_points` has three elements
    for each head, `score_multiplier` and `result_multiplier` one. For each head
    and query i, in this order:

    1. `s_j = sum_c (q_ic - zq) * (k_jc - zk)`, int32, exact.
    2. `e_j = exp(float(s_j - max s) * score_multiplier)`.
    3. `r = probability_multiplier / sum_j e_j` (sum in 16 lanes); with
       `row_scale` `r = probability_multiplier`.
    4. `p_j = code(e_j * r)`: attention probabilities as bytes.
    5. `o_c = sum_j p_j * (v_jc - zv)`, int32, exact.
    6. the result: `clamp(round(fma(float(o_c), m, result_offset)))` with
       `m = result_multiplier`; with `row_scale` `m = result_multiplier / float(sum_j p_j)`,
       the sum being exact.

    `code(y)` is `min(2^probability_bits - 1, round(y))`, or where `table` is
    given its entry nearest to y, as `mixq.encode` defines it for t = y.

    With `bias`, step 2 is instead
    `x_j = fma(float(s_j), score_multiplier, bias_ij)`, `e_j = exp(x_j - max x)`.

    The tokens are those of a `grid` of windows, one after the other; each window
    attends to itself alone, and the matrix of `bias` is chosen as
    `mixq.window_bias` says. With `rows`, row r of the result is that of token
    `rows[r]`.

    exp, round, clamp and the 16-lane sum as `docs/design/numerics.md` defines them.

    Constraints:
    - (QA1) ranks are 2, `heads` is positive and divides the result's columns.
    - (QA2) the input has three times the result's columns, and without `rows` as
      many rows.
    - (QA3) input and result are unsigned; `zero_points` has three elements, or
      3 * `heads`, `score_multiplier` and `result_multiplier` then have `heads`;
      every other parameter has one.
    - (QA4) at most 65,000 tokens a window and columns a head, so that no sum
      reaches 2^31.
    - (QA5) `grid` has two positive entries, and its windows divide the tokens.
    - (QA6) `bias` is [A, B, H, N, N] for windows of N tokens; A and B are 1 or 2.
    - (QA7) `rows` has one entry for each row of the result; the entries are
      distinct rows of the input. (Its content is checked where it is used.)
    - (QA8) `probability_bits` is in [2, 8].
    - (QA9) `table` has 2^probability_bits elements.
  }];
  let arguments = (ins Mixq_Codes:$input, Mixq_Integers:$zero_points,
                   Mixq_Float:$score_multiplier,
                   Mixq_Float:$probability_multiplier,
                   Mixq_Float:$result_multiplier, Mixq_Float:$result_offset,
                   Optional<Mixq_Float>:$bias, Optional<Mixq_Integers>:$rows,
                   Optional<Mixq_Integers>:$table, I64Attr:$heads,
                   DefaultValuedAttr<I64Attr, "8">:$probability_bits,
                   UnitAttr:$row_scale,
                   DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1}">:$grid,
                   OptionalAttr<StrAttr>:$unit);
  let results = (outs Mixq_Codes:$result);
  let assemblyFormat = [{
    $input `zero_points` $zero_points
    `score_multiplier` $score_multiplier
    `probability_multiplier` $probability_multiplier
    `result_multiplier` $result_multiplier `result_offset` $result_offset
    (`bias` $bias^)? (`rows` $rows^)? (`table` $table^)? `heads` $heads
    (`probability_bits` $probability_bits^)? (`row_scale` $row_scale^)?
    (`grid` $grid^)? (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether heads have zero-points and multipliers of their own.
    bool isPerHead() {
      return getHeads() > 1 && getZeroPoints().getType().getNumElements() ==
                                   3 * static_cast<int64_t>(getHeads());
    }
  }];
}

def Mixq_FusedLayerNormOp : Mixq_Op<"fused_layer_norm"> {
  let summary = "normalise rows that come from anywhere";
  let description = [{
    `mixq.layer_norm` of a matrix [R, P * C] whose row i is the rows `rows[i, 0]`,
    ..., `rows[i, P - 1]` of `input` [M, C] side by side, -1 being a row of zeros. A
    row of nothing but -1 is not normalised: its result is zeros. The cyclic
    shift, the padding and the windows of Swin, and its patch merging, are such
    tables.

    Constraints:
    - (FN1) `input` and `rows` have rank 2.
    - (FN2) `gamma` and `beta` are [P * C], the result is [R, P * C].
    - (FN3) `epsilon` is positive and finite.
    - (FN4) entries of `rows` are in [-1, M). (Checked where they are used.)
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$gamma, Mixq_Float:$beta,
                   Mixq_Integers:$rows, F32Attr:$epsilon);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `,` $gamma `,` $beta `rows` $rows `epsilon` $epsilon attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_LayerNormQuantizeOp : Mixq_Op<"layer_norm_quantize"> {
  let summary = "normalise each row straight to codes";
  let description = [{
    `clamp(round(fma((x - mean) * rstd, gamma, beta)))` where scale and
    zero-point of the codes are folded into `gamma` and `beta`:

    `mean = sum(x) * fl(1/D)`, `rstd = 1 / sqrt(fma(sum((x - mean)^2), fl(1/D), epsilon))`,
    sums in 16 lanes, the square accumulated with fma.

    With `rows`, the rows that are normalised are put together as
    `mixq.fused_layer_norm` says, and a row of nothing but -1 becomes
    `padding_code`, the code of 0.

    Constraints:
    - (LQ1) `input` has rank 2; without `rows` `gamma` and `beta` are [D] and the
      result has the input's shape.
    - (LQ2) the result is unsigned, and the clamp is to its code range.
    - (LQ3) `epsilon` is positive and finite.
    - (LQ4) `rows` is [R, P]; `gamma` and `beta` are [P * C], the result is [R, P * C].
    - (LQ5) `padding_code` is in [0, 255].
    - (LQ6) entries of `rows` are in [-1, M). (Checked where they are used.)
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$gamma, Mixq_Float:$beta,
                   Optional<Mixq_Integers>:$rows, F32Attr:$epsilon,
                   DefaultValuedAttr<I64Attr, "0">:$padding_code);
  let results = (outs Mixq_Codes:$result);
  let assemblyFormat = [{
    $input `,` $gamma `,` $beta (`rows` $rows^)? `epsilon` $epsilon
    (`padding_code` $padding_code^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

class Mixq_QkNorm<string mnemonic, dag extra = (ins)>
    : Mixq_Op<mnemonic> {
  let arguments = !con((ins Mixq_Float:$input, Mixq_Float:$query_gamma,
                            Mixq_Float:$query_beta, Mixq_Float:$key_gamma,
                            Mixq_Float:$key_beta), extra,
                       (ins I64Attr:$heads, F32Attr:$epsilon));
  let hasVerifier = 1;
}

def Mixq_QkNormOp : Mixq_QkNorm<"qk_norm"> {
  let summary = "normalise the queries and keys of each head";
  let description = [{
    `input` [T, 3 * H * d], laid out as `mixq.split_qkv` says, with the d elements
    of each head's query and key normalised as a row of `mixq.layer_norm`; values
    stay as they are.

    Constraints:
    - (QN1) `input` has rank 2 and the result has its shape; 3 * `heads` divides
      the columns.
    - (QN2) each gamma and beta is [d].
    - (QN3) `epsilon` is positive and finite.
  }];
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `query` $query_gamma `,` $query_beta `key` $key_gamma `,` $key_beta
    `heads` $heads `epsilon` $epsilon attr-dict `:`
    functional-type(operands, $result)
  }];
}

def Mixq_QkNormQuantizeOp
    : Mixq_QkNorm<"qk_norm_quantize", (ins Mixq_Float:$value_multiplier,
                                           Mixq_Float:$value_offset)> {
  let summary = "normalise queries and keys straight to codes";
  let description = [{
    `mixq.qk_norm`, with scales and zero-points of the codes folded into gammas and
    betas as in `mixq.layer_norm_quantize`. A value v becomes
    `clamp(round(fma(v, value_multiplier, value_offset)))`.

    Constraints:
    - (QN4) the constraints of `mixq.qk_norm` hold.
    - (QN5) `value_multiplier` and `value_offset` have one element; the result is
      u8.
  }];
  let results = (outs Mixq_Codes:$result);
  let assemblyFormat = [{
    $input `query` $query_gamma `,` $query_beta `key` $key_gamma `,` $key_beta
    `value_multiplier` $value_multiplier `value_offset` $value_offset
    `heads` $heads `epsilon` $epsilon attr-dict `:`
    functional-type(operands, $result)
  }];
}

def Mixq_StepOp : Op<Mixq_Dialect, "step"> {
  let summary = "one entry of the compiled module's step table";
  let description = [{
    Runs `kernel` for tasks [0, `tasks`) of an image with these arguments. What
    the executor walks; made by `mixq-lower-to-kernels`.

    Constraints:
    - (ST1) `tasks` is positive.
    - (ST2) offsets and sizes of arguments are not negative.
  }];
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$kernel, I64Attr:$tasks,
                   I64Attr:$macs,
                   TypedArrayAttrBase<Mixq_ArgumentAttr, "arguments">:$arguments);
  let assemblyFormat = [{
    $name $kernel `tasks` $tasks `macs` $macs `arguments` $arguments attr-dict
  }];
  let hasVerifier = 1;
}

#endif // MIXQ_KERNEL_OPS_TD
