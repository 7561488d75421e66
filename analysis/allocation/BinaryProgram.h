//===- BinaryProgram.h - Integer programs over binaries ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ALLOCATION_BINARYPROGRAM_H
#define MIXQ_ANALYSIS_ALLOCATION_BINARYPROGRAM_H

#include "absl/status/statusor.h"

#include <utility>
#include <vector>

namespace mixq {

/// Minimise `cost x` over binary x with `lower <= A x <= upper`, all finite but
/// for a `lower` of -infinity.
struct BinaryProgram {
  struct Column {
    double cost = 0;
    std::vector<std::pair<int, double>> entries; ///< row and coefficient
  };
  struct Row {
    double lower;
    double upper;
  };
  std::vector<Column> columns;
  std::vector<Row> rows;

  int addRow(double lower, double upper) {
    rows.push_back({lower, upper});
    return static_cast<int>(rows.size()) - 1;
  }
};

struct BinarySolution {
  bool isFeasible = false;
  std::vector<bool> values;
  double cost = 0;
  double gap = 0; ///< proven: no solution costs less than cost * (1 - gap)
};

struct SolveOptions {
  double relativeGap = 1e-4;
  double seconds = 30; ///< then the best solution so far, if there is one
};

/// Solves with CBC, one thread, silently. An error if CBC gives up without a
/// solution and without a proof that there is none.
absl::StatusOr<BinarySolution> solve(const BinaryProgram &program,
                                     const SolveOptions &options);

} // namespace mixq

#endif // MIXQ_ANALYSIS_ALLOCATION_BINARYPROGRAM_H
