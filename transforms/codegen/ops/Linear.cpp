//===- Linear.cpp - Kernels of fused_linear -------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/LinearLoops.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

/// The kernel's arguments; the residual follows, and the result is the last.
enum FusedLinearArgument { kInput, kWeights, kBias, kResidual };

/// Row by row, so that the chains of a row's polynomials alternate.
void storeGelu(KernelBuilder &k, const LinearShape &shape,
               const TilePosition &tile, ValueRange sums, Value result) {
  for (int64_t r = 0; r < tile.rows; ++r) {
    KernelBuilder::Values ys =
        emitAlternating(k, sums.slice(r * tile.vectors, tile.vectors),
                        [&](Value y) { return emitGelu(k, y, shape.tanh); });
    for (auto [v, y] : llvm::enumerate(ys))
      k.store(y, k.at(result, r * shape.resultRowBytes +
                                  int64_t(v) * k.target.lanes * 4));
  }
}

void emitSink(KernelBuilder &k, const LinearShape &shape, ValueRange args,
              const TilePosition &tile, ValueRange sums) {
  Value result = elementPointer(k, args.back(), tile, shape.resultRowBytes, 4);
  if (shape.epilogue == Epilogue::Gelu)
    return storeGelu(k, shape, tile, sums, result);
  Value residual;
  if (shape.epilogue == Epilogue::Add)
    residual =
        elementPointer(k, args[kResidual], tile, shape.residualRowBytes, 4);
  auto finish = [&](Value y, int64_t r, int64_t v) {
    return residual ? addResidual(k, y, residual, shape.residualRowBytes, r, v)
                    : y;
  };
  storeTile(k, tile, sums, result, shape.resultRowBytes, 4, finish);
}

void emitKernel(KernelBuilder &k, const LinearShape &shape, ValueRange args,
                Value begin, Value end) {
  int64_t panelBytes = shape.depth * k.target.tileColumns() * 4;
  auto panel = [&](Value index) {
    return k.at(args[kWeights], k.mul(index, panelBytes));
  };
  emitLinear(k, shape, ProductType::F32,
             {args[kInput], args[kBias], panel, args[kWeights], panelBytes},
             begin, end, [&](const TilePosition &tile, ValueRange sums) {
               emitSink(k, shape, args, tile, sums);
             });
}

/// The weight [N, K] in panels, as a constant and an entry of the layer table.
FailureOr<Matrix> addWeights(LoweringContext &context, FusedLinearOp op,
                             const LinearShape &shape) {
  FailureOr<Tensor> tensor = context.parameterOf(op.getWeight());
  if (failed(tensor))
    return failure();
  std::vector<uint8_t> packed = packPanels(
      tensor->data<float>(), tensor->dim(0), tensor->dim(1),
      context.target.tileColumns(), groupOf(ProductType::F32, context.target));
  Matrix weights = context.addConstant(packed);
  context.addLayer(op, "linear", tensor->size(), shape.macs(),
                   packed.size() / sizeof(float), weights);
  return weights;
}

struct FusedLinearModel
    : KernelOpInterface::ExternalModel<FusedLinearModel, FusedLinearOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<FusedLinearOp>(operation);
    LinearShape shape =
        LinearShape::of(op.getInput(), op.getResult(), op.getEpilogue());
    Arguments arguments;
    arguments.add(context.matrixOf(op.getInput()));
    arguments.add(addWeights(context, op, shape));
    arguments.add(
        context.addVector(op.getBias(), paddedColumns(context, shape.columns)));
    if (op.getResidual())
      arguments.add(context.matrixOf(op.getResidual()));
    arguments.add(context.placeResult(op.getResult()));
    if (failed(arguments.status()))
      return failure();
    shape.tanh = op.getTanh();
    shape.inputRowBytes = arguments.get().front().rowBytes;
    shape.resultRowBytes = arguments.get().back().rowBytes;
    if (op.getResidual())
      shape.residualRowBytes = arguments.get()[kResidual].rowBytes;
    addStep(context, op, shape, arguments.get());
    return success();
  }

  static void addStep(LoweringContext &context, FusedLinearOp op,
                      const LinearShape &shape, ArrayRef<Matrix> arguments) {
    const Target &target = context.target;
    std::string name =
        llvm::formatv("f32f32_linear_{0}__{1}x{2}_{3}", shape.name(),
                      target.tileRows, target.tileColumns(), target.name);
    func::FuncOp kernel = context.getKernel(
        op.getLoc(), name, op->getName().stripDialect(), {"f32", "f32", "f32"},
        arguments.size(),
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          emitKernel(k, shape, args, begin, end);
        });
    context.addStep(op, "", kernel, shape.tasks(target, ProductType::F32),
                    shape.macs(), arguments);
  }
};

} // namespace

void registerLinearKernels(MLIRContext *context) {
  FusedLinearOp::attachInterface<FusedLinearModel>(*context);
}

} // namespace mixq
