//===- LayerNorm.cpp - Kernels of layer_norm and its quantized form -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "dialect/RowTables.h"
#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/RowNorm.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>

using namespace mlir;

namespace mixq {
namespace {

enum NormArgument {
  kInput,
  kGamma,
  kBeta,
  kResult,
  kSources,    ///< with `rows` only, from here on
  kPaddingCode ///< with padding only
};

struct RowShape {
  int64_t rows, columns, inputRowBytes, resultRowBytes;
  float epsilon;
  bool codes;
  int64_t parts = 0;       ///< input rows in one row; 0 without `rows`
  bool hasPadding = false; ///< whether some of them are zeros
  ByteFormat format = {};
};

constexpr int64_t kLanes = numerics::kSumLanes;

/// Rows that are normalised together.
constexpr int64_t kRowsTogether = 4;

void emitNormalised(KernelBuilder &k, const RowShape &shape, ValueRange args,
                    ValueRange inputs, ValueRange outputs) {
  RowNorm norm{KernelBuilder::Values(inputs), args[kGamma], args[kBeta],
               shape.columns, shape.epsilon};
  // The last vector may reach into the row's padding.
  emitRowNorm(k, norm, [&](ValueRange ys, Value column, int64_t) {
    KernelBuilder::Values pointers;
    for (Value output : outputs)
      pointers.push_back(
          k.at(output, k.mul(column, int64_t(shape.codes ? 1 : 4))));
    if (shape.codes)
      return storeRowBytes(k, shape.format, ys, {}, Value(), pointers);
    for (auto [y, pointer] : llvm::zip(ys, pointers))
      k.store(y, pointer);
  });
}

//===----------------------------------------------------------------------===//
// Rows by a table
//===----------------------------------------------------------------------===//

/// Zeros, or their codes.
void emitPaddingRow(KernelBuilder &k, const RowShape &shape, ValueRange args,
                    Value output) {
  Value padding = k.constant(k.vec(k.f32(), kLanes), 0.0);
  if (shape.codes)
    padding = k.broadcast(k.load(k.i8(), args[kPaddingCode]), kLanes);
  int64_t bytes = shape.codes ? 1 : 4;
  k.loop(0, shape.columns, kLanes, [&](Value column) {
    k.store(padding, k.at(output, k.mul(column, bytes)));
  });
}

Value isNegative(KernelBuilder &k, Value source) {
  return k.create<arith::CmpIOp>(arith::CmpIPredicate::slt, source,
                                 k.constant(k.i32(), int64_t(0)));
}

Value inputRow(KernelBuilder &k, const RowShape &shape, ValueRange args,
               Value source) {
  Value row = k.create<arith::ExtSIOp>(k.i64(), source);
  return k.at(args[kInput], k.mul(row, shape.inputRowBytes));
}

/// One part of a row to `to`. Whole vectors: what is stored past its end, the
/// next part overwrites.
void emitPart(KernelBuilder &k, const RowShape &shape, ValueRange args,
              Value source, Value to) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto fill = [&](llvm::function_ref<Value(Value)> valueAt) {
    k.loop(0, shape.columns / shape.parts, kLanes, [&](Value column) {
      Value bytes = k.mul(column, 4);
      k.store(valueAt(bytes), k.at(to, bytes));
    });
  };
  auto copy = [&] {
    Value from = inputRow(k, shape, args, source);
    fill([&](Value bytes) { return k.load(lanes, k.at(from, bytes)); });
  };
  if (!shape.hasPadding)
    return copy();
  Value zero = k.constant(lanes, 0.0);
  k.branch(
      isNegative(k, source), [&] { fill([&](Value) { return zero; }); }, copy);
}

/// Normalises the row that `sources` puts together, in `scratch` where it has
/// several parts. Nothing but padding stays padding.
void emitGatheredRow(KernelBuilder &k, const RowShape &shape, ValueRange args,
                     Value row, Value scratch) {
  Value output = k.at(args[kResult], k.mul(row, shape.resultRowBytes));
  Value entry = k.at(args[kSources], k.mul(row, shape.parts * 4));
  KernelBuilder::Values sources;
  for (int64_t part = 0; part < shape.parts; ++part)
    sources.push_back(k.load(k.i32(), k.at(entry, part * 4)));
  auto normalise = [&] {
    if (shape.parts == 1)
      return emitNormalised(k, shape, args,
                            inputRow(k, shape, args, sources[0]), output);
    int64_t partBytes = shape.columns / shape.parts * 4;
    for (int64_t part = 0; part < shape.parts; ++part)
      emitPart(k, shape, args, sources[part], k.at(scratch, part * partBytes));
    emitNormalised(k, shape, args, scratch, output);
  };
  if (!shape.hasPadding)
    return normalise();
  // Negative only if all sources are.
  Value all = sources[0];
  for (Value source : llvm::drop_begin(sources))
    all = k.create<arith::AndIOp>(all, source);
  k.branch(
      isNegative(k, all), [&] { emitPaddingRow(k, shape, args, output); },
      normalise);
}

/// Rows [first, first + count), each of which is one of the input.
void emitWholeRows(KernelBuilder &k, const RowShape &shape, ValueRange args,
                   Value first, int64_t count) {
  KernelBuilder::Values inputs, outputs;
  for (int64_t i = 0; i < count; ++i) {
    Value row = k.add(first, k.index(i));
    outputs.push_back(k.at(args[kResult], k.mul(row, shape.resultRowBytes)));
    inputs.push_back(
        shape.parts
            ? inputRow(k, shape, args,
                       k.load(k.i32(), k.at(args[kSources], k.mul(row, 4))))
            : k.at(args[kInput], k.mul(row, shape.inputRowBytes)));
  }
  emitNormalised(k, shape, args, inputs, outputs);
}

void emitRows(KernelBuilder &k, const RowShape &shape, ValueRange args,
              Value begin, Value end) {
  Value scratch;
  if (shape.parts > 1)
    scratch = k.stack((roundUp(shape.columns, kLanes) + kLanes) * 4);
  if (shape.parts > 1 || shape.hasPadding) {
    k.loop(begin, end, 1, {}, [&](Value row, ValueRange) {
      emitGatheredRow(k, shape, args, row, scratch);
      return KernelBuilder::Values();
    });
    return;
  }
  auto emitSome = [&](Value first, Value last, int64_t count) {
    k.loop(first, last, count, {}, [&](Value row, ValueRange) {
      emitWholeRows(k, shape, args, row, count);
      return KernelBuilder::Values();
    });
  };
  Value count = k.create<arith::SubIOp>(end, begin);
  Value together =
      k.add(begin, k.mul(k.divide(count, kRowsTogether), kRowsTogether));
  emitSome(begin, together, kRowsTogether);
  emitSome(together, end, 1);
}

//===----------------------------------------------------------------------===//
// The models
//===----------------------------------------------------------------------===//

Value rowsOf(LayerNormOp) { return nullptr; }
Value rowsOf(FusedLayerNormOp op) { return op.getRows(); }
Value rowsOf(LayerNormQuantizeOp op) { return op.getRows(); }

std::vector<uint8_t> paddingOf(LayerNormQuantizeOp op) {
  return {static_cast<uint8_t>(op.getPaddingCode())};
}
template <typename Op> std::vector<uint8_t> paddingOf(Op) { return {0}; }

/// The table, if `op` has one, and what follows from it.
template <typename Op>
LogicalResult addSources(Op op, LoweringContext &context, RowShape &shape,
                         SmallVectorImpl<Matrix> &arguments) {
  Value rows = rowsOf(op);
  if (!rows)
    return success();
  FailureOr<Tensor> table = context.parameterOf(rows);
  int64_t inputRows = op.getInput().getType().getDimSize(0);
  if (failed(table) || failed(checkGatheredRows(op, *table, inputRows)))
    return failure();
  FailureOr<Matrix> sources = context.addVector(rows, table->size());
  if (failed(sources))
    return failure();
  arguments.push_back(*sources);
  const auto *first = table->template data<int32_t>();
  shape.parts = table->dim(1);
  shape.hasPadding =
      std::find(first, first + table->size(), -1) != first + table->size();
  if (shape.hasPadding)
    arguments.push_back(context.addConstant(paddingOf(op)));
  return success();
}

std::string kernelName(const RowShape &shape, const Target &target) {
  std::string rows;
  if (shape.parts)
    rows = llvm::formatv("_g{0}{1}", shape.parts, shape.hasPadding ? "z" : "");
  return llvm::formatv(
      "f32_layer_norm_{0}_{1}_eps{2:x}_i{3}r{4}{5}__{6}", shape.columns,
      shape.codes ? shape.format.name() : std::string("f32"),
      llvm::bit_cast<uint32_t>(shape.epsilon), shape.inputRowBytes,
      shape.resultRowBytes, rows, target.name);
}

template <typename Op>
LogicalResult lowerLayerNorm(Op op, LoweringContext &context, bool codes) {
  auto type = cast<RankedTensorType>(op.getType());
  if (type.getRank() != 2)
    return op.emitOpError("expects an input of rank 2 to generate code, got ")
           << type;
  int64_t columns = type.getDimSize(1);
  FailureOr<Matrix> input = context.matrixOf(op.getInput());
  int64_t padded = roundUp(columns, numerics::kSumLanes);
  FailureOr<Matrix> gamma = context.addVector(op.getGamma(), padded);
  FailureOr<Matrix> beta = context.addVector(op.getBeta(), padded);
  if (failed(input) || failed(gamma) || failed(beta))
    return failure();
  Matrix result = context.placeResult(op.getResult());
  RowShape shape{type.getDimSize(0),
                 columns,
                 input->rowBytes,
                 result.rowBytes,
                 op.getEpsilon().convertToFloat(),
                 codes};
  shape.format = ByteFormat::of(type.getElementType());
  SmallVector<Matrix> arguments = {*input, *gamma, *beta, result};
  if (failed(addSources(op, context, shape, arguments)))
    return failure();
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), kernelName(shape, context.target),
      op->getName().stripDialect(), {"none", "none", codes ? "u8" : "f32"},
      arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitRows(k, shape, args, begin, end);
      });
  context.addStep(op, "", kernel, shape.rows, 0, arguments);
  return success();
}

template <typename Op, bool codes>
struct NormModel : KernelOpInterface::ExternalModel<NormModel<Op, codes>, Op> {
  LogicalResult lowerToSteps(Operation *op, LoweringContext &context) const {
    return lowerLayerNorm(cast<Op>(op), context, codes);
  }
};

} // namespace

void registerLayerNormKernels(MLIRContext *context) {
  LayerNormOp::attachInterface<NormModel<LayerNormOp, false>>(*context);
  FusedLayerNormOp::attachInterface<NormModel<FusedLayerNormOp, false>>(
      *context);
  LayerNormQuantizeOp::attachInterface<NormModel<LayerNormQuantizeOp, true>>(
      *context);
}

} // namespace mixq
