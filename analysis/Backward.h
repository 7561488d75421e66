//===- Backward.h - Carries flows from results to inputs --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One walk serves gradients and relevance: the values of a run are kept on a
// tape, something flows from the function's results backwards through each op
// by a rule, and what reaches a value by several uses adds up.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_BACKWARD_H
#define MIXQ_ANALYSIS_BACKWARD_H

#include "analysis/Interpreter.h"

namespace mixq {

/// The values of one run. Tensors share their elements with the interpreter's.
struct Tape {
  struct Entry {
    mlir::Operation *op;
    llvm::SmallVector<Tensor, 4> operands;
    llvm::SmallVector<Tensor, 3> results;
  };
  mlir::func::FuncOp function;
  llvm::SmallVector<Tensor> inputs;
  std::vector<Entry> entries; ///< of all ops but constants, in order
  llvm::SmallVector<Tensor> outputs;
};

/// Runs the function on these inputs. Emits a diagnostic on failure.
mlir::FailureOr<Tape> record(const Interpreter &interpreter,
                             llvm::ArrayRef<Tensor> inputs);

/// How something flows back.
class BackwardRule {
public:
  virtual ~BackwardRule();

  /// What each operand receives, an empty tensor for nothing, where the results
  /// received `flows`. Emits a diagnostic on failure.
  virtual mlir::FailureOr<llvm::SmallVector<Tensor>>
  pullBack(const Tape::Entry &entry, llvm::ArrayRef<Tensor> flows,
           llvm::ArrayRef<bool> wanted) const = 0;

  /// What a value receives that several ops use, where `sum` is the sum of what
  /// they gave.
  virtual Tensor join(const Tensor &value, Tensor sum) const { return sum; }
};

/// One op of a walk back.
struct BackwardStep {
  const Tape::Entry &entry;
  llvm::ArrayRef<Tensor> flows;        ///< of the results, all uses together
  llvm::ArrayRef<Tensor> operandFlows; ///< by this use; some are empty
};

/// Called after each step of a walk, from the last op to the first.
using BackwardObserver = llvm::function_ref<void(const BackwardStep &step)>;

/// By value of the function.
using ValueFlows = llvm::DenseMap<mlir::Value, Tensor>;

/// Walks back from the function's results, which receive `seeds`: one tensor a
/// result, of its shape. The return value holds what the function's arguments
/// receive and, with `parameters`, its constants; an observer sees the rest,
/// and nothing else is kept. Emits a diagnostic on failure.
mlir::FailureOr<ValueFlows> walkBack(const Tape &tape,
                                     llvm::ArrayRef<Tensor> seeds,
                                     const BackwardRule &rule, bool parameters,
                                     BackwardObserver observer = nullptr);

} // namespace mixq

#endif // MIXQ_ANALYSIS_BACKWARD_H
