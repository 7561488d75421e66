//===- Patches.cpp - Kernels that cut an image into patches ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/VectorMath.h"

#include "llvm/Support/FormatVariadic.h"

#include <numeric>

using namespace mlir;

namespace mixq {
namespace {

struct PatchShape {
  int64_t channels, height, width, patchHeight, patchWidth, resultRowBytes;
  bool codes;
  ByteFormat format;

  int64_t patchesDown() const { return height / patchHeight; }
  int64_t patchesAcross() const { return width / patchWidth; }
};

/// One line of one patch: contiguous in the image and in the row. `column` is
/// its first element within the row.
void emitPatchLine(KernelBuilder &k, const PatchShape &shape, ValueRange args,
                   Value source, Value row, Value column) {
  int64_t chunk = std::gcd(shape.patchWidth, int64_t(16));
  for (int64_t x = 0; x < shape.patchWidth; x += chunk) {
    Value pixels = k.load(k.vec(k.f32(), chunk), k.at(source, x * 4));
    if (!shape.codes) {
      k.store(pixels, k.at(k.at(row, k.mul(column, 4)), x * 4));
      continue;
    }
    auto scalar = [&](Value pointer) {
      return k.broadcast(k.load(k.f32(), pointer), chunk);
    };
    Value scaled = k.create<arith::MulFOp>(pixels, scalar(args[1]));
    // round(v) + zero_point, both exact in fp32 where the code is in range.
    Value rounded = emitRoundEven(k, scaled);
    Value y = k.create<arith::AddFOp>(rounded, scalar(args[2]));
    k.store(emitBytes(k, shape.format, y, Value()), k.at(k.at(row, column), x));
  }
}

/// One task is one row of patches.
void emitPatchRow(KernelBuilder &k, const PatchShape &shape, ValueRange args,
                  Value patchRow) {
  k.loop(0, shape.patchesAcross(), 1, [&](Value patch) {
    Value index = k.add(k.mul(patchRow, shape.patchesAcross()), patch);
    Value row = k.at(args.back(), k.mul(index, shape.resultRowBytes));
    k.loop(0, shape.channels * shape.patchHeight, 1, [&](Value line) {
      Value channel = k.divide(line, shape.patchHeight);
      Value y = k.add(k.mul(patchRow, shape.patchHeight),
                      k.remainder(line, shape.patchHeight));
      Value pixel =
          k.add(k.mul(k.add(k.mul(channel, shape.height), y), shape.width),
                k.mul(patch, shape.patchWidth));
      emitPatchLine(k, shape, args, k.at(args[0], k.mul(pixel, 4)), row,
                    k.mul(line, shape.patchWidth));
    });
  });
}

PatchShape shapeOf(Value image, ArrayRef<int64_t> patch, bool codes) {
  auto type = cast<RankedTensorType>(image.getType());
  return {type.getDimSize(0),
          type.getDimSize(1),
          type.getDimSize(2),
          patch[0],
          patch[1],
          0,
          codes,
          ByteFormat()};
}

LogicalResult addPatchStep(Operation *op, LoweringContext &context,
                           PatchShape shape, ArrayRef<Matrix> arguments) {
  shape.resultRowBytes = arguments.back().rowBytes;
  StringRef result = shape.codes ? "u8" : "f32";
  std::string name = llvm::formatv(
      "f32_patches_{0}x{1}x{2}_{3}x{4}_{5}_r{6}__{7}", shape.channels,
      shape.height, shape.width, shape.patchHeight, shape.patchWidth,
      shape.codes ? shape.format.name() : "f32", shape.resultRowBytes,
      context.target.name);
  func::FuncOp kernel = context.getKernel(
      op->getLoc(), name, op->getName().stripDialect(),
      {"none", "none", result}, arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        k.loop(begin, end, 1, {}, [&](Value patchRow, ValueRange) {
          emitPatchRow(k, shape, args, patchRow);
          return KernelBuilder::Values();
        });
      });
  context.addStep(op, "", kernel, shape.patchesDown(), 0, arguments);
  return success();
}

struct ExtractPatchesModel
    : KernelOpInterface::ExternalModel<ExtractPatchesModel, ExtractPatchesOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<ExtractPatchesOp>(operation);
    FailureOr<Matrix> image = context.matrixOf(op.getImage());
    if (failed(image))
      return failure();
    return addPatchStep(op, context,
                        shapeOf(op.getImage(), op.getPatch(), false),
                        {*image, context.placeResult(op.getResult())});
  }
};

struct QuantizePatchesModel
    : KernelOpInterface::ExternalModel<QuantizePatchesModel,
                                       QuantizePatchesOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QuantizePatchesOp>(operation);
    FailureOr<Matrix> image = context.matrixOf(op.getImage());
    FailureOr<Matrix> multiplier = context.addVector(op.getMultiplier(), 1);
    FailureOr<Matrix> zeroPoint = context.addVector(op.getZeroPoint(), 1);
    if (failed(image) || failed(multiplier) || failed(zeroPoint))
      return failure();
    PatchShape shape = shapeOf(op.getImage(), op.getPatch(), true);
    shape.format = ByteFormat::of(op.getResult().getType().getElementType());
    return addPatchStep(
        op, context, shape,
        {*image, *multiplier, *zeroPoint, context.placeResult(op.getResult())});
  }
};

} // namespace

void registerPatchesKernels(MLIRContext *context) {
  ExtractPatchesOp::attachInterface<ExtractPatchesModel>(*context);
  QuantizePatchesOp::attachInterface<QuantizePatchesModel>(*context);
}

} // namespace mixq
