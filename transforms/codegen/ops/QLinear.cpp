//===- QLinear.cpp - Kernels of qlinear -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "dialect/KernelChecks.h"
#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/Unpack.h"
#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/LinearLoops.h"
#include "transforms/codegen/ops/QLinearWeights.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

/// What the stack may hold of an unpacked panel: K up to 16,384 columns.
constexpr int64_t kMostScratchBytes = 1 << 20;

/// What a kernel is, but for its target. Numbers of arguments that it lacks are
/// -1; its result is the last.
struct QLinearKernel {
  LinearShape shape;
  PackedWeights weights;
  ByteFormat format;
  bool writesBytes = false;
  int64_t wordGroups = 0; ///< see TileOperands

  int64_t input = -1, packed = -1, zeroPoints = -1, correction = -1;
  int64_t multiplier = -1, offset = -1, residual = -1;
  int64_t resultMultiplier = -1, resultOffset = -1;
  int64_t limit = -1, encoder = -1;

  std::string name(const Target &target) const {
    return llvm::formatv(
        "u8s{0}_linear_{1}{2}{3}{4}__{5}x{6}_{7}", weights.bits, shape.name(),
        writesBytes ? "_" + format.name() : std::string(),
        limit < 0 ? "" : "_limit",
        wordGroups ? llvm::formatv("_w{0}", wordGroups).str() : std::string(),
        target.linearRows(ProductType::U8S8), target.tileColumns(),
        target.name);
  }
};

//===----------------------------------------------------------------------===//
// Code
//===----------------------------------------------------------------------===//

/// An emitter of one kernel.
class QLinearEmitter {
public:
  QLinearEmitter(KernelBuilder &k, const QLinearKernel &kernel, ValueRange args)
      : k(k), kernel(kernel), args(args) {}

  void emit(Value begin, Value end) {
    if (!kernel.weights.isPlain())
      scratch = k.stack(kernel.weights.scratchBytes(k.target));
    auto panel = [&](Value index) { return emitPanel(index); };
    emitLinear(k, kernel.shape, ProductType::U8S8,
               {args[kernel.input], args[kernel.correction], panel,
                args[kernel.packed], kernel.weights.packedBytes(k.target),
                kernel.wordGroups},
               begin, end, [&](const TilePosition &tile, ValueRange sums) {
                 emitSink(tile, sums);
               });
  }

private:
  /// In place, or unpacked into the scratch panel.
  Value emitPanel(Value index) {
    Value packed = k.at(args[kernel.packed],
                        k.mul(index, kernel.weights.packedBytes(k.target)));
    if (kernel.weights.isPlain())
      return packed;
    Value zeroPoints =
        k.at(args[kernel.zeroPoints], k.mul(index, k.target.tileColumns()));
    emitUnpack(k, kernel.weights, packed, zeroPoints, scratch);
    return scratch;
  }

  void emitSink(const TilePosition &tile, ValueRange sums) {
    const LinearShape &shape = kernel.shape;
    int64_t resultBytes = kernel.writesBytes ? 1 : 4;
    Value result =
        elementPointer(k, args.back(), tile, shape.resultRowBytes, resultBytes);
    Value residual;
    if (kernel.residual >= 0)
      residual = elementPointer(k, args[kernel.residual], tile,
                                shape.residualRowBytes, 4);
    auto scale = [&](Value sum, int64_t r, int64_t v) -> Value {
      Value y =
          emitFma(k, emitToFloat(k, sum), column(kernel.multiplier, tile, v),
                  column(kernel.offset, tile, v));
      return residual
                 ? addResidual(k, y, residual, shape.residualRowBytes, r, v)
                 : y;
    };
    if (!kernel.writesBytes)
      return storeTile(k, tile, sums, result, shape.resultRowBytes, resultBytes,
                       scale);
    int64_t atOnce = rowsStoredTogether(tile.vectors);
    for (int64_t r = 0; r < tile.rows; r += atOnce)
      storeRows(tile, sums, r, std::min(r + atOnce, tile.rows), result, scale);
  }

  /// Rows [begin, end) of a tile, as bytes.
  void storeRows(const TilePosition &tile, ValueRange sums, int64_t begin,
                 int64_t end, Value result,
                 llvm::function_ref<Value(Value, int64_t, int64_t)> scale) {
    KernelBuilder::Values ys, limits, rows;
    for (int64_t r = begin; r < end; ++r) {
      rows.push_back(k.at(result, r * kernel.shape.resultRowBytes));
      for (int64_t v = 0; v < tile.vectors; ++v) {
        ys.push_back(scale(sums[r * tile.vectors + v], r, v));
        if (kernel.limit >= 0)
          limits.push_back(column(kernel.limit, tile, v));
      }
    }
    if (kernel.resultMultiplier >= 0)
      ys = emitActivation(tile, ys);
    storeRowBytes(k, kernel.format, ys, limits,
                  kernel.encoder < 0 ? Value() : args[kernel.encoder], rows);
  }

  /// GELU, in the units of the result.
  KernelBuilder::Values emitActivation(const TilePosition &tile,
                                       ValueRange ys) {
    KernelBuilder::Values results = emitAlternating(k, ys, [&](Value y) {
      return emitGeluForCodes(k, y, kernel.shape.tanh);
    });
    for (auto [i, y] : llvm::enumerate(results)) {
      int64_t v = static_cast<int64_t>(i) % tile.vectors;
      y = emitFma(k, y, column(kernel.resultMultiplier, tile, v),
                  column(kernel.resultOffset, tile, v));
    }
    return results;
  }

  Value column(int64_t argument, const TilePosition &tile, int64_t v) {
    return loadColumns(k, k.f32(), args[argument], tile, v);
  }

  KernelBuilder &k;
  const QLinearKernel &kernel;
  ValueRange args;
  Value scratch;
};

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

FailureOr<Matrix> addLimits(LoweringContext &context, QLinearOp op,
                            int64_t columns) {
  FailureOr<Tensor> tensor = context.parameterOf(op.getLimit());
  if (failed(tensor) || failed(checkLimits(op, &*tensor)))
    return failure();
  return context.addVector(op.getLimit(), columns);
}

FailureOr<Matrix> addEncoder(LoweringContext &context, QLinearOp op) {
  FailureOr<Tensor> tensor = context.parameterOf(op.getTable());
  if (failed(tensor) || failed(checkTable(op, &*tensor)))
    return failure();
  return context.addConstant(encoderConstants(*tensor, context.target));
}

/// The kernel's arguments; their numbers go to `kernel`.
Arguments addArguments(LoweringContext &context, QLinearOp op,
                       QLinearKernel &kernel) {
  Arguments arguments;
  int64_t columns = paddedColumns(context, kernel.shape.columns);
  auto addColumns = [&](Value vector) {
    return vector ? arguments.add(context.addVector(vector, columns)) : -1;
  };
  kernel.input = arguments.add(context.matrixOf(op.getInput()));
  kernel.packed = arguments.add(
      addLinearWeights(context, op, kernel.weights, kernel.shape.macs()));
  if (op.getWeightZeroPoint())
    kernel.zeroPoints =
        arguments.add(addLinearZeroPoints(context, op, columns));
  kernel.correction = addColumns(op.getCorrection());
  kernel.multiplier = addColumns(op.getMultiplier());
  kernel.offset = addColumns(op.getOffset());
  if (op.getResidual())
    kernel.residual = arguments.add(context.matrixOf(op.getResidual()));
  kernel.resultMultiplier = addColumns(op.getResultMultiplier());
  kernel.resultOffset = addColumns(op.getResultOffset());
  if (op.getLimit())
    kernel.limit = arguments.add(addLimits(context, op, columns));
  if (op.getTable())
    kernel.encoder = arguments.add(addEncoder(context, op));
  arguments.add(context.placeResult(op.getResult()));
  return arguments;
}

struct QLinearModel
    : KernelOpInterface::ExternalModel<QLinearModel, QLinearOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QLinearOp>(operation);
    QLinearKernel kernel = describe(op);
    if (!kernel.weights.isPlain() &&
        kernel.weights.scratchBytes(context.target) > kMostScratchBytes)
      return op.emitOpError("expects a panel of the weight, unpacked, of at "
                            "most ")
             << kMostScratchBytes << " bytes, got "
             << kernel.weights.scratchBytes(context.target);
    FailureOr<int64_t> wordGroups = wordGroupsOfWeight(context, op);
    if (failed(wordGroups))
      return failure();
    kernel.wordGroups = *wordGroups;
    Arguments arguments = addArguments(context, op, kernel);
    if (failed(arguments.status()))
      return failure();
    LinearShape &shape = kernel.shape;
    shape.tanh = op.getTanh();
    shape.inputRowBytes = arguments.get().front().rowBytes;
    shape.resultRowBytes = arguments.get().back().rowBytes;
    if (kernel.residual >= 0)
      shape.residualRowBytes = arguments.get()[kernel.residual].rowBytes;
    addStep(context, op, kernel, arguments.get());
    return success();
  }

  static QLinearKernel describe(QLinearOp op) {
    QLinearKernel kernel;
    kernel.shape =
        LinearShape::of(op.getInput(), op.getResult(), op.getEpilogue());
    auto weight =
        cast<QuantizedType>(op.getWeight().getType().getElementType());
    kernel.weights = {weight.getBits(), kernel.shape.depth};
    Type element = cast<RankedTensorType>(op.getType()).getElementType();
    kernel.writesBytes = !element.isF32();
    kernel.format = ByteFormat::of(element);
    return kernel;
  }

  static void addStep(LoweringContext &context, QLinearOp op,
                      const QLinearKernel &kernel, ArrayRef<Matrix> arguments) {
    func::FuncOp function = context.getKernel(
        op.getLoc(), kernel.name(context.target), op->getName().stripDialect(),
        {"u8", "s8", kernel.writesBytes ? "u8" : "f32"}, arguments.size(),
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          QLinearEmitter(k, kernel, args).emit(begin, end);
        });
    context.addStep(op, "", function,
                    kernel.shape.tasks(context.target, ProductType::U8S8),
                    kernel.shape.macs(), arguments);
  }
};

} // namespace

void registerQLinearKernels(MLIRContext *context) {
  QLinearOp::attachInterface<QLinearModel>(*context);
}

} // namespace mixq
