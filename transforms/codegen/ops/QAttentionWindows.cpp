//===- QAttentionWindows.cpp - Integer attention within windows -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/QAttentionWindows.h"

#include "transforms/codegen/ops/QAttentionPack.h"

using namespace mlir;

namespace mixq {
namespace {

/// Arguments of the kernel for windows; the encoder's, where probabilities are
/// entries of a codebook, and those of Windows.h follow.
enum WindowArgument {
  kWindowInput,
  kWindowZeroPoints,
  kWindowScore,
  kWindowProbability,
  kWindowMultiplier,
  kWindowOffset,
  kWindowResult,
  kFirstOptional
};

/// Packed values may be read a whole vector past their end.
int64_t stackedValueBytes(const AttentionShape &shape, const Target &target) {
  return packedValueBytes(shape, target) + target.lanes * target.dotGroup;
}

} // namespace

int64_t windowStackBytes(const AttentionShape &shape, const Target &target) {
  return packedKeyBytes(shape, ProductType::U8S8, target) +
         shape.paddedTokens() * 4 + stackedValueBytes(shape, target) +
         queryOfOnesBytes(shape, target) +
         QAttentionScratch::bytes(shape, target);
}

void emitAttendWindows(KernelBuilder &k, const AttentionShape &shape,
                       const AttentionFormat &format,
                       const WindowShape &windows, ValueRange args, Value begin,
                       Value end) {
  QAttentionScratch scratch(k, shape);
  Value keys = k.stack(packedKeyBytes(shape, ProductType::U8S8, k.target));
  Value corrections = k.stack(shape.paddedTokens() * 4);
  Value values = k.stack(stackedValueBytes(shape, k.target));
  Value ones = emitQueryOfOnes(k, shape);
  WindowArguments optional(k, windows, args, shape.resultRowBytes);
  emitWindowHeads(k, shape, begin, end, [&](const WindowHead &at) {
    auto ofHead = [&](int64_t argument, int64_t count = 1) {
      return format.ofHead(k, args[argument], at.head, count);
    };
    QAttentionParameters parameters{
        format, ofHead(kWindowScore), args[kWindowProbability],
        ofHead(kWindowMultiplier), args[kWindowOffset]};
    if (format.probabilities.isCodebook)
      parameters.encoder = args[kFirstOptional];
    ZeroPoints zeros(k, ofHead(kWindowZeroPoints, 3));
    Value headBytes = k.mul(at.head, shape.headColumns);
    Value input =
        k.at(k.at(args[kWindowInput], k.mul(at.firstRow, shape.inputRowBytes)),
             headBytes);
    emitQAttentionPackHead(k, shape, input, zeros, ones,
                           {keys, corrections, values});
    QAttentionHead head{input, keys, corrections, values};
    if (optional.bias)
      head.bias = emitBiasPointer(k, shape, windows, optional.bias, at);
    emitHeadTiles(
        k, shape, ProductType::U8S8, at.head, [&](const QueryTile &tile) {
          emitQAttentionTile(k, shape, head, parameters, scratch, tile,
                             [&](const QueryTile &some) {
                               return emitResultRows(
                                   k, shape, optional, args[kWindowResult],
                                   at.firstRow, some, headBytes);
                             });
        });
  });
}

} // namespace mixq
