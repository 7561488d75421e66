//===- QAttention.cpp - Kernels of qattention -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "dialect/KernelChecks.h"
#include "transforms/codegen/Encoder.h"
#include "transforms/codegen/ops/QAttentionPack.h"
#include "transforms/codegen/ops/QAttentionTile.h"
#include "transforms/codegen/ops/QAttentionWindows.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

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
  kEncoder ///< where probabilities are entries of a codebook
};

void emitAttend(KernelBuilder &k, const AttentionShape &shape,
                const AttentionFormat &format, ValueRange args, Value begin,
                Value end) {
  QAttentionScratch scratch(k, shape);
  emitQueryTiles(
      k, shape, ProductType::U8S8, begin, end, [&](const QueryTile &tile) {
        auto ofHead = [&](int64_t argument) {
          return format.ofHead(k, args[argument], tile.head);
        };
        QAttentionParameters parameters{
            format, ofHead(kScoreMultiplier), args[kProbabilityMultiplier],
            ofHead(kResultMultiplier), args[kResultOffset]};
        if (format.probabilities.isCodebook)
          parameters.encoder = args[kEncoder];
        auto part = [&](int64_t argument, int64_t headBytes) {
          return k.at(args[argument], k.mul(tile.head, headBytes));
        };
        QAttentionHead head{
            part(kQueries, shape.headColumns),
            part(kKeys, packedKeyBytes(shape, ProductType::U8S8, k.target)),
            part(kCorrections, shape.paddedTokens() * 4),
            part(kValues, packedValueBytes(shape, k.target))};
        emitQAttentionTile(
            k, shape, head, parameters, scratch, tile,
            [&](const QueryTile &some) {
              Value result = k.at(part(kResult, shape.headColumns),
                                  k.mul(some.row, shape.resultRowBytes));
              KernelBuilder::Values rows;
              for (int64_t r = 0; r < some.rows; ++r)
                rows.push_back(k.at(result, r * shape.resultRowBytes));
              return rows;
            });
      });
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

std::string kernelName(const Twine &what, const AttentionShape &shape,
                       StringRef format, const Target &target) {
  return llvm::formatv("u8s8_{0}_{1}x{2}x{3}_i{4}r{5}{6}__{7}x{8}_{9}",
                       what.str(), shape.heads, shape.tokens, shape.headColumns,
                       shape.inputRowBytes, shape.resultRowBytes, format,
                       shape.productRows(ProductType::U8S8, target),
                       target.tileColumns(), target.name);
}

/// Packed keys, corrections and values.
struct Packed {
  Matrix keys, corrections, values;
};

/// All elements of a parameter, each of 4 bytes.
FailureOr<Matrix> addWhole(LoweringContext &context, Value parameter) {
  auto type = cast<RankedTensorType>(parameter.getType());
  return context.addVector(parameter, type.getNumElements());
}

LogicalResult addPackStep(QAttentionOp op, LoweringContext &context,
                          const AttentionShape &shape, const Matrix &input,
                          const Packed &packed) {
  const bool isPerHead = op.isPerHead();
  FailureOr<Matrix> zeroPoints = addWhole(context, op.getZeroPoints());
  if (failed(zeroPoints))
    return failure();
  std::string name =
      kernelName("pack", shape, isPerHead ? "_heads" : "", context.target);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, "qattention", {"none", "none", "s8"}, kPackArguments,
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitQAttentionPack(k, shape, isPerHead, args, begin, end);
      });
  context.addStep(
      op, ".pack", kernel, shape.heads, 0,
      {input, *zeroPoints, packed.keys, packed.corrections, packed.values});
  return success();
}

AttentionFormat formatOf(QAttentionOp op) {
  ByteFormat probabilities{static_cast<unsigned>(op.getProbabilityBits()),
                           static_cast<bool>(op.getTable())};
  return {probabilities,
          ByteFormat::of(op.getResult().getType().getElementType()),
          op.getRowScale(), op.isPerHead()};
}

LogicalResult addEncoder(QAttentionOp op, LoweringContext &context,
                         SmallVectorImpl<Matrix> &arguments) {
  if (!op.getTable())
    return success();
  FailureOr<Tensor> table = context.parameterOf(op.getTable());
  if (failed(table) || failed(checkTable(op, &*table)))
    return failure();
  arguments.push_back(
      context.addConstant(encoderConstants(*table, context.target)));
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
    FailureOr<Matrix> constant = addWhole(context, parameter);
    if (failed(constant))
      return failure();
    arguments.push_back(*constant);
  }
  arguments.push_back(result);
  if (failed(addEncoder(op, context, arguments)))
    return failure();
  AttentionFormat format = formatOf(op);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(),
      kernelName("attention", shape, format.name(), context.target),
      "qattention", {"u8", "s8", "u8"}, arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitAttend(k, shape, format, args, begin, end);
      });
  int64_t macs = 2 * shape.tokens * shape.tokens * shape.columns();
  context.addStep(op, "", kernel,
                  shape.heads *
                      shape.rowTiles(ProductType::U8S8, context.target),
                  macs, arguments);
  return success();
}

/// The zero-points, and what the scores, the probabilities and the result are
/// multiplied with.
LogicalResult addScalars(QAttentionOp op, LoweringContext &context,
                         SmallVectorImpl<Matrix> &arguments) {
  for (Value parameter :
       {cast<Value>(op.getZeroPoints()), cast<Value>(op.getScoreMultiplier()),
        cast<Value>(op.getProbabilityMultiplier()),
        cast<Value>(op.getResultMultiplier()),
        cast<Value>(op.getResultOffset())}) {
    FailureOr<Matrix> constant = addWhole(context, parameter);
    if (failed(constant))
      return failure();
    arguments.push_back(*constant);
  }
  return success();
}

LogicalResult addWindowStep(QAttentionOp op, LoweringContext &context,
                            const AttentionShape &shape,
                            const WindowOperands &windows, const Matrix &input,
                            const Matrix &result) {
  SmallVector<Matrix> arguments = {input};
  if (failed(checkWindowStack(op, shape,
                              windowStackBytes(shape, context.target))) ||
      failed(addScalars(op, context, arguments)))
    return failure();
  arguments.push_back(result);
  if (failed(addEncoder(op, context, arguments)))
    return failure();
  llvm::append_range(arguments, windows.constants);
  AttentionFormat format = formatOf(op);
  std::string name = kernelName("attention_" + windows.shape.name(), shape,
                                format.name(), context.target);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, "qattention", {"u8", "s8", "u8"}, arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitAttendWindows(k, shape, format, windows.shape, args, begin, end);
      });
  int64_t count = windows.shape.count();
  context.addStep(op, "", kernel, count * shape.heads,
                  2 * count * shape.tokens * shape.tokens * shape.columns(),
                  arguments);
  return success();
}

struct QAttentionModel
    : KernelOpInterface::ExternalModel<QAttentionModel, QAttentionOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QAttentionOp>(operation);
    FailureOr<AttentionOperands> operands = readAttention(op, context);
    if (failed(operands))
      return failure();
    const auto &[shape, windows, input, result] = *operands;
    if (!windows.shape.isPlain())
      return addWindowStep(op, context, shape, windows, input, result);
    const Target &target = context.target;
    Packed packed{
        context.scratch(shape.heads *
                        packedKeyBytes(shape, ProductType::U8S8, target)),
        context.scratch(shape.heads * shape.paddedTokens() * 4),
        context.scratch(shape.heads * packedValueBytes(shape, target) +
                        target.lanes * target.dotGroup)};
    if (failed(addPackStep(op, context, shape, input, packed)))
      return failure();
    return addAttendStep(op, context, shape, input, packed, result);
  }
};

} // namespace

void registerQAttentionKernels(MLIRContext *context) {
  QAttentionOp::attachInterface<QAttentionModel>(*context);
}

} // namespace mixq
