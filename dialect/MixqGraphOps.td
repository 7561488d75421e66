//===- MixqGraphOps.td - The network in fp32 ------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_GRAPH_OPS_TD
#define MIXQ_GRAPH_OPS_TD

include "dialect/MixqDialect.td"
include "dialect/MixqInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Mixq_Op<string mnemonic, list<Trait> traits = []>
    : Op<Mixq_Dialect, mnemonic, !listconcat([Pure], traits)>;

/// Elements that stand in the text: no resources, no sparse or string elements.
def Mixq_DenseValue : ElementsAttrBase<
    CPred<"::llvm::isa<::mlir::DenseIntOrFPElementsAttr>($_self)">,
    "dense integer or float elements"> {
  let storageType = "::mlir::DenseIntOrFPElementsAttr";
  let returnType = "::mlir::DenseIntOrFPElementsAttr";
}

def Mixq_ParameterOp : Mixq_Op<"parameter"> {
  let summary = "a weight, bias, scale or table";
  let description = [{
    Names a tensor of the parameter store by `name` and content `hash` (XXH3,
    64 bits, in hexadecimal), or holds up to 64 elements itself.

    ```mlir
    %w = mixq.parameter "head.weight" hash "9ae16a3b2f90404f" : tensor<10x64xf32>
    %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
    ```

    Constraints:
    - (P1) either `name` and `hash`, or `value`, is given.
    - (P2) `value` has at most 64 elements.
    - (P3) `value` has the result's shape, and its element type: `i8` for codes.
    - (P4) `hash` is sixteen hexadecimal digits, in lower case.
    - (P5) every code in `value` is in the code range of the result's type.
  }];
  let arguments = (ins OptionalAttr<StrAttr>:$name, OptionalAttr<StrAttr>:$hash,
                   OptionalAttr<Mixq_DenseValue>:$value);
  let results = (outs Mixq_AnyTensor:$result);
  let assemblyFormat = [{
    ($name^ `hash` $hash)? ($value^)? attr-dict `:` type($result)
  }];
  let hasVerifier = 1;
}

def Mixq_PatchEmbedOp : Mixq_Op<"patch_embed"> {
  let summary = "cut an image into patches and project each";
  let description = [{
    A convolution whose stride equals its kernel: `image` [C, H, W], `weight`
    [D, C, P, Q], `bias` [D] to tokens [(H/P) * (W/Q), D], in row-major order of
    the patches.

    Constraints:
    - (PE1) operand ranks are 3, 4 and 1; the result's is 2.
    - (PE2) image and weight have as many channels.
    - (PE3) patches tile the image exactly.
    - (PE4) the result is [patches, D], and `bias` is [D].
  }];
  let arguments = (ins Mixq_Float:$image, Mixq_Float:$weight, Mixq_Float:$bias,
                   OptionalAttr<StrAttr>:$unit);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $image `,` $weight `,` $bias (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_LinearOp : Mixq_Op<"linear"> {
  let summary = "x W^T + b";
  let description = [{
    `input` [M, K], `weight` [N, K], `bias` [N] to [M, N].

    Constraints:
    - (L1) operand ranks are 2, 2 and 1.
    - (L2) input and weight have the same K.
    - (L3) the result is [M, N], and `bias` is [N].
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$weight, Mixq_Float:$bias,
                   OptionalAttr<StrAttr>:$unit);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `,` $weight `,` $bias (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_MatmulOp : Mixq_Op<"matmul"> {
  let summary = "batched product of two activations";
  let description = [{
    `lhs` [H, M, K] times `rhs` [H, K, N], or [H, N, K] with `transpose_rhs`, to
    [H, M, N], times `multiplier` (attention's 1 / sqrt(d)).

    Constraints:
    - (M1) ranks are 3 and the batch H agrees.
    - (M2) lhs and rhs have the same K.
    - (M3) the result is [H, M, N].
    - (M4) `multiplier` is positive and finite.
  }];
  let arguments = (ins Mixq_Float:$lhs, Mixq_Float:$rhs,
                   UnitAttr:$transpose_rhs,
                   DefaultValuedAttr<F32Attr, "1.0f">:$multiplier,
                   OptionalAttr<StrAttr>:$unit);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`transpose_rhs` $transpose_rhs^)?
    (`multiplier` $multiplier^)? (`unit` $unit^)? attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_LayerNormOp : Mixq_Op<"layer_norm", [AllTypesMatch<["input", "result"]>]> {
  let summary = "normalise each row, then scale and shift";
  let description = [{
    Over the last dimension of `input` [M, D], or [H, M, D] (the heads of queries
    or keys):
    `(x - mean) / sqrt(variance + epsilon) * gamma + beta`, the variance without
    Bessel's correction. On rows of fp32 the sums are those of the kernel level
    (16 lanes, see `docs/design/numerics.md`).

    Constraints:
    - (LN1) `input` has rank 2 or 3; `gamma` and `beta` are [D].
    - (LN2) `epsilon` is positive and finite.
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$gamma, Mixq_Float:$beta,
                   F32Attr:$epsilon);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `,` $gamma `,` $beta `epsilon` $epsilon attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_SoftmaxOp : Mixq_Op<"softmax", [SameOperandsAndResultType]> {
  let summary = "softmax over the last dimension";
  let description = [{
    `y_j = e_j / sum_k e_k` with `e_j = exp(x_j - max x)`. With `codes`, a
    quantizer, the e_j are coded first: `y_j = v_j / sum_k v_k`, where v_j is what
    the code of e_j stands for. So each row is coded relative to its own maximum
    and its codes add up to 1; a quantizer after the division has one scale for
    rows whose probabilities are all near 1/T and rows with one near 1.

    ```mlir
    %y = mixq.softmax %x codes(#mixq.uniform<u4, scale = 0.0666, zero_point = 0>) : tensor<3x197x197xf32>
    ```

    Constraints:
    - (SM1) `input` has at least one dimension.
    - (SM2) `codes` is `#mixq.uniform` with unsigned codes and zero-point 0, or
      `#mixq.codebook` with offset 0.
  }];
  let arguments = (ins Mixq_Float:$input, OptionalAttr<AnyAttrOf<[
                       Mixq_UniformAttr, Mixq_CodebookAttr]>>:$codes);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = "$input (`codes` `(` $codes^ `)`)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Mixq_GeluOp : Mixq_Op<"gelu", [SameOperandsAndResultType]> {
  let summary = "x Phi(x), with the normal distribution function";
  let description = [{
    With `tanh`, Phi is what many frameworks offer instead of it,
    `(1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2`.

    With `codes`, the result becomes codes: in fp32 it is computed as precisely
    as they need (`docs/design/numerics.md`). `mixq-quantize` says so, and
    `mixq-fuse` takes it as said where a quantization follows.

    ```mlir
    %y = mixq.gelu %x tanh codes : tensor<197x768xf32>
    ```
  }];
  let arguments = (ins Mixq_Float:$input, UnitAttr:$tanh, UnitAttr:$codes);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input (`tanh` $tanh^)? (`codes` $codes^)? attr-dict `:` type($result)
  }];
}

def Mixq_ChannelAffineOp : Mixq_Op<"channel_affine", [AllTypesMatch<["input", "result"]>]> {
  let summary = "scale and shift each channel";
  let description = [{
    `fma(x, multiplier[c], offset[c])` for channel c, the last dimension of
    `input` [M, D]. `mixq-reparameterize` puts it where a quantizer wants one
    scale a channel; the next weight undoes it.

    Constraints:
    - (CA1) `input` has rank 2; `multiplier` and `offset` are [D].
  }];
  let arguments = (ins Mixq_Float:$input, Mixq_Float:$multiplier, Mixq_Float:$offset);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input `multiplier` $multiplier `offset` $offset attr-dict `:`
    functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

def Mixq_AddOp : Mixq_Op<"add", [SameOperandsAndResultType, Commutative]> {
  let summary = "elementwise sum";
  let arguments = (ins Mixq_Float:$lhs, Mixq_Float:$rhs);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

def Mixq_ConcatOp : Mixq_Op<"concat"> {
  let summary = "join rows of tokens";
  let description = [{
    Joins [M1, D], [M2, D], ... to [M1 + M2 + ..., D].

    Constraints:
    - (C1) at least one input; all ranks are 2 and element types agree.
    - (C2) the row counts add up, and every D agrees.
  }];
  let arguments = (ins Variadic<Mixq_Float>:$inputs);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = "$inputs attr-dict `:` functional-type($inputs, $result)";
  let hasVerifier = 1;
}

def Mixq_SliceOp : Mixq_Op<"slice"> {
  let summary = "a range of rows";
  let description = [{
    Rows [`begin`, `begin` + M) of `input`, where M is the result's row count.

    ```mlir
    %class = mixq.slice %tokens from 0 : (tensor<197x192xf32>) -> tensor<1x192xf32>
    ```

    A slice of a `mixq.layer_norm` moves before it: rows are normalised one by
    one, so those that are cut away need not be.

    Constraints:
    - (S1) ranks are 2, the row length and the element type agree.
    - (S2) the range lies in the input.
  }];
  let arguments = (ins Mixq_AnyTensor:$input, I64Attr:$begin);
  let results = (outs Mixq_AnyTensor:$result);
  let assemblyFormat = "$input `from` $begin attr-dict `:` functional-type($input, $result)";
  let hasVerifier = 1;
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Mixq_PoolOp : Mixq_Op<"pool"> {
  let summary = "the mean of all rows";
  let description = [{
    `input` [M, D] to [1, D]: `sum_i input[i, d] * fl(1/M)`, the rows added in
    order, from 0, each addition rounded to fp32.

    ```mlir
    %mean = mixq.pool %tokens : (tensor<196x192xf32>) -> tensor<1x192xf32>
    ```

    Constraints:
    - (PL1) `input` has rank 2.
    - (PL2) the result is [1, D].
  }];
  let arguments = (ins Mixq_Float:$input);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type($input, $result)";
  let hasVerifier = 1;
}

def Mixq_SplitQkvOp : Mixq_Op<"split_qkv"> {
  let summary = "query, key and value of every head from one projection";
  let description = [{
    `input` [T, 3 * H * d] holds for each token first all queries, then all
    keys, then all values, head by head; the results are [H, T, d] each. With
    `windows` W the tokens are those of W windows, one after the other, and the
    results are [W * H, T / W, d]: for each window the heads in order.

    Constraints:
    - (SQ1) `input` has rank 2, the results have rank 3 and one type.
    - (SQ2) the result is [W * H, T / W, d] with 3 * H * d columns in the input.
    - (SQ3) `windows` is positive and divides the result's first extent.
  }];
  let arguments = (ins Mixq_Float:$input,
                   DefaultValuedAttr<I64Attr, "1">:$windows);
  let results = (outs Mixq_Float:$query, Mixq_Float:$key, Mixq_Float:$value);
  let assemblyFormat = [{
    $input (`windows` $windows^)? attr-dict `:` functional-type($input, results)
  }];
  let hasVerifier = 1;
}

def Mixq_MergeHeadsOp : Mixq_Op<"merge_heads"> {
  let summary = "put the heads of each token side by side";
  let description = [{
    [H, T, d] to [T, H * d]; with `windows` W, [W * H, T / W, d] to [T, H * d], as
    `mixq.split_qkv` orders them.

    Constraints:
    - (MH1) ranks are 3 and 2.
    - (MH2) the result is [T, H * d].
    - (MH3) `windows` is positive and divides the input's first extent.
  }];
  let arguments = (ins Mixq_Float:$input,
                   DefaultValuedAttr<I64Attr, "1">:$windows);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $input (`windows` $windows^)? attr-dict `:` functional-type($input, $result)
  }];
  let hasVerifier = 1;
}

#endif // MIXQ_GRAPH_OPS_TD
