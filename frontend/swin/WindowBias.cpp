//===- WindowBias.cpp - Position bias and mask as one table ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/WindowBias.h"

namespace mixq {
namespace {

/// Added to the score of two tokens that do not see each other, as timm and
/// transformers do.
constexpr float kMasked = -100.0f;

/// Writes the matrix [N, N] of one head.
class BiasMatrix {
public:
  BiasMatrix(const Tensor &positions, const SwinStage &stage)
      : positions(positions), stage(stage) {}

  /// The lower `cutHeight` rows and the right `cutWidth` columns of the window
  /// are apart from the others.
  void write(int64_t head, int64_t cutHeight, int64_t cutWidth, float *to) {
    const int64_t width = stage.windowWidth;
    for (int64_t i = 0; i < stage.windowTokens(); ++i)
      for (int64_t j = 0; j < stage.windowTokens(); ++j) {
        const int64_t y = i / width, x = i % width;
        const int64_t otherY = j / width, otherX = j % width;
        const bool isApart =
            isCut(y, stage.windowHeight, cutHeight) !=
                isCut(otherY, stage.windowHeight, cutHeight) ||
            isCut(x, width, cutWidth) != isCut(otherX, width, cutWidth);
        *to++ =
            biasOf(y - otherY, x - otherX, head) + (isApart ? kMasked : 0.0f);
      }
  }

private:
  static bool isCut(int64_t index, int64_t extent, int64_t cut) {
    return index >= extent - cut;
  }

  /// The table's rows go through differences from lowest to highest, those of x
  /// within those of y.
  float biasOf(int64_t dy, int64_t dx, int64_t head) const {
    const int64_t row =
        (dy + stage.windowHeight - 1) * (2 * stage.windowWidth - 1) + dx +
        stage.windowWidth - 1;
    return positions.data<float>()[row * stage.heads + head];
  }

  const Tensor &positions;
  const SwinStage &stage;
};

} // namespace

Tensor makeWindowBias(const Tensor &positions, const SwinStage &stage,
                      bool isShifted) {
  const int64_t cutHeight = isShifted ? stage.shiftHeight : 0;
  const int64_t cutWidth = isShifted ? stage.shiftWidth : 0;
  const int64_t a = cutHeight ? 2 : 1, b = cutWidth ? 2 : 1;
  const int64_t tokens = stage.windowTokens();
  Tensor bias(DataType::F32, {a, b, stage.heads, tokens, tokens});
  float *to = bias.mutableData<float>();
  BiasMatrix matrix(positions, stage);
  for (int64_t i = 0; i < a; ++i)
    for (int64_t j = 0; j < b; ++j)
      for (int64_t head = 0; head < stage.heads; ++head) {
        matrix.write(head, i ? cutHeight : 0, j ? cutWidth : 0, to);
        to += tokens * tokens;
      }
  return bias;
}

} // namespace mixq
