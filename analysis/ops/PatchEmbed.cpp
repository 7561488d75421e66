//===- PatchEmbed.cpp - mixq.patch_embed ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/BackwardModel.h"
#include "analysis/ops/Patches.h"
#include "analysis/ops/RowMath.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

/// The op as a product of matrices: patches as rows, filters as rows.
template <typename T> struct PatchProduct {
  int64_t height, width;
  Buffer<T> patches;
  Matrix<const T> filters;

  PatchProduct(PatchEmbedOp op, llvm::ArrayRef<Tensor> operands)
      : height(operands[1].dim(2)), width(operands[1].dim(3)),
        patches(extentOf(op.getResult(), 0),
                operands[1].size() / operands[1].dim(0)),
        filters{operands[1].data<T>(), operands[1].dim(0), patches.columns,
                patches.columns} {
    extractPatches(operands[0], height, width, patches.elements.data());
  }
  Matrix<const T> rows() const { return patches.view(); }
};

struct PatchEmbedModel : FloatModel<PatchEmbedModel, PatchEmbedOp> {
  template <typename T>
  static Tensor compute(PatchEmbedOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    PatchProduct<T> product(op, operands);
    Matrix<T> output = mutableViewOf<T>(result);
    multiplyTransposed(product.rows(), product.filters, output);
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

struct PatchEmbedGradient : GradientModel<PatchEmbedGradient, PatchEmbedOp> {
  template <typename T>
  static Flows pullBack(PatchEmbedOp op, const Backward &at) {
    Flows flows;
    for (const Tensor &operand : at.operands)
      flows.push_back(zerosLike(operand, DataTypeOf<T>::value));
    PatchProduct<T> product(op, at.operands);
    Matrix<const T> gradient = viewOf<T>(at.flows[0]);
    Buffer<T> toPatches(product.patches.rows, product.patches.columns);
    multiply(gradient, product.filters, toPatches.view());
    assemblePatches(toPatches.elements.data(), product.height, product.width,
                    flows[0]);
    Matrix<T> toFilters{flows[1].mutableData<T>(), product.filters.rows,
                        product.filters.columns, product.filters.stride};
    transposeMultiply(gradient, product.rows(), toFilters);
    sumRows(gradient, flows[2].mutableData<T>());
    return flows;
  }
};

/// The z^B rule for inputs in [low, high], the extremes of the image:
///   S = R / (x W^T - low W+^T - high W-^T + epsilon)
///   R_x = x * (S W) - low (S W+) - high (S W-)
struct PatchEmbedRelevance : RelevanceModel<PatchEmbedRelevance, PatchEmbedOp> {
  static Flows redistribute(PatchEmbedOp op, const Backward &at) {
    const Tensor &image = at.operands[0];
    auto extremes = std::minmax_element(image.data<double>(),
                                        image.data<double>() + image.size());
    double low = *extremes.first, high = *extremes.second;
    PatchProduct<double> product(op, at.operands);
    SignedParts parts(product.filters);
    Buffer<double> share =
        shares(product, parts, low, high, viewOf<double>(at.flows[0]));

    Buffer<double> relevance(product.patches.rows, product.patches.columns);
    Buffer<double> part(product.patches.rows, product.patches.columns);
    auto add = [&](Matrix<const double> filters, auto &&factor) {
      multiply(std::as_const(share).view(), filters, part.view());
      for (size_t i = 0; i < part.elements.size(); ++i)
        relevance.elements[i] += factor(i) * part.elements[i];
    };
    add(product.filters, [&](size_t i) { return product.patches.elements[i]; });
    add(std::as_const(parts.positive).view(), [&](size_t) { return -low; });
    add(std::as_const(parts.negative).view(), [&](size_t) { return -high; });
    Tensor back = zerosLike(image, DataType::F64);
    assemblePatches(relevance.elements.data(), product.height, product.width,
                    back);
    return {back, Tensor(), Tensor()};
  }

private:
  static Buffer<double> shares(const PatchProduct<double> &product,
                               const SignedParts &parts, double low,
                               double high, Matrix<const double> relevance) {
    Buffer<double> result(relevance.rows, relevance.columns);
    multiplyTransposed(product.rows(), product.filters, result.view());
    for (int64_t n = 0; n < relevance.columns; ++n) {
      double positive = numerics::laneSum(parts.positive.view().row(n),
                                          product.filters.columns);
      double negative = numerics::laneSum(parts.negative.view().row(n),
                                          product.filters.columns);
      for (int64_t m = 0; m < relevance.rows; ++m) {
        double &z = result.view().row(m)[n];
        z = relevance.row(m)[n] /
            (z - low * positive - high * negative + kRelevanceEpsilon);
      }
    }
    return result;
  }
};

} // namespace

void mixq::ops::attachPatchEmbed(mlir::MLIRContext &context) {
  PatchEmbedOp::attachInterface<PatchEmbedModel, PatchEmbedCost,
                                PatchEmbedProduct, PatchEmbedGradient,
                                PatchEmbedRelevance>(context);
}
