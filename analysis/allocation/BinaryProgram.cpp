//===- BinaryProgram.cpp - Integer programs over binaries -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/BinaryProgram.h"

#include "absl/strings/str_cat.h"

#include <coin/Cbc_C_Interface.h>

#include <memory>
#include <string>

namespace mixq {
namespace {

struct DeleteModel {
  void operator()(Cbc_Model *model) const { Cbc_deleteModel(model); }
};
using Model = std::unique_ptr<Cbc_Model, DeleteModel>;

/// The matrix by columns, as CBC takes it.
void load(Cbc_Model *model, const BinaryProgram &program) {
  std::vector<CoinBigIndex> starts;
  std::vector<int> rows;
  std::vector<double> coefficients, costs;
  for (const BinaryProgram::Column &column : program.columns) {
    starts.push_back(static_cast<CoinBigIndex>(rows.size()));
    costs.push_back(column.cost);
    for (const auto &[row, coefficient] : column.entries) {
      rows.push_back(row);
      coefficients.push_back(coefficient);
    }
  }
  starts.push_back(static_cast<CoinBigIndex>(rows.size()));
  std::vector<double> lower, upper;
  for (const BinaryProgram::Row &row : program.rows) {
    lower.push_back(row.lower);
    upper.push_back(row.upper);
  }
  const std::vector<double> zeros(costs.size(), 0), ones(costs.size(), 1);
  Cbc_loadProblem(model, static_cast<int>(costs.size()),
                  static_cast<int>(program.rows.size()), starts.data(),
                  rows.data(), coefficients.data(), zeros.data(), ones.data(),
                  costs.data(), lower.data(), upper.data());
  for (size_t column = 0; column < costs.size(); ++column)
    Cbc_setInteger(model, static_cast<int>(column));
}

void configure(Cbc_Model *model, const SolveOptions &options) {
  Cbc_setParameter(model, "log", "0");
  // Probing finds nothing in rows of one-hot choices, and takes most of the
  // time: of a ViT-Tiny's dozen programs 19 s with, 3 s without.
  Cbc_setParameter(model, "preprocess", "off");
  Cbc_setParameter(model, "ratioGap",
                   absl::StrCat(options.relativeGap).c_str());
  Cbc_setParameter(model, "seconds", absl::StrCat(options.seconds).c_str());
}

/// A finished search has proven the gap that it was asked for; CBC's bound is
/// then the cost itself, which would claim more.
double gapOf(Cbc_Model *model, double cost, const SolveOptions &options) {
  if (Cbc_isProvenOptimal(model))
    return options.relativeGap;
  return cost > 0 ? 1 - Cbc_getBestPossibleObjValue(model) / cost : 0;
}

BinarySolution read(Cbc_Model *model, size_t columns,
                    const SolveOptions &options) {
  BinarySolution solution;
  solution.isFeasible = true;
  solution.cost = Cbc_getObjValue(model);
  solution.gap = gapOf(model, solution.cost, options);
  const double *values = Cbc_bestSolution(model);
  for (size_t column = 0; column < columns; ++column)
    solution.values.push_back(values[column] > 0.5);
  return solution;
}

} // namespace

absl::StatusOr<BinarySolution> solve(const BinaryProgram &program,
                                     const SolveOptions &options) {
  Model model(Cbc_newModel());
  load(model.get(), program);
  configure(model.get(), options);
  Cbc_solve(model.get());
  if (Cbc_isProvenInfeasible(model.get()))
    return BinarySolution();
  if (!Cbc_bestSolution(model.get()))
    return absl::DeadlineExceededError(absl::StrCat(
        "the integer program has no solution after ", options.seconds,
        " s; CBC's status is ", Cbc_status(model.get()), ", ",
        Cbc_secondaryStatus(model.get())));
  return read(model.get(), program.columns.size(), options);
}

} // namespace mixq
