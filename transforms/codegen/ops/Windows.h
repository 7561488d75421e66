//===- Windows.h - Attention within windows, bias and rows ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Attention within windows is one step: a task is one head of one window, which
// packs its keys and values on the stack (a few KB that stay in the L1 cache)
// and then takes the tiles of its queries. The result's rows go wherever the
// op's `rows` say, so that no step moves them.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_WINDOWS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_WINDOWS_H

#include "transforms/codegen/ops/AttentionLoops.h"

namespace mixq {

/// What an attention has beyond one window without bias.
struct WindowShape {
  int64_t gridRows = 1, gridColumns = 1;
  int64_t biasRows = 0, biasColumns = 0; ///< kinds of windows; 0 without bias
  bool movesRows = false;                ///< the result's rows have a table
  bool dropsRows = false;                ///< and some are not in it

  int64_t count() const { return gridRows * gridColumns; }
  bool hasBias() const { return biasRows > 0; }
  bool isPlain() const { return count() == 1 && !hasBias() && !movesRows; }

  /// A part of the kernel's name.
  std::string name() const;
};

/// The optional operands of both attentions, as constants of the module.
struct WindowOperands {
  WindowShape shape;
  llvm::SmallVector<Matrix> constants; ///< bias, then rows, as far as given
};

/// Reads `grid`, `bias` and `rows` (the latter two may be null) of an attention
/// over `tokens` of all windows. Emits a diagnostic on failure.
mlir::FailureOr<WindowOperands> readWindows(mlir::Operation *op,
                                            LoweringContext &context,
                                            llvm::ArrayRef<int64_t> grid,
                                            mlir::Value bias, mlir::Value rows,
                                            int64_t tokens);

/// What both attentions have; the rest of their operands are scalars.
struct AttentionOperands {
  AttentionShape shape;
  WindowOperands windows;
  Matrix input, result;
};

/// Emits a diagnostic on failure.
template <typename Op>
mlir::FailureOr<AttentionOperands> readAttention(Op op,
                                                 LoweringContext &context) {
  mlir::FailureOr<Matrix> input = context.matrixOf(op.getInput());
  if (mlir::failed(input))
    return mlir::failure();
  mlir::FailureOr<WindowOperands> windows =
      readWindows(op, context, op.getGrid(), op.getBias(), op.getRows(),
                  op.getInput().getType().getDimSize(0));
  if (mlir::failed(windows))
    return mlir::failure();
  Matrix result = context.placeResult(op.getResult());
  int64_t heads = op.getHeads();
  AttentionShape shape{input->rows / windows->shape.count(), heads,
                       result.columns / heads, input->rowBytes,
                       result.rowBytes};
  return AttentionOperands{shape, *std::move(windows), *input, result};
}

/// Refuses windows whose packed keys and values would not fit on a thread's
/// stack.
mlir::LogicalResult checkWindowStack(mlir::Operation *op,
                                     const AttentionShape &shape,
                                     int64_t bytes);

/// The arguments `constants` of a kernel, within it.
struct WindowArguments {
  mlir::Value bias, rows; ///< null where they are not given
  mlir::Value dump;       ///< where rows go that are dropped; null if none are

  /// Takes them from the end of the kernel's arguments; allocates the stack for
  /// dropped rows of `rowBytes`.
  WindowArguments(KernelBuilder &k, const WindowShape &windows,
                  mlir::ValueRange args, int64_t rowBytes);
};

/// One head of one window.
struct WindowHead {
  mlir::Value window, head;
  mlir::Value firstRow; ///< of the window, in the rows of all windows
};

/// Tasks [begin, end): task = window * heads + head.
void emitWindowHeads(KernelBuilder &k, const AttentionShape &shape,
                     mlir::Value begin, mlir::Value end,
                     llvm::function_ref<void(const WindowHead &)> body);

/// The query tiles of one head.
void emitHeadTiles(KernelBuilder &k, const AttentionShape &shape,
                   ProductType type, mlir::Value head,
                   llvm::function_ref<void(const QueryTile &)> body);

/// The head's bias [N, N]: `bias` [A, B, H, N, N] at the window's kind.
mlir::Value emitBiasPointer(KernelBuilder &k, const AttentionShape &shape,
                            const WindowShape &windows, mlir::Value bias,
                            const WindowHead &head);

/// Where each row of a tile of the result starts, in bytes from which
/// `headBytes` lead to the head's columns.
KernelBuilder::Values emitResultRows(KernelBuilder &k,
                                     const AttentionShape &shape,
                                     const WindowArguments &windows,
                                     mlir::Value result, mlir::Value firstRow,
                                     const QueryTile &tile,
                                     mlir::Value headBytes);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_WINDOWS_H
