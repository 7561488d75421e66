//===- Conservation.h - Where relevance goes --------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_CONSERVATION_H
#define MIXQ_ANALYSIS_CONSERVATION_H

#include "analysis/Backward.h"

#include <map>
#include <string>

namespace mixq {

/// Keeps the books of one walk: every rule conserves the sum of relevance but
/// for its divisions, so sum on the way + ended + lost is what it began with.
class Conservation {
public:
  explicit Conservation(mlir::func::FuncOp function);

  /// To be called for every step, in order.
  void add(const BackwardStep &step);

  /// sum R and sum |R|.
  struct Sums {
    double relevance = 0;
    double absolute = 0;
  };

  /// Of all values on their way, and of those where it ended. What different
  /// uses gave to a value counts apart.
  Sums total() const;

  /// By parameter that received relevance, and "image".
  std::map<std::string, double> ends() const;

  /// By op, and "several uses" of one value.
  const std::map<std::string, double> &losses() const { return lost; }

private:
  llvm::DenseMap<mlir::Value, Sums> onTheWay; ///< and at the ends
  std::map<std::string, double> lost;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_CONSERVATION_H
