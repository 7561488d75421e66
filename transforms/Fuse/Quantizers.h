//===- Quantizers.h - Matching quantize and dequantize --------------*- C++
//-*-===//
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

  bool isUnsigned8() const {
    return !type.getIsSigned() && type.getBits() == 8;
  }
  /// s8 around 0: as u8, zero-point 128.
  bool isSymmetric8() const {
    return type.getIsSigned() && type.getBits() == 8 && zeroPoint == 0;
  }
};

/// The quantizer of a quantize or dequantize op with one scale.
std::optional<TensorQuantizer> quantizerOf(QuantizeOp op);
std::optional<TensorQuantizer> quantizerOf(DequantizeOp op);

/// The op that quantized what `value` dequantizes, when both have the same
/// scale and zero-point parameters.
QuantizeOp quantizeBehind(mlir::Value value);

/// A weight's codes [N, K] behind a dequantize with one scale a row.
struct RowQuantizedWeight {
  mlir::Value codes;
  Tensor values, scales;
};

/// The weight of that form behind `value`; 8 bits, symmetric.
mlir::FailureOr<RowQuantizedWeight> rowQuantizedWeight(mlir::Value value);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_QUANTIZERS_H
