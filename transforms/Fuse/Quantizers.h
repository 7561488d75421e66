//===- Quantizers.h - Matching quantize and dequantize ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_QUANTIZERS_H
#define MIXQ_TRANSFORMS_FUSE_QUANTIZERS_H

#include "dialect/MixqDialect.h"

namespace mixq {

/// One scale and zero-point for a tensor, read from its parameters.
struct TensorQuantizer {
  QuantizedType type;
  double scale;
  int32_t zeroPoint;

  bool isUnsigned() const { return !type.getIsSigned(); }
  /// The largest code, and the zero-point, where the least code is 0.
  int64_t highestByte() const { return type.getMaxCode() - type.getMinCode(); }
  int64_t byteZeroPoint() const {
    return int64_t(zeroPoint) - type.getMinCode();
  }
  /// Whether every code minus the zero-point is s8.
  bool fitsSignedByte() const;
};

/// The quantizer of a quantize or dequantize op with one scale.
std::optional<TensorQuantizer> quantizerOf(QuantizeOp op);
std::optional<TensorQuantizer> quantizerOf(DequantizeOp op);

/// The op that quantized what `value` dequantizes, when both have the same
/// scale and zero-point parameters.
QuantizeOp quantizeBehind(mlir::Value value);

/// The op that encoded what `value` decodes, when both have the same scale and
/// offset parameters.
EncodeOp encodeBehind(mlir::Value value);

/// An activation that products take as bytes: a byte b in [0, highest] stands
/// for scale * (b - zeroPoint) + offset.
struct ActivationBytes {
  mlir::Value bytes;
  double scale;
  int32_t zeroPoint;
  double offset;
  int64_t highest;
};

/// What `value` dequantizes, from unsigned codes, or decodes.
std::optional<ActivationBytes> activationBytes(mlir::Value value);

/// What fp32 is quantized or encoded to: y = x / scale + zeroPoint in units of
/// the codes or entries.
struct ResultQuantizer {
  mlir::Type type;
  double scale, zeroPoint;
  mlir::Value table; ///< of a codebook
};

/// Of unsigned codes, and of a codebook.
std::optional<ResultQuantizer> resultQuantizerOf(QuantizeOp op);
std::optional<ResultQuantizer> resultQuantizerOf(EncodeOp op);

/// A weight's codes [N, K] behind a dequantize with one scale and zero-point a
/// row.
struct RowQuantizedWeight {
  mlir::Value codes;
  mlir::Value zeroPoint; ///< null with 8 bits
  /// code - zero_point, s8.
  Tensor differences;
  Tensor scales;
};

/// The weight of that form behind `value`: s8 and symmetric, or fewer bits. An
/// error where a difference is not s8.
mlir::FailureOr<RowQuantizedWeight> rowQuantizedWeight(mlir::Value value);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_QUANTIZERS_H
