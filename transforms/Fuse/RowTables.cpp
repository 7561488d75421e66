//===- RowTables.cpp - Moves of rows, composed ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Fuse/RowTables.h"

#include "transforms/Parameters.h"

#include <numeric>

using namespace mlir;

namespace mixq {

static int64_t rowsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getDimSize(0);
}

static int64_t columnsOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getDimSize(1);
}

RowTable RowTable::identity(int64_t rows) {
  RowTable table;
  table.sources.resize(rows);
  std::iota(table.sources.begin(), table.sources.end(), 0);
  return table;
}

RowTable RowTable::of(RowMapOpInterface move) {
  RowTable table;
  table.parts = columnsOf(move->getResult(0)) / columnsOf(move->getOperand(0));
  SmallVector<int32_t> sources = move.getSourceRows();
  table.sources.assign(sources.begin(), sources.end());
  return table;
}

FailureOr<RowTable> RowTable::read(Value rows) {
  FailureOr<Tensor> tensor = readParameter(rows);
  if (failed(tensor))
    return failure();
  const auto *source = tensor->data<int32_t>();
  return RowTable{tensor->rank() == 2 ? tensor->dim(1) : 1,
                  {source, source + tensor->size()}};
}

RowTable RowTable::then(const RowTable &next) const {
  RowTable table;
  table.parts = parts * next.parts;
  table.sources.reserve(next.sources.size() * parts);
  for (int32_t row : next.sources)
    for (int64_t part = 0; part < parts; ++part)
      table.sources.push_back(row < 0 ? -1 : sources[row * parts + part]);
  return table;
}

bool RowTable::isIdentity() const {
  for (auto [row, source] : llvm::enumerate(sources))
    if (source != static_cast<int64_t>(row))
      return false;
  return parts == 1;
}

bool RowTable::hasZeros() const { return llvm::is_contained(sources, -1); }

bool RowTable::hasZeroRow() const {
  for (size_t row = 0; row < sources.size(); row += parts)
    if (llvm::all_of(ArrayRef(sources).slice(row, parts),
                     [](int32_t source) { return source < 0; }))
      return true;
  return false;
}

Value RowTable::toParameter(OpBuilder &builder, Location loc,
                            const std::string &name, bool withParts) const {
  auto count = static_cast<int64_t>(sources.size());
  std::vector<int64_t> shape = {count / parts};
  if (withParts)
    shape.push_back(parts);
  return makeParameter(builder, loc, name, Tensor::of<int32_t>(shape, sources),
                       builder.getI32Type());
}

Value lookThroughMoves(Value value, RowTable &table) {
  table = RowTable::identity(rowsOf(value));
  while (auto move = value.getDefiningOp<RowMapOpInterface>()) {
    if (!value.hasOneUse())
      break;
    table = RowTable::of(move).then(table);
    value = move->getOperand(0);
  }
  return value;
}

} // namespace mixq
