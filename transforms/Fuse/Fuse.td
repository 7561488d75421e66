//===- Fuse.td - The fuse pass --------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_TD
#define MIXQ_TRANSFORMS_FUSE_TD

include "mlir/Pass/PassBase.td"

def Fuse : Pass<"mixq-fuse", "::mlir::func::FuncOp"> {
  let summary = "Turn the graph into kernels";
  let description = [{
    Rewrites the fp32 graph, or the quantized graph, into ops of the kernel
    level, each one loop nest of generated code:

    | graph | kernel |
    |---|---|
    | `patch_embed` | `extract_patches` or `quantize_patches`, and a linear |
    | `linear`, then `gelu`, `add` or `quantize` | `fused_linear` or `qlinear` with that epilogue |
    | `layer_norm`, then `quantize` | `layer_norm_quantize` |
    | `layer_norm` before or after `roll`, `window_partition`, `patch_merge` ... | `fused_layer_norm` or `layer_norm_quantize` with a table of rows |
    | `split_qkv` ... `merge_heads`, then `window_reverse`, `roll` ... | `fused_attention`, or `qattention` with the projection writing codes |
    | `add(concat(parameter, x), parameter)` | the parameters folded, `add` moved to `x` |

    In a quantized graph every scale and zero-point moves into multipliers and
    offsets of the kernels. What is computed from parameters alone is computed
    here, in double, and stored as a new parameter.

    At last, kernels whose result is read through one `slice` alone compute the
    rows of that slice only: after the attention of a ViT's last block, those of
    the class token.
  }];
  let dependentDialects = ["::mixq::MixqDialect"];
}

#endif // MIXQ_TRANSFORMS_FUSE_TD
