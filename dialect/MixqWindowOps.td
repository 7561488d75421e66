//===- MixqWindowOps.td - Maps of tokens and their windows ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Swin (Liu et al. 2021, arXiv:2103.14030) needs beyond a plain vision
// transformer. A map of H x W tokens is a matrix [H * W, C] of its rows in
// row-major order; `map` = [H, W] says which.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_WINDOW_OPS_TD
#define MIXQ_WINDOW_OPS_TD

include "dialect/MixqGraphOps.td"

/// Ops that move whole rows and compute nothing.
class Mixq_RowMapOp<string mnemonic, list<Trait> traits = []>
    : Mixq_Op<mnemonic, !listconcat(
          [DeclareOpInterfaceMethods<Mixq_RowMapOpInterface>], traits)> {
  let results = (outs Mixq_Float:$result);
  let hasVerifier = 1;
}

def Mixq_RollOp : Mixq_RowMapOp<"roll", [AllTypesMatch<["input", "result"]>]> {
  let summary = "cyclic shift of a map";
  let description = [{
    Token (y, x) of the result is token ((y - `shift[0]`) mod H,
    (x - `shift[1]`) mod W) of the input: the map moves down and right by `shift`.

    ```mlir
    %0 = mixq.roll %x map [56, 56] shift [-3, -3] : (tensor<3136x96xf32>) -> tensor<3136x96xf32>
    ```

    Where all rows come from a `mixq.linear` that nothing else reads, the roll
    moves before it, and so do `mixq.crop_map` and `mixq.window_reverse`: a linear
    computes row by row.

    Constraints:
    - (RL1) `input` is [H * W, C].
    - (RL2) `shift` has two entries, in (-H, H) and (-W, W).
  }];
  let arguments = (ins Mixq_Float:$input, DenseI64ArrayAttr:$map,
                   DenseI64ArrayAttr:$shift);
  let assemblyFormat = [{
    $input `map` $map `shift` $shift attr-dict `:` functional-type($input, $result)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

def Mixq_PadMapOp : Mixq_RowMapOp<"pad_map"> {
  let summary = "zero tokens below and to the right of a map";
  let description = [{
    [H * W, C] to [H' * W', C] with `to` = [H', W'].

    Constraints:
    - (PM1) `input` is [H * W, C].
    - (PM2) `to` has two entries, at least H and W.
    - (PM3) the result is [H' * W', C].
  }];
  let arguments = (ins Mixq_Float:$input, DenseI64ArrayAttr:$map,
                   DenseI64ArrayAttr:$to);
  let assemblyFormat = [{
    $input `map` $map `to` $to attr-dict `:` functional-type($input, $result)
  }];
  let hasFolder = 1;
}

def Mixq_CropMapOp : Mixq_RowMapOp<"crop_map"> {
  let summary = "the upper left part of a map";
  let description = [{
    [H * W, C] to [H' * W', C] with `to` = [H', W'].

    Constraints:
    - (CM1) `input` is [H * W, C].
    - (CM2) `to` has two positive entries, at most H and W.
    - (CM3) the result is [H' * W', C].
  }];
  let arguments = (ins Mixq_Float:$input, DenseI64ArrayAttr:$map,
                   DenseI64ArrayAttr:$to);
  let assemblyFormat = [{
    $input `map` $map `to` $to attr-dict `:` functional-type($input, $result)
  }];
  let hasFolder = 1;
  let hasCanonicalizer = 1;
}

class Mixq_WindowOp<string mnemonic>
    : Mixq_RowMapOp<mnemonic, [AllTypesMatch<["input", "result"]>]> {
  let arguments = (ins Mixq_Float:$input, DenseI64ArrayAttr:$map,
                   DenseI64ArrayAttr:$window);
  let assemblyFormat = [{
    $input `map` $map `window` $window attr-dict `:` functional-type($input, $result)
  }];
  let hasFolder = 1;
}

def Mixq_WindowPartitionOp : Mixq_WindowOp<"window_partition"> {
  let summary = "the tokens of a map, window after window";
  let description = [{
    `window` = [P, Q] tiles the map. Windows come in row-major order, and so do
    the P * Q tokens of each: the result is a batch of matrices [P * Q, C], one
    below the other.

    ```mlir
    %0 = mixq.window_partition %x map [56, 56] window [7, 7] : (tensor<3136x96xf32>) -> tensor<3136x96xf32>
    ```

    Constraints:
    - (WP1) `input` is [H * W, C].
    - (WP2) `window` has two positive entries, which divide H and W.
  }];
}

def Mixq_WindowReverseOp : Mixq_WindowOp<"window_reverse"> {
  let summary = "windows back to a map";
  let description = [{
    Undoes `mixq.window_partition` with the same `map` and `window`.

    Constraints:
    - (WR1) `input` is [H * W, C].
    - (WR2) `window` has two positive entries, which divide H and W.
  }];
  let hasCanonicalizer = 1;
}

def Mixq_PatchMergeOp : Mixq_RowMapOp<"patch_merge"> {
  let summary = "four neighbouring tokens side by side";
  let description = [{
    [H * W, C] to [ceil(H / 2) * ceil(W / 2), 4 * C]: a token of the result is
    the input's tokens (2y, 2x), (2y + 1, 2x), (2y, 2x + 1), (2y + 1, 2x + 1), in this
    order, those outside the map being zeros.

    ```mlir
    %0 = mixq.patch_merge %x map [7, 7] : (tensor<49x96xf32>) -> tensor<16x384xf32>
    ```

    Constraints:
    - (PG1) `input` is [H * W, C].
    - (PG2) the result is [ceil(H / 2) * ceil(W / 2), 4 * C].
  }];
  let arguments = (ins Mixq_Float:$input, DenseI64ArrayAttr:$map);
  let assemblyFormat = [{
    $input `map` $map attr-dict `:` functional-type($input, $result)
  }];
}

def Mixq_WindowBiasOp : Mixq_Op<"window_bias",
                                [AllTypesMatch<["scores", "result"]>]> {
  let summary = "add relative position bias and mask to attention scores";
  let description = [{
    `scores` [G * G' * H, M, N] holds for each window of a `grid` = [G, G'] of
    windows, in row-major order, the scores of H heads. Added is the matrix
    `bias[a, b, h]` of `bias` [A, B, H, M, N], where for window (i, j)

    - `a` is 1 in the last row of windows (i = G - 1) if A is 2, else 0;
    - `b` is 1 in the last column of windows (j = G' - 1) if B is 2, else 0.

    Only in those does a cyclic shift bring tokens together that are no
    neighbours, so that A and B are 2 where the map was shifted along that axis:
    the mask is part of `bias`. -100 separates tokens (`exp` of it is 0 as
    attention goes).

    Constraints:
    - (WB1) ranks are 3 and 5.
    - (WB2) `grid` has two positive entries, and the scores are [G * G' * H, M, N].
    - (WB3) A and B are 1 or 2.
    - (WB4) the bias is [A, B, H, M, N].
  }];
  let arguments = (ins Mixq_Float:$scores, Mixq_Float:$bias,
                   DenseI64ArrayAttr:$grid);
  let results = (outs Mixq_Float:$result);
  let assemblyFormat = [{
    $scores `,` $bias `grid` $grid attr-dict `:` functional-type(operands, $result)
  }];
  let hasVerifier = 1;
}

#endif // MIXQ_WINDOW_OPS_TD
