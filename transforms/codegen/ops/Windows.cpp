//===- Windows.cpp - Attention within windows, bias and rows --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Windows.h"

#include "dialect/RowTables.h"

#include "llvm/Support/FormatVariadic.h"

#include <cstring>

using namespace mlir;

namespace mixq {

std::string WindowShape::name() const {
  return llvm::formatv("w{0}x{1}b{2}x{3}{4}", gridRows, gridColumns, biasRows,
                       biasColumns,
                       dropsRows   ? "d"
                       : movesRows ? "m"
                                   : "");
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// The bias as it is. The last vector of a row may reach past its end; so may
/// that of the last row.
static FailureOr<Matrix> addBias(LoweringContext &context, Value bias) {
  FailureOr<Tensor> tensor = context.parameterOf(bias);
  if (failed(tensor))
    return failure();
  std::vector<uint8_t> bytes(tensor->bytes() + numerics::kSumLanes * 4);
  std::memcpy(bytes.data(), tensor->raw(), tensor->bytes());
  return context.addConstant(bytes);
}

/// For each row of the windows its row of the result, -1 if it has none.
static FailureOr<Matrix> addResultRows(Operation *op, LoweringContext &context,
                                       Value rows, int64_t tokens) {
  FailureOr<Tensor> tensor = context.parameterOf(rows);
  if (failed(tensor) || failed(checkDistinctRows(op, *tensor, tokens)))
    return failure();
  std::vector<int32_t> target(tokens, -1);
  for (int64_t i = 0; i < tensor->size(); ++i)
    target[tensor->data<int32_t>()[i]] = static_cast<int32_t>(i);
  std::vector<uint8_t> bytes(tokens * sizeof(int32_t));
  std::memcpy(bytes.data(), target.data(), bytes.size());
  return context.addConstant(bytes);
}

FailureOr<WindowOperands> readWindows(Operation *op, LoweringContext &context,
                                      ArrayRef<int64_t> grid, Value bias,
                                      Value rows, int64_t tokens) {
  WindowOperands result;
  result.shape.gridRows = grid[0];
  result.shape.gridColumns = grid[1];
  if (bias) {
    auto type = cast<RankedTensorType>(bias.getType());
    result.shape.biasRows = type.getDimSize(0);
    result.shape.biasColumns = type.getDimSize(1);
    FailureOr<Matrix> constant = addBias(context, bias);
    if (failed(constant))
      return failure();
    result.constants.push_back(*constant);
  }
  if (rows) {
    FailureOr<Matrix> constant = addResultRows(op, context, rows, tokens);
    if (failed(constant))
      return failure();
    result.constants.push_back(*constant);
    result.shape.movesRows = true;
    result.shape.dropsRows =
        cast<RankedTensorType>(rows.getType()).getDimSize(0) < tokens;
  }
  return result;
}

LogicalResult checkWindowStack(Operation *op, const AttentionShape &shape,
                               int64_t bytes) {
  constexpr int64_t kMost = int64_t(2) << 20;
  if (bytes <= kMost)
    return success();
  return op->emitOpError("expects windows whose keys, values and scores take "
                         "at most ")
         << kMost << " bytes to generate code, got " << shape.tokens
         << " tokens of " << shape.headColumns << " columns a head, which take "
         << bytes;
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

WindowArguments::WindowArguments(KernelBuilder &k, const WindowShape &windows,
                                 ValueRange args, int64_t rowBytes) {
  if (windows.movesRows) {
    rows = args.back();
    args = args.drop_back();
  }
  if (windows.hasBias())
    bias = args.back();
  if (windows.dropsRows)
    dump = k.stack(rowBytes);
}

void emitWindowHeads(KernelBuilder &k, const AttentionShape &shape, Value begin,
                     Value end,
                     llvm::function_ref<void(const WindowHead &)> body) {
  k.loop(begin, end, 1, {}, [&](Value task, ValueRange) {
    Value window = k.divide(task, shape.heads);
    body({window, k.remainder(task, shape.heads), k.mul(window, shape.tokens)});
    return KernelBuilder::Values();
  });
}

void emitHeadTiles(KernelBuilder &k, const AttentionShape &shape,
                   ProductType type, Value head,
                   llvm::function_ref<void(const QueryTile &)> body) {
  int64_t tileRows = shape.queryRows(type, k.target);
  k.loop(0, shape.rowTiles(type, k.target), 1, [&](Value tile) {
    Value row = k.mul(tile, tileRows);
    emitForRowTile(k, shape.tokens, tileRows, tile,
                   [&](int64_t rows) { body({head, row, rows}); });
  });
}

/// `extent` - 1 if `index` is the last of `count`, else 0.
static Value emitKind(KernelBuilder &k, Value index, int64_t count,
                      int64_t extent) {
  if (extent == 1)
    return k.index(0);
  Value isLast = k.create<arith::CmpIOp>(arith::CmpIPredicate::eq, index,
                                         k.index(count - 1));
  return k.create<arith::SelectOp>(isLast, k.index(extent - 1), k.index(0));
}

Value emitBiasPointer(KernelBuilder &k, const AttentionShape &shape,
                      const WindowShape &windows, Value bias,
                      const WindowHead &head) {
  Value row = k.divide(head.window, windows.gridColumns);
  Value column = k.remainder(head.window, windows.gridColumns);
  Value a = emitKind(k, row, windows.gridRows, windows.biasRows);
  Value b = emitKind(k, column, windows.gridColumns, windows.biasColumns);
  Value kind = k.add(k.mul(a, windows.biasColumns), b);
  Value matrix = k.add(k.mul(kind, shape.heads), head.head);
  return k.at(bias, k.mul(matrix, shape.tokens * shape.tokens * 4));
}

KernelBuilder::Values emitResultRows(KernelBuilder &k,
                                     const AttentionShape &shape,
                                     const WindowArguments &windows,
                                     Value result, Value firstRow,
                                     const QueryTile &tile, Value headBytes) {
  KernelBuilder::Values pointers;
  Value first = k.add(firstRow, tile.row);
  Value start = k.at(result, headBytes);
  for (int64_t r = 0; r < tile.rows; ++r) {
    if (!windows.rows) {
      pointers.push_back(k.at(k.at(start, k.mul(first, shape.resultRowBytes)),
                              r * shape.resultRowBytes));
      continue;
    }
    Value row = k.load(k.i32(), k.at(k.at(windows.rows, k.mul(first, 4)),
                                     r * int64_t(sizeof(int32_t))));
    Value wide = k.create<arith::ExtSIOp>(k.i64(), row);
    Value pointer = k.at(start, k.mul(wide, shape.resultRowBytes));
    if (windows.dump) {
      Value isDropped = k.create<arith::CmpIOp>(
          arith::CmpIPredicate::slt, row, k.constant(k.i32(), int64_t(0)));
      pointer = k.create<arith::SelectOp>(isDropped, windows.dump, pointer);
    }
    pointers.push_back(pointer);
  }
  return pointers;
}

} // namespace mixq
