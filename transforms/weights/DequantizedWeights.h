//===- DequantizedWeights.h - The floats that codes stand for ---*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_WEIGHTS_DEQUANTIZEDWEIGHTS_H
#define MIXQ_TRANSFORMS_WEIGHTS_DEQUANTIZEDWEIGHTS_H

#include "dialect/store/Tensor.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>

namespace mixq {

/// For each parameter that `original` names, the value that stands in its place
/// in `quantized`, the same float graph after calibration and `mixq-quantize`:
/// of a weight what its codes stand for, of others what folding and bias
/// correction made of them. A `mixq.channel_affine` that folding put before a
/// linear is folded into its weight and bias, so that the tensors are those of
/// the original architecture:
///
///   W' = W diag(multiplier),  b' = b + W offset.
///
/// The activations' codes have no part in it. Emits a diagnostic where the two
/// graphs do not correspond.
mlir::FailureOr<std::map<std::string, Tensor>>
dequantizedWeights(mlir::ModuleOp original, mlir::ModuleOp quantized);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_WEIGHTS_DEQUANTIZEDWEIGHTS_H
