//===- Reparameterize.td - The reparameterize pass ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_REPARAMETERIZE_TD
#define MIXQ_TRANSFORMS_REPARAMETERIZE_TD

include "mlir/Pass/PassBase.td"

def Reparameterize : Pass<"mixq-reparameterize", "::mlir::ModuleOp"> {
  let summary = "Give the channels of an activation similar ranges";
  let description = [{
    One scale serves a whole activation, but its channels differ: after a
    LayerNorm by an order of magnitude, after a GELU by more. Before
    quantization this pass moves the difference into the next weight:

    `x'_c = (x_c - m_c) / r_c`, `W'_nc = W_nc r_c`, `b'_n = b_n + sum_c W_nc m_c`

    with `s_c` the width of channel c's range on the calibration images, and

    | rule | `r_c` |
    |---|---|
    | power | `(s_c / geomean(s))^alpha` |
    | excess | `max(1, s_c / T)`: only what exceeds T moves |
    | clipped | `min(s_c, T) / mean(min(s, T))` with `T = mean(s) + K std(s)` |

    The float network stays the same up to rounding. Channel-wise quantization
    folded into layer-wise, as in RepQ-ViT (Li et al. 2023), is power with alpha
    = 1; since the quantizer is chosen afterwards, its zero-point is an integer.
    `m_c` is the middle of the range after a layer_norm or attention, and 0
    after a gelu, whose channels all begin at the same place.

    - After `layer_norm`, x' is folded into gamma and beta.
    - After `gelu`, x' is a `mixq.channel_affine`, which costs nothing: the
      quantizing epilogue has a multiplier and an offset for each channel.
    - After attention, x' is folded into the rows of the linear that makes the
      values: `v'_c = (v_c - m_c) / r_c`. What a softmax weighs has the mean's
      scale and shift, since its weights have sum 1.

    What moves into the weight may hurt the weight. So by default the rule is
    searched for each unit by the error of its output on sampled tokens, with
    both operands at the bits of `mixq.bits` (8 where that is absent): none,
    alpha in {1/4, 1/2, 3/4, 1}, T in {2/3, ..., 1/32} of the widest channel and
    K in {1/2, 1, 2, 3}. The option `rule` restricts the search to a family,
    the option `spread` gives K.

    With fewer than 8 bits the search has its widths and middles without the
    least and the largest hundredth of the sampled tokens, but not after a gelu.

    With activations of 3 bits and fewer `search` takes alpha = 3/4 after a
    layer_norm or attention and nothing after a gelu: errors of the output on
    float inputs no longer tell which rule serves the network.

    After a gelu or attention only `search` moves anything. After attention it
    does so with fewer than 8 bits; after a gelu with 6 or fewer only by the
    excess rule, which keeps the lower end that all channels share: a
    logarithmic codebook needs it.

    Applies to linears that alone use the result of a layer_norm, a gelu or an
    attention whose values alone the split of a projection makes.
  }];
  let options = [
    Option<"images", "images", "std::string", "",
           "safetensors file with `input` [N, C, H, W]">,
    Option<"strength", "strength", "double", "-1",
           "alpha of the power rule for every unit; searched if negative">,
    Option<"rule", "rule", "::mixq::ScalingRule",
           /*default=*/"::mixq::ScalingRule::Search",
           "which scalings are searched",
           [{::llvm::cl::values(
               clEnumValN(::mixq::ScalingRule::Search, "search", "all of these"),
               clEnumValN(::mixq::ScalingRule::Plain, "plain",
                          "alpha = 1 after each layer_norm"),
               clEnumValN(::mixq::ScalingRule::Power, "power",
                          "none or alpha, after each layer_norm"),
               clEnumValN(::mixq::ScalingRule::Clipped, "clipped",
                          "K, after each layer_norm"))}]>,
    Option<"spread", "spread", "double", "0",
           "K of the clipped rule; searched if 0">
  ];
  let dependentDialects = ["::mixq::MixqDialect"];
}

#endif // MIXQ_TRANSFORMS_REPARAMETERIZE_TD
