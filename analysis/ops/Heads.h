//===- Heads.h - Query, key and value of one head ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_OPS_HEADS_H
#define MIXQ_ANALYSIS_OPS_HEADS_H

#include "analysis/TensorTypes.h"
#include "analysis/ops/Matrix.h"

#include "mlir/IR/Operation.h"

#include <algorithm>

namespace mixq::ops {

/// Views [N, d] of one head of one window of an input [W * N, 3 * H * d], laid
/// out as `mixq.split_qkv` says.
template <typename T> struct Head {
  Matrix<const T> query;
  Matrix<const T> key;
  Matrix<const T> value;
  int64_t window;
  int64_t index; ///< of the head
  Matrix<T> result;
};

/// Calls `body(head)` for every head of every window of an attention from
/// `input` [T, 3 * H * d] to `result` [T, H * d].
template <typename T, typename Body>
void forEachHead(const Tensor &input, int64_t windows, int64_t heads,
                 Tensor &result, Body body) {
  Matrix<const T> view = viewOf<T>(input);
  Matrix<T> output = mutableViewOf<T>(result);
  int64_t tokens = view.rows / windows, size = output.columns / heads;
  for (int64_t window = 0; window < windows; ++window) {
    Matrix<const T> rows = batchOf(view, window, tokens);
    Matrix<T> resultRows = batchOf(output, window, tokens);
    for (int64_t head = 0; head < heads; ++head) {
      auto part = [&](int64_t index) {
        return columnsOf(rows, (index * heads + head) * size, size);
      };
      body(Head<T>{part(0), part(1), part(2), window, head,
                   columnsOf(resultRows, head * size, size)});
    }
  }
}

/// The result of an attention: the rows of `windows` that `rows` lists, or all
/// of them if it is null.
inline Tensor takeRows(const Tensor &windows, const Tensor *rows) {
  if (!rows)
    return windows;
  Tensor result(windows.type(), {rows->size(), windows.dim(1)});
  size_t rowBytes = windows.dim(1) * sizeOf(windows.type());
  uint8_t *to = result.mutableRaw();
  for (int64_t i = 0; i < rows->size(); ++i)
    to = std::copy_n(windows.raw() + rows->data<int32_t>()[i] * rowBytes,
                     rowBytes, to);
  return result;
}

/// The value of an optional operand, null if it is not given.
inline const Tensor *optionalOperand(mlir::MutableOperandRange operand,
                                     llvm::ArrayRef<Tensor> operands) {
  return operand.empty() ? nullptr : &operands[operand[0].getOperandNumber()];
}

/// Windows of a grid.
inline int64_t windowsOf(llvm::ArrayRef<int64_t> grid) {
  return grid[0] * grid[1];
}

/// Of an attention within windows.
template <typename Op>
struct AttentionCost : CostOpInterface::ExternalModel<AttentionCost<Op>, Op> {
  int64_t getParameterCount(mlir::Operation *op) const { return 0; }
  /// Of both products: N * N * d for each head and window, twice.
  int64_t getMacs(mlir::Operation *op) const {
    auto self = llvm::cast<Op>(op);
    int64_t windows = windowsOf(self.getGrid());
    int64_t tokens = extentOf(self.getInput(), 0) / windows;
    return 2 * windows * tokens * tokens * extentOf(self.getResult(), 1);
  }
  /// None: query, key and value are parts of one operand here. They get their
  /// widths in the graph, before they are fused.
  llvm::SmallVector<unsigned>
  getQuantizableOperands(mlir::Operation *op) const {
    return {};
  }
};

} // namespace mixq::ops

#endif // MIXQ_ANALYSIS_OPS_HEADS_H
