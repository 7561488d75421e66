//===- Attention.cpp - Kernels of fused_attention -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/ops/AttentionTile.h"
#include "transforms/codegen/ops/Windows.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;

namespace mixq {
namespace {

enum AttendArgument { kQkv, kKeys, kMultiplier, kResult, kAttendArguments };

/// Head number `head` of the only window.
AttentionHead headAt(KernelBuilder &k, const AttentionShape &shape, Value qkv,
                     Value keys, Value head) {
  return {k.at(qkv, k.mul(head, shape.headColumns * 4)),
          k.at(keys,
               k.mul(head, packedKeyBytes(shape, ProductType::F32, k.target)))};
}

/// One task is one head.
void emitPack(KernelBuilder &k, const AttentionShape &shape, ValueRange args,
              Value begin, Value end) {
  k.loop(begin, end, 1, {}, [&](Value head, ValueRange) {
    emitPackKeys(k, shape, headAt(k, shape, args[0], args[1], head));
    return KernelBuilder::Values();
  });
}

void emitAttend(KernelBuilder &k, const AttentionShape &shape, ValueRange args,
                Value begin, Value end) {
  AttentionScratch scratch(k, shape);
  emitQueryTiles(
      k, shape, ProductType::F32, begin, end, [&](const QueryTile &tile) {
        Value result =
            k.at(k.at(args[kResult], k.mul(tile.head, shape.headColumns * 4)),
                 k.mul(tile.row, shape.resultRowBytes));
        KernelBuilder::Values rows;
        for (int64_t r = 0; r < tile.rows; ++r)
          rows.push_back(k.at(result, r * shape.resultRowBytes));
        emitAttentionTile(k, shape,
                          headAt(k, shape, args[kQkv], args[kKeys], tile.head),
                          args[kMultiplier], scratch, tile, rows);
      });
}

//===----------------------------------------------------------------------===//
// Within windows
//===----------------------------------------------------------------------===//

/// Arguments of the kernel for windows; those of Windows.h follow.
enum WindowArgument { kWindowInput, kWindowMultiplier, kWindowResult };

int64_t windowStackBytes(const AttentionShape &shape, const Target &target) {
  return packedKeyBytes(shape, ProductType::F32, target) +
         target.tileRows * shape.paddedTokens() * 4;
}

void emitAttendWindows(KernelBuilder &k, const AttentionShape &shape,
                       const WindowShape &windows, ValueRange args, Value begin,
                       Value end) {
  AttentionScratch scratch(k, shape);
  Value keys = k.stack(packedKeyBytes(shape, ProductType::F32, k.target));
  WindowArguments optional(k, windows, args, shape.resultRowBytes);
  emitWindowHeads(k, shape, begin, end, [&](const WindowHead &at) {
    Value headBytes = k.mul(at.head, shape.headColumns * 4);
    AttentionHead head{
        k.at(k.at(args[kWindowInput], k.mul(at.firstRow, shape.inputRowBytes)),
             headBytes),
        keys};
    if (optional.bias)
      head.bias = emitBiasPointer(k, shape, windows, optional.bias, at);
    emitPackKeys(k, shape, head);
    emitHeadTiles(
        k, shape, ProductType::F32, at.head, [&](const QueryTile &tile) {
          auto rows = emitResultRows(k, shape, optional, args[kWindowResult],
                                     at.firstRow, tile, headBytes);
          emitAttentionTile(k, shape, head, args[kWindowMultiplier], scratch,
                            tile, rows);
        });
  });
}

//===----------------------------------------------------------------------===//
// The model
//===----------------------------------------------------------------------===//

std::string kernelName(const Twine &what, const AttentionShape &shape,
                       const Target &target) {
  return llvm::formatv("f32f32_{0}_{1}x{2}x{3}_i{4}r{5}__{6}x{7}_{8}",
                       what.str(), shape.heads, shape.tokens, shape.headColumns,
                       shape.inputRowBytes, shape.resultRowBytes,
                       target.tileRows, target.tileColumns(), target.name);
}

Matrix addMultiplier(FusedAttentionOp op, LoweringContext &context) {
  float multiplier = op.getMultiplier().convertToFloat();
  std::vector<uint8_t> bytes(sizeof(multiplier));
  std::memcpy(bytes.data(), &multiplier, sizeof(multiplier));
  return context.addConstant(bytes);
}

/// Two steps: keys are packed once for all queries of a head.
void addSteps(FusedAttentionOp op, LoweringContext &context,
              const AttentionShape &shape, const Matrix &input,
              const Matrix &result) {
  const Target &target = context.target;
  Matrix scale = addMultiplier(op, context);
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
  context.addStep(op, "", attend,
                  shape.heads * shape.rowTiles(ProductType::F32, target),
                  2 * shape.tokens * shape.tokens * shape.columns(),
                  {input, keys, scale, result});
}

LogicalResult addWindowStep(FusedAttentionOp op, LoweringContext &context,
                            const AttentionShape &shape,
                            const WindowOperands &windows, const Matrix &input,
                            const Matrix &result) {
  if (failed(
          checkWindowStack(op, shape, windowStackBytes(shape, context.target))))
    return failure();
  SmallVector<Matrix> arguments = {input, addMultiplier(op, context), result};
  llvm::append_range(arguments, windows.constants);
  std::string name =
      kernelName("attention_" + windows.shape.name(), shape, context.target);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, "fused_attention", {"f32", "f32", "f32"},
      arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        emitAttendWindows(k, shape, windows.shape, args, begin, end);
      });
  int64_t count = windows.shape.count();
  context.addStep(op, "", kernel, count * shape.heads,
                  2 * count * shape.tokens * shape.tokens * shape.columns(),
                  arguments);
  return success();
}

struct FusedAttentionModel
    : KernelOpInterface::ExternalModel<FusedAttentionModel, FusedAttentionOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<FusedAttentionOp>(operation);
    FailureOr<AttentionOperands> operands = readAttention(op, context);
    if (failed(operands))
      return failure();
    const auto &[shape, windows, input, result] = *operands;
    if (!windows.shape.isPlain())
      return addWindowStep(op, context, shape, windows, input, result);
    addSteps(op, context, shape, input, result);
    return success();
  }
};

} // namespace

void registerAttentionKernels(MLIRContext *context) {
  FusedAttentionOp::attachInterface<FusedAttentionModel>(*context);
}

} // namespace mixq
