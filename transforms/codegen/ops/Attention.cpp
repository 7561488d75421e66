//===- Attention.cpp - Kernels of fused_attention -------------------*- C++
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

#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

enum AttendArgument { kQkv, kKeys, kMultiplier, kResult, kAttendArguments };

/// Keys, transposed into panels: panel[channel][key]. One task is one head.
void emitPack(KernelBuilder &k, const AttentionShape &shape, ValueRange args,
              Value begin, Value end) {
  int64_t columns = k.target.tileColumns();
  k.loop(begin, end, 1, {}, [&](Value head, ValueRange) {
    Value source = k.at(k.at(args[0], shape.columns() * 4),
                        k.mul(head, shape.headColumns * 4));
    Value keys =
        k.at(args[1],
             k.mul(head, packedKeyBytes(shape, ProductType::F32, k.target)));
    k.loop(0, shape.tokens, 1, [&](Value token) {
      Value panel =
          k.mul(k.divide(token, columns), shape.headColumns * columns * 4);
      Value start =
          k.at(k.at(keys, panel), k.mul(k.remainder(token, columns), 4));
      Value key = k.load(k.vec(k.f32(), shape.headColumns),
                         k.at(source, k.mul(token, shape.inputRowBytes)));
      for (int64_t c = 0; c < shape.headColumns; ++c)
        k.store(k.create<vector::ExtractOp>(key, ArrayRef<int64_t>{c}),
                k.at(start, c * columns * 4));
    });
    return KernelBuilder::Values();
  });
}

Value select(KernelBuilder &k, int64_t valid, Value value, double otherwise) {
  if (valid == kLanes)
    return value;
  return k.create<arith::SelectOp>(k.prefixMask(kLanes, valid), value,
                                   k.constant(value.getType(), otherwise));
}

Value emitRowMaximum(KernelBuilder &k, const AttentionShape &shape, Value row) {
  Type lanes = k.vec(k.f32(), kLanes);
  auto maxima = emitRowVectors(
      k, shape.tokens, k.constant(lanes, -INFINITY),
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value scores = k.load(lanes, k.at(row, k.mul(offset, 4)));
        scores = select(k, valid, scores, -INFINITY);
        Value larger = k.create<arith::CmpFOp>(arith::CmpFPredicate::OGT,
                                               scores, carried[0]);
        return KernelBuilder::Values{
            k.create<arith::SelectOp>(larger, scores, carried[0])};
      });
  return k.create<vector::ReductionOp>(vector::CombiningKind::MAXNUMF,
                                       maxima[0]);
}

/// Replaces a row of scores by exp((score - maximum) * multiplier) and returns
/// one over their sum.
Value emitRowExp(KernelBuilder &k, const AttentionShape &shape, Value row,
                 Value multiplier) {
  Type lanes = k.vec(k.f32(), kLanes);
  Value top = k.broadcast(emitRowMaximum(k, shape, row), kLanes);
  Value scale = k.broadcast(multiplier, kLanes);
  auto sums = emitRowVectors(
      k, shape.tokens, k.constant(lanes, 0.0),
      [&](Value offset, int64_t valid, ValueRange carried) {
        Value pointer = k.at(row, k.mul(offset, 4));
        Value below = k.create<arith::SubFOp>(k.load(lanes, pointer), top);
        Value x = k.create<arith::MulFOp>(below, scale);
        Value e = select(k, valid, emitExp(k, x), 0.0);
        k.store(e, pointer);
        return KernelBuilder::Values{k.create<arith::AddFOp>(carried[0], e)};
      });
  return k.create<arith::DivFOp>(k.constant(k.f32(), 1.0),
                                 emitLaneSum(k, sums[0]));
}

void emitTileValues(KernelBuilder &k, const AttentionShape &shape,
                    ValueRange args, const QueryTile &tile, Value scores,
                    Value reciprocals) {
  int64_t lanes = k.target.lanes;
  Value headBytes = k.mul(tile.head, shape.headColumns * 4);
  Value values = k.at(k.at(args[kQkv], 2 * shape.columns() * 4), headBytes);
  Value result = k.at(
      k.at(args[kResult], k.mul(tile.row, shape.resultRowBytes)), headBytes);
  ValueOperands operands{ProductType::F32, scores, shape.paddedTokens() * 4,
                         values, shape.inputRowBytes};
  emitWeightedValues(
      k, shape, operands, tile.rows,
      [&](int64_t column, int64_t vectors, ValueRange sums) {
        for (int64_t i = 0; i < tile.rows * vectors; ++i) {
          Value scale = k.broadcast(
              k.load(k.f32(), k.at(reciprocals, i / vectors * 4)), lanes);
          int64_t first = column + i % vectors * lanes;
          k.storeFirst(
              k.create<arith::MulFOp>(sums[i], scale),
              shape.valueLanes(first, k.target),
              k.at(result, i / vectors * shape.resultRowBytes + first * 4));
        }
      });
}

void emitTileScores(KernelBuilder &k, const AttentionShape &shape,
                    ValueRange args, const QueryTile &tile, Value scores) {
  Value queries = k.at(k.at(args[kQkv], k.mul(tile.row, shape.inputRowBytes)),
                       k.mul(tile.head, shape.headColumns * 4));
  Value keys =
      k.at(args[kKeys],
           k.mul(tile.head, packedKeyBytes(shape, ProductType::F32, k.target)));
  Value zero = k.constant(k.vec(k.f32(), k.target.lanes), 0.0);
  emitScores(k, shape, {ProductType::F32, queries, keys, scores}, tile.rows,
             [&](Value, int64_t vectors) {
               return KernelBuilder::Values(tile.rows * vectors, zero);
             });
}

void emitAttend(KernelBuilder &k, const AttentionShape &shape, ValueRange args,
                Value begin, Value end) {
  int64_t rowBytes = shape.paddedTokens() * 4;
  Value scores = k.stack(k.target.tileRows * rowBytes);
  Value reciprocals = k.stack(k.target.tileRows * 4);
  emitQueryTiles(k, shape, begin, end, [&](const QueryTile &tile) {
    emitTileScores(k, shape, args, tile, scores);
    k.loop(0, tile.rows, 1, [&](Value r) {
      Value reciprocal = emitRowExp(k, shape, k.at(scores, k.mul(r, rowBytes)),
                                    k.load(k.f32(), args[kMultiplier]));
      k.store(reciprocal, k.at(reciprocals, k.mul(r, 4)));
    });
    emitTileValues(k, shape, args, tile, scores, reciprocals);
  });
}

std::string kernelName(StringRef what, const AttentionShape &shape,
                       const Target &target) {
  return llvm::formatv("f32f32_{0}_{1}x{2}x{3}_i{4}r{5}__{6}x{7}_{8}", what,
                       shape.heads, shape.tokens, shape.headColumns,
                       shape.inputRowBytes, shape.resultRowBytes,
                       target.tileRows, target.tileColumns(), target.name);
}

struct FusedAttentionModel
    : KernelOpInterface::ExternalModel<FusedAttentionModel, FusedAttentionOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<FusedAttentionOp>(operation);
    auto type = cast<RankedTensorType>(op.getType());
    int64_t heads = op.getHeads();
    AttentionShape shape{type.getDimSize(0), heads, type.getDimSize(1) / heads};
    FailureOr<Matrix> input = context.matrixOf(op.getInput());
    if (failed(input))
      return failure();
    Matrix result = context.placeResult(op.getResult());
    shape.inputRowBytes = input->rowBytes;
    shape.resultRowBytes = result.rowBytes;
    addSteps(op, context, shape, *input, result);
    return success();
  }

  static void addSteps(FusedAttentionOp op, LoweringContext &context,
                       const AttentionShape &shape, const Matrix &input,
                       const Matrix &result) {
    const Target &target = context.target;
    float multiplier = op.getMultiplier().convertToFloat();
    std::vector<uint8_t> bytes(sizeof(multiplier));
    std::memcpy(bytes.data(), &multiplier, sizeof(multiplier));
    Matrix scale = context.addConstant(bytes);
    Matrix keys = context.scratch(
        shape.heads * packedKeyBytes(shape, ProductType::F32, target));
    func::FuncOp pack = context.getKernel(
        op.getLoc(), kernelName("pack", shape, target), "fused_attention",
        {"none", "none", "f32"}, 2,
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          emitPack(k, shape, args, begin, end);
        });
    context.addStep(op, ".pack", pack, shape.heads, 0, {input, keys});
    func::FuncOp attend = context.getKernel(
        op.getLoc(), kernelName("attention", shape, target), "fused_attention",
        {"f32", "f32", "f32"}, kAttendArguments,
        [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
          emitAttend(k, shape, args, begin, end);
        });
    context.addStep(op, "", attend, shape.heads * shape.rowTiles(target),
                    2 * shape.tokens * shape.tokens * shape.columns(),
                    {input, keys, scale, result});
  }
};

} // namespace

void registerAttentionKernels(MLIRContext *context) {
  FusedAttentionOp::attachInterface<FusedAttentionModel>(*context);
}

} // namespace mixq
