//===- Linear.cpp - Kernels of qlinear and fused_linear -------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/Tile.h"
#include "transforms/codegen/VectorMath.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

/// The constants and matrices of one product, in the order of the kernel's
/// arguments.
enum LinearArgument {
  kInput,
  kWeights,
  kInitial,    ///< qlinear: int32 correction; fused_linear: fp32 bias
  kMultiplier, ///< qlinear only, from here on
  kOffset,
  kFirstExtra
};

struct LinearShape {
  int64_t rows, columns, depth;
  Epilogue epilogue;
  int64_t inputRowBytes, resultRowBytes, residualRowBytes;
  bool tanh = false; ///< the form of gelu
};

/// A pointer to element (row, column) of a matrix of rows of `rowBytes`.
Value elementPointer(KernelBuilder &k, Value base, const TilePosition &tile,
                     int64_t rowBytes, int64_t elementBytes) {
  Value rowStart = k.at(base, k.mul(tile.row, rowBytes));
  return k.at(rowStart, k.mul(tile.column, elementBytes));
}

/// Vector `v` of a per-column constant of 4-byte elements.
Value loadColumns(KernelBuilder &k, Type element, Value base,
                  const TilePosition &tile, int64_t v) {
  Value start = k.at(base, k.mul(tile.column, 4));
  return k.load(k.vec(element, k.target.lanes),
                k.at(start, v * k.target.lanes * 4));
}

/// Every row starts from the same per-column vector.
KernelBuilder::Values initialSums(KernelBuilder &k, Type element, Value base,
                                  const TilePosition &tile) {
  KernelBuilder::Values columns, init;
  for (int64_t v = 0; v < tile.vectors; ++v)
    columns.push_back(loadColumns(k, element, base, tile, v));
  for (int64_t r = 0; r < tile.rows; ++r)
    init.append(columns);
  return init;
}

Value addResidual(KernelBuilder &k, Value y, Value residual, int64_t rowBytes,
                  int64_t row, int64_t v) {
  Value pointer = k.at(residual, row * rowBytes + v * k.target.lanes * 4);
  return k.create<arith::AddFOp>(y, k.load(y.getType(), pointer));
}

/// Stores the accumulators of a tile through `finish(y, row, vector)`.
void storeTile(KernelBuilder &k, const TilePosition &tile, ValueRange sums,
               Value result, int64_t rowBytes, int64_t elementBytes,
               llvm::function_ref<Value(Value, int64_t, int64_t)> finish) {
  for (int64_t v = 0; v < tile.vectors; ++v)
    for (int64_t r = 0; r < tile.rows; ++r)
      k.store(finish(sums[r * tile.vectors + v], r, v),
              k.at(result, r * rowBytes + v * k.target.lanes * elementBytes));
}

void emitQLinearSink(KernelBuilder &k, const LinearShape &shape,
                     ValueRange args, const TilePosition &tile,
                     ValueRange sums) {
  bool codes = shape.epilogue == Epilogue::Requantize ||
               shape.epilogue == Epilogue::GeluRequantize;
  int64_t resultBytes = codes ? 1 : 4;
  Value result =
      elementPointer(k, args.back(), tile, shape.resultRowBytes, resultBytes);
  Value residual;
  if (shape.epilogue == Epilogue::Add)
    residual =
        elementPointer(k, args[kFirstExtra], tile, shape.residualRowBytes, 4);
  auto column = [&](int64_t index, int64_t v) {
    return loadColumns(k, k.f32(), args[index], tile, v);
  };
  auto finish = [&](Value sum, int64_t r, int64_t v) -> Value {
    Value y = emitFma(k, emitToFloat(k, sum), column(kMultiplier, v),
                      column(kOffset, v));
    if (shape.epilogue == Epilogue::Add)
      return addResidual(k, y, residual, shape.residualRowBytes, r, v);
    if (shape.epilogue == Epilogue::GeluRequantize)
      y = emitFma(k, emitGelu(k, y, shape.tanh), column(kFirstExtra, v),
                  column(kFirstExtra + 1, v));
    return codes ? emitCodes(k, y) : y;
  };
  storeTile(k, tile, sums, result, shape.resultRowBytes, resultBytes, finish);
}

void emitFusedLinearSink(KernelBuilder &k, const LinearShape &shape,
                         ValueRange args, const TilePosition &tile,
                         ValueRange sums) {
  Value result = elementPointer(k, args.back(), tile, shape.resultRowBytes, 4);
  Value residual;
  if (shape.epilogue == Epilogue::Add)
    residual =
        elementPointer(k, args[kInitial + 1], tile, shape.residualRowBytes, 4);
  auto finish = [&](Value y, int64_t r, int64_t v) -> Value {
    if (shape.epilogue == Epilogue::Add)
      return addResidual(k, y, residual, shape.residualRowBytes, r, v);
    return shape.epilogue == Epilogue::Gelu ? emitGelu(k, y, shape.tanh) : y;
  };
  storeTile(k, tile, sums, result, shape.resultRowBytes, 4, finish);
}

using Sink = void (*)(KernelBuilder &, const LinearShape &, ValueRange,
                      const TilePosition &, ValueRange);

void emitLinear(KernelBuilder &k, const LinearShape &shape, ProductType type,
                Sink sink, ValueRange args, Value begin, Value end) {
  ProductLoop product;
  product.type = type;
  product.rows = shape.rows;
  int64_t group = groupOf(type, k.target);
  product.groups = roundUp(shape.depth, group) / group;
  product.aRowBytes = shape.inputRowBytes;
  product.a = args[kInput];
  product.b = args[kWeights];
  Type sumType = type == ProductType::F32 ? k.f32() : k.i32();
  emitProductLoop(
      k, product, begin, end,
      [&](const TilePosition &tile) {
        return initialSums(k, sumType, args[kInitial], tile);
      },
      [&](const TilePosition &tile, ValueRange sums) {
        sink(k, shape, args, tile, sums);
      });
}

/// What both linears share once their arguments are known.
LogicalResult addLinearStep(LoweringContext &context, Operation *op,
                            LinearShape shape, ProductType type, Sink sink,
                            ArrayRef<Matrix> arguments, KernelTypes types) {
  const Target &target = context.target;
  shape.inputRowBytes = arguments.front().rowBytes;
  shape.resultRowBytes = arguments.back().rowBytes;
  if (shape.epilogue == Epilogue::Add)
    shape.residualRowBytes = arguments[arguments.size() - 2].rowBytes;
  std::string name = llvm::formatv(
      "{0}{1}_linear_{2}x{3}x{4}_{5}{12}_i{6}r{7}a{8}__{9}x{10}_{11}",
      types.lhs, types.rhs, shape.rows, shape.columns, shape.depth,
      stringifyEpilogue(shape.epilogue), shape.inputRowBytes,
      shape.resultRowBytes, shape.residualRowBytes, target.tileRows,
      target.tileColumns(), target.name, shape.tanh ? "_tanh" : "");
  func::FuncOp kernel = context.getKernel(
      op->getLoc(), name, op->getName().stripDialect(), types, arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitLinear(k, shape, type, sink, args, begin, end);
      });
  int64_t panels =
      roundUp(shape.columns, target.tileColumns()) / target.tileColumns();
  int64_t rowTiles = roundUp(shape.rows, target.tileRows) / target.tileRows;
  context.addStep(op, "", kernel, panels * rowTiles,
                  shape.rows * shape.columns * shape.depth, arguments);
  return success();
}

/// The weight [N, K] in panels, as a constant and an entry of the layer table.
template <typename T>
FailureOr<Matrix> addWeights(LoweringContext &context, Operation *op,
                             Value weight, int64_t rows, ProductType type) {
  FailureOr<Tensor> tensor = context.parameterOf(weight);
  if (failed(tensor))
    return failure();
  std::vector<uint8_t> packed =
      packPanels(tensor->data<T>(), tensor->dim(0), tensor->dim(1),
                 context.target.tileColumns(), groupOf(type, context.target));
  Matrix weights = context.addConstant(packed);
  context.addLayer(op, "linear", tensor->size(), rows * tensor->size(),
                   packed.size() / sizeof(T), weights);
  return weights;
}

int64_t paddedColumns(const LoweringContext &context, int64_t columns) {
  return roundUp(columns, context.target.tileColumns());
}

LinearShape shapeOf(RankedTensorType input, RankedTensorType result,
                    Epilogue epilogue) {
  return {result.getDimSize(0),
          result.getDimSize(1),
          input.getDimSize(1),
          epilogue,
          0,
          0,
          0};
}

/// Collects arguments; remembers that one of them failed.
class Arguments {
public:
  void add(FailureOr<Matrix> matrix) {
    if (failed(matrix))
      anyFailed = true;
    else
      list.push_back(*matrix);
  }
  LogicalResult status() const { return failure(anyFailed); }
  ArrayRef<Matrix> get() const { return list; }

private:
  SmallVector<Matrix> list;
  bool anyFailed = false;
};

struct QLinearModel
    : KernelOpInterface::ExternalModel<QLinearModel, QLinearOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QLinearOp>(operation);
    auto result = cast<RankedTensorType>(op.getType());
    int64_t columns = paddedColumns(context, result.getDimSize(1));
    Arguments arguments;
    arguments.add(context.matrixOf(op.getInput()));
    arguments.add(addWeights<int8_t>(context, op, op.getWeight(),
                                     result.getDimSize(0), ProductType::U8S8));
    for (Value vector :
         {op.getCorrection(), op.getMultiplier(), op.getOffset()})
      arguments.add(context.addVector(vector, columns));
    if (op.getResidual())
      arguments.add(context.matrixOf(op.getResidual()));
    if (op.getResultMultiplier()) {
      arguments.add(context.addVector(op.getResultMultiplier(), columns));
      arguments.add(context.addVector(op.getResultOffset(), columns));
    }
    arguments.add(context.placeResult(op.getResult()));
    if (failed(arguments.status()))
      return failure();
    LinearShape shape = shapeOf(cast<RankedTensorType>(op.getInput().getType()),
                                result, op.getEpilogue());
    shape.tanh = op.getTanh();
    bool codes = isa<QuantizedType>(result.getElementType());
    return addLinearStep(context, op, shape, ProductType::U8S8, emitQLinearSink,
                         arguments.get(), {"u8", "s8", codes ? "u8" : "f32"});
  }
};

struct FusedLinearModel
    : KernelOpInterface::ExternalModel<FusedLinearModel, FusedLinearOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<FusedLinearOp>(operation);
    auto result = cast<RankedTensorType>(op.getType());
    Arguments arguments;
    arguments.add(context.matrixOf(op.getInput()));
    arguments.add(addWeights<float>(context, op, op.getWeight(),
                                    result.getDimSize(0), ProductType::F32));
    arguments.add(context.addVector(
        op.getBias(), paddedColumns(context, result.getDimSize(1))));
    if (op.getResidual())
      arguments.add(context.matrixOf(op.getResidual()));
    arguments.add(context.placeResult(op.getResult()));
    if (failed(arguments.status()))
      return failure();
    LinearShape shape = shapeOf(cast<RankedTensorType>(op.getInput().getType()),
                                result, op.getEpilogue());
    shape.tanh = op.getTanh();
    return addLinearStep(context, op, shape, ProductType::F32,
                         emitFusedLinearSink, arguments.get(),
                         {"f32", "f32", "f32"});
  }
};

} // namespace

void registerLinearKernels(MLIRContext *context) {
  QLinearOp::attachInterface<QLinearModel>(*context);
  FusedLinearOp::attachInterface<FusedLinearModel>(*context);
}

} // namespace mixq
