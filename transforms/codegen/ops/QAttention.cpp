//===- QAttention.cpp - Kernels of qattention -----------------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/AttentionLoops.h"
#include "transforms/codegen/ops/QAttentionPack.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

/// Arguments of the attention kernel.
enum AttendArgument {
  kQueries,
  kKeys,
  kCorrections,
  kValues,
  kScoreMultiplier,
  kProbabilityMultiplier,
  kResultMultiplier,
  kResultOffset,
  kResult,
  kAttendArguments
};

//===----------------------------------------------------------------------===//
// Scores, softmax, values
//===----------------------------------------------------------------------===//

Value select(KernelBuilder &k, int64_t valid, Value value, Value otherwise) {
  if (valid == kLanes)
    return value;
  return k.create<arith::SelectOp>(k.prefixMask(kLanes, valid), value,
                                   otherwise);
}

Value emitRowMaximum(KernelBuilder &k, const AttentionShape &shape, Value row) {
  Type lanes = k.vec(k.i32(), kLanes);
  Value lowest = k.constant(lanes, int64_t(INT32_MIN));
  auto maxima =
      emitRowVectors(k, shape.tokens, lowest,
                     [&](Value offset, int64_t valid, ValueRange carried) {
                       Value scores =
                           k.load(lanes, k.at(row, k.mul(offset, 4)));
                       scores = select(k, valid, scores, lowest);
                       return KernelBuilder::Values{
                           k.create<arith::MaxSIOp>(carried[0], scores)};
                     });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXSI, maxima[0]);
}

/// Replaces the scores of a row by exp(float(score - maximum) * multiplier);
/// returns their sum in 16 lanes.
Value emitRowExp(KernelBuilder &k, const AttentionShape &shape, Value row,
                 Value maximum, Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(maximum, kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  Value zero = k.constant(lanes, 0.0);
  auto sums = emitRowVectors(
      k, shape.tokens, zero,
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value pointer = k.at(row, k.mul(offset, 4));
        Value scores = k.load(k.vec(k.i32(), kLanes), pointer);
        Value below = k.create<arith::SubIOp>(scores, top);
        Value x = k.create<arith::MulFOp>(emitToFloat(k, below), scale);
        Value e = select(k, valid, emitExp(k, x), zero);
        k.store(e, pointer);
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], e)};
      });
  return emitLaneSum(k, sums[0]);
}

/// The probabilities of a row as codes; those past the last token are zero.
void emitRowCodes(KernelBuilder &k, const AttentionShape &shape, Value row,
                  Value codes, Value factor) {
  Value scale = k.broadcast(factor, kLanes);
  emitRowVectors(k, shape.tokens, {}, [&](Value offset, int64_t, ValueRange) {
    Value e = k.load(k.vec(k.f32(), kLanes), k.at(row, k.mul(offset, 4)));
    Value p = k.create<arith::MulFOp>(e, scale);
    k.store(emitCodes(k, p), k.at(codes, offset));
    return KernelBuilder::Values();
  });
}

void emitSoftmaxRow(KernelBuilder &k, const AttentionShape &shape,
                    ValueRange args, Value row, Value codes) {
  Value maximum = emitRowMaximum(k, shape, row);
  Value sum = emitRowExp(k, shape, row, maximum,
                         k.load(k.f32(), args[kScoreMultiplier]));
  Value factor = k.create<arith::DivFOp>(
      k.load(k.f32(), args[kProbabilityMultiplier]), sum);
  emitRowCodes(k, shape, row, codes, factor);
}

void emitTileScores(KernelBuilder &k, const AttentionShape &shape,
                    ValueRange args, const QueryTile &tile, Value scores) {
  Value corrections =
      k.at(args[kCorrections], k.mul(tile.head, shape.paddedTokens() * 4));
  Value queries =
      k.at(k.at(args[kQueries], k.mul(tile.row, shape.inputRowBytes)),
           k.mul(tile.head, shape.headColumns));
  Value keys = k.at(
      args[kKeys],
      k.mul(tile.head, packedKeyBytes(shape, ProductType::U8S8, k.target)));
  emitScores(k, shape, {ProductType::U8S8, queries, keys, scores}, tile.rows,
             [&](Value firstKey, int64_t vectors) {
               KernelBuilder::Values columns, init;
               for (int64_t v = 0; v < vectors; ++v)
                 columns.push_back(
                     k.load(k.vec(k.i32(), k.target.lanes),
                            k.at(k.at(corrections, k.mul(firstKey, 4)),
                                 v * k.target.lanes * 4)));
               for (int64_t r = 0; r < tile.rows; ++r)
                 init.append(columns);
               return init;
             });
}

void emitTileValues(KernelBuilder &k, const AttentionShape &shape,
                    ValueRange args, const QueryTile &tile, Value codes) {
  int64_t lanes = k.target.lanes;
  Value values =
      k.at(args[kValues], k.mul(tile.head, packedValueBytes(shape, k.target)));
  Value result =
      k.at(k.at(args[kResult], k.mul(tile.row, shape.resultRowBytes)),
           k.mul(tile.head, shape.headColumns));
  ValueOperands operands{ProductType::U8S8, codes, shape.paddedTokens(), values,
                         k.target.dotGroup * shape.headColumns};
  emitWeightedValues(
      k, shape, operands, tile.rows,
      [&](int64_t column, int64_t vectors, ValueRange sums) {
        auto scalar = [&](int64_t index) {
          return k.broadcast(k.load(k.f32(), args[index]), lanes);
        };
        Value multiplier = scalar(kResultMultiplier);
        Value offset = scalar(kResultOffset);
        for (int64_t i = 0; i < tile.rows * vectors; ++i) {
          Value y = emitFma(k, emitToFloat(k, sums[i]), multiplier, offset);
          int64_t first = column + i % vectors * lanes;
          k.storeFirst(
              emitCodes(k, y), shape.valueLanes(first, k.target),
              k.at(result, i / vectors * shape.resultRowBytes + first));
        }
      });
}

void emitAttend(KernelBuilder &k, const AttentionShape &shape, ValueRange args,
                Value begin, Value end) {
  Value scores = k.stack(k.target.tileRows * shape.paddedTokens() * 4);
  Value codes = k.stack(k.target.tileRows * shape.paddedTokens());
  emitQueryTiles(k, shape, begin, end, [&](const QueryTile &tile) {
    emitTileScores(k, shape, args, tile, scores);
    k.loop(0, tile.rows, 1, [&](Value r) {
      emitSoftmaxRow(k, shape, args,
                     k.at(scores, k.mul(r, shape.paddedTokens() * 4)),
                     k.at(codes, k.mul(r, shape.paddedTokens())));
    });
    emitTileValues(k, shape, args, tile, codes);
  });
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

std::string kernelName(StringRef what, const AttentionShape &shape,
                       const Target &target) {
  return llvm::formatv("u8s8_{0}_{1}x{2}x{3}_i{4}r{5}__{6}x{7}_{8}", what,
                       shape.heads, shape.tokens, shape.headColumns,
                       shape.inputRowBytes, shape.resultRowBytes,
                       target.tileRows, target.tileColumns(), target.name);
}

/// Packed keys, corrections and values.
struct Packed {
  Matrix keys, corrections, values;
};

LogicalResult addPackStep(QAttentionOp op, LoweringContext &context,
                          const AttentionShape &shape, const Matrix &input,
                          const Packed &packed) {
  FailureOr<Matrix> zeroPoint = context.addVector(op.getQueryZeroPoint(), 1);
  if (failed(zeroPoint))
    return failure();
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), kernelName("pack", shape, context.target), "qattention",
      {"none", "none", "s8"}, kPackArguments,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitQAttentionPack(k, shape, args, begin, end);
      });
  context.addStep(
      op, ".pack", kernel, shape.heads, 0,
      {input, *zeroPoint, packed.keys, packed.corrections, packed.values});
  return success();
}

LogicalResult addAttendStep(QAttentionOp op, LoweringContext &context,
                            const AttentionShape &shape, const Matrix &input,
                            const Packed &packed, const Matrix &result) {
  SmallVector<Matrix> arguments = {input, packed.keys, packed.corrections,
                                   packed.values};
  for (Value parameter :
       {op.getScoreMultiplier(), op.getProbabilityMultiplier(),
        op.getResultMultiplier(), op.getResultOffset()}) {
    FailureOr<Matrix> constant = context.addVector(parameter, 1);
    if (failed(constant))
      return failure();
    arguments.push_back(*constant);
  }
  arguments.push_back(result);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), kernelName("attention", shape, context.target), "qattention",
      {"u8", "s8", "u8"}, kAttendArguments,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitAttend(k, shape, args, begin, end);
      });
  int64_t macs = 2 * shape.tokens * shape.tokens * shape.columns();
  context.addStep(op, "", kernel, shape.heads * shape.rowTiles(context.target),
                  macs, arguments);
  return success();
}

struct QAttentionModel
    : KernelOpInterface::ExternalModel<QAttentionModel, QAttentionOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QAttentionOp>(operation);
    auto type = cast<RankedTensorType>(op.getType());
    int64_t heads = op.getHeads();
    AttentionShape shape{type.getDimSize(0), heads, type.getDimSize(1) / heads};
    FailureOr<Matrix> input = context.matrixOf(op.getInput());
    if (failed(input))
      return failure();
    Matrix result = context.placeResult(op.getResult());
    shape.inputRowBytes = input->rowBytes;
    shape.resultRowBytes = result.rowBytes;
    const Target &target = context.target;
    Packed packed{context.scratch(
                      heads * packedKeyBytes(shape, ProductType::U8S8, target)),
                  context.scratch(heads * shape.paddedTokens() * 4),
                  context.scratch(heads * packedValueBytes(shape, target) +
                                  target.lanes * target.dotGroup)};
    if (failed(addPackStep(op, context, shape, *input, packed)))
      return failure();
    return addAttendStep(op, context, shape, *input, packed, result);
  }
};

} // namespace

void registerQAttentionKernels(MLIRContext *context) {
  QAttentionOp::attachInterface<QAttentionModel>(*context);
}

} // namespace mixq
