//===- PatchWeights.cpp - A patch projection as a matrix product ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/PatchWeights.h"

#include "transforms/Parameters.h"

using namespace mlir;

namespace mixq {

PatchShape patchShapeOf(PatchEmbedOp op) {
  auto weight = cast<RankedTensorType>(op.getWeight().getType());
  auto result = cast<RankedTensorType>(op.getType());
  PatchShape shape;
  shape.patch = {weight.getDimSize(2), weight.getDimSize(3)};
  shape.patches = result.getDimSize(0);
  shape.elements = weight.getNumElements() / weight.getDimSize(0);
  return shape;
}

FailureOr<Value> flattenPatchWeight(OpBuilder &builder, Value weight) {
  auto op = weight.getDefiningOp<ParameterOp>();
  if (!op)
    return failure();
  FailureOr<Tensor> tensor = readParameter(weight);
  if (failed(tensor))
    return failure();
  int64_t rows = tensor->dim(0);
  std::string name = op.getName() ? op.getName()->str() : "weight";
  return makeParameter(builder, weight.getLoc(), name + ".matrix",
                       tensor->reshaped({rows, tensor->size() / rows}),
                       getElementTypeOrSelf(weight.getType()));
}

} // namespace mixq
