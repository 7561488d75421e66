//===- Conservation.cpp - Where relevance goes ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Conservation.h"

#include <cmath>

using namespace mixq;

/// The walk begins with relevance 1 at one element of the first result.
Conservation::Conservation(mlir::func::FuncOp function) {
  mlir::Operation *terminator = function.getBody().front().getTerminator();
  onTheWay[terminator->getOperand(0)] = {1, 1};
}

static void add(const Conservation::Sums &from, Conservation::Sums &to) {
  to.relevance += from.relevance;
  to.absolute += from.absolute;
}

static Conservation::Sums sumsOf(const Tensor &tensor) {
  Conservation::Sums sums;
  for (int64_t i = 0, n = tensor.size(); i < n; ++i) {
    double relevance = tensor.data<double>()[i];
    ::add({relevance, std::abs(relevance)}, sums);
  }
  return sums;
}

void Conservation::add(const BackwardStep &step) {
  double received = 0, given = 0, used = 0;
  for (auto [result, flow] :
       llvm::zip_equal(step.entry.op->getResults(), step.flows)) {
    received += onTheWay.lookup(result).relevance;
    onTheWay.erase(result);
    used += sumsOf(flow).relevance;
  }
  for (auto [operand, flow] :
       llvm::zip_equal(step.entry.op->getOperands(), step.operandFlows)) {
    if (flow.size() == 0)
      continue;
    Sums sums = sumsOf(flow);
    ::add(sums, onTheWay[operand]);
    given += sums.relevance;
  }
  if (received != used)
    lost["several uses"] += received - used;
  if (used != given)
    lost[step.entry.op->getName().stripDialect().str()] += used - given;
}

Conservation::Sums Conservation::total() const {
  Sums sums;
  for (const auto &entry : onTheWay)
    ::add(entry.second, sums);
  return sums;
}

/// A constant by its name in the parameter store.
static std::string nameOfEnd(mlir::Value value) {
  mlir::Operation *op = value.getDefiningOp();
  if (!op)
    return "image";
  auto name = op->getAttrOfType<mlir::StringAttr>("name");
  return name ? name.str() : "constants";
}

std::map<std::string, double> Conservation::ends() const {
  std::map<std::string, double> ends;
  for (auto &[value, sums] : onTheWay)
    ends[nameOfEnd(value)] += sums.relevance;
  return ends;
}
