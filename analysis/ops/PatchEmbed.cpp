//===- PatchEmbed.cpp - mixq.patch_embed ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"
#include "analysis/ops/Patches.h"
#include "analysis/ops/RowMath.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct PatchEmbedModel : FloatModel<PatchEmbedModel, PatchEmbedOp> {
  template <typename T>
  static Tensor compute(PatchEmbedOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    const Tensor &weight = operands[1];
    int64_t depth = weight.dim(1) * weight.dim(2) * weight.dim(3);
    Buffer<T> patches(result.dim(0), depth);
    extractPatches(operands[0], weight.dim(2), weight.dim(3),
                   patches.elements.data());
    Matrix<const T> rows = std::as_const(patches).view();
    Matrix<const T> filters{weight.data<T>(), weight.dim(0), depth, depth};
    Matrix<T> output = mutableViewOf<T>(result);
    multiplyTransposed(rows, filters, output);
    addToRows(output, operands[2].data<T>());
    return result;
  }
};

struct PatchEmbedCost
    : CostOpInterface::ExternalModel<PatchEmbedCost, PatchEmbedOp> {
  int64_t getParameterCount(mlir::Operation *op) const {
    return elementsOf(llvm::cast<PatchEmbedOp>(op).getWeight());
  }
  int64_t getMacs(mlir::Operation *op) const {
    auto embed = llvm::cast<PatchEmbedOp>(op);
    return extentOf(embed.getResult(), 0) * elementsOf(embed.getWeight());
  }
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {0, 1};
  }
};

struct PatchEmbedProduct
    : ProductOpInterface::ExternalModel<PatchEmbedProduct, PatchEmbedOp> {
  llvm::SmallVector<ProductMatrices>
  getProducts(mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
              unsigned operand) const {
    const Tensor &weight = operands[1];
    int64_t depth = weight.dim(1) * weight.dim(2) * weight.dim(3);
    Tensor patches(DataType::F32, {extentOf(op->getResult(0), 0), depth});
    extractPatches(operands[0], weight.dim(2), weight.dim(3),
                   patches.mutableData<float>());
    Tensor filters = weight.reshaped({weight.dim(0), depth});
    if (operand == 0)
      return {{patches, filters}};
    return {{filters, patches}};
  }
};

} // namespace

void mixq::ops::attachPatchEmbed(mlir::MLIRContext &context) {
  PatchEmbedOp::attachInterface<PatchEmbedModel, PatchEmbedCost,
                                PatchEmbedProduct>(context);
}
