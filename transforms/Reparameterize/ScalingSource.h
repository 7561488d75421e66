//===- ScalingSource.h - Where channels get their ranges --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_REPARAMETERIZE_SCALINGSOURCE_H
#define MIXQ_TRANSFORMS_REPARAMETERIZE_SCALINGSOURCE_H

#include "dialect/MixqDialect.h"
#include "transforms/Reparameterize/ChannelScaling.h"

namespace mixq {

/// What makes the channels of a linear's input, and so can give them other
/// scales.
struct ScalingSource {
  enum class Kind {
    None,
    LayerNorm, ///< by its gamma and beta
    Gelu,      ///< by a channel_affine behind it
    /// Attention. The mean of values that a softmax weighs has the scales and
    /// shifts that the values have, since weights have sum 1: by the rows of
    /// the linear that makes queries, keys and values.
    Values,
  };

  Kind kind = Kind::None;
  /// A layer_norm, a gelu, or that linear.
  mlir::Operation *op = nullptr;
  /// Moves of rows after it add rows of zeros, which no shift of channels may
  /// move.
  bool addsZeros = false;
};

/// None where the linear's weight or bias is no parameter, or where anything
/// else uses a value on the way.
ScalingSource scalingSourceOf(LinearOp linear);

/// W'_nc = W_nc r_c and b'_n = b_n + sum_c W_nc m_c: what is to be multiplied
/// with x' = (x - m) / r.
mlir::LogicalResult scaleColumns(LinearOp linear,
                                 const ChannelScaling &scaling);

/// W'_n = W_n / r_n and b'_n = (b_n - m_n) / r_n for as many rows from `first`
/// on as the scaling has channels: the linear then makes y' = (y - m) / r.
mlir::LogicalResult scaleRows(LinearOp linear, int64_t first,
                              const ChannelScaling &scaling);

/// Makes x' of the source. `linear` is its user.
mlir::LogicalResult scaleSource(const ScalingSource &source, LinearOp linear,
                                const ChannelScaling &scaling);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_REPARAMETERIZE_SCALINGSOURCE_H
