//===- Interpreter.h - The reference meaning of a function ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a function on the host, op by op through EvaluateOpInterface. Slow next
// to generated code, but the definition of what that must compute; exact for
// quantized modules.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_INTERPRETER_H
#define MIXQ_ANALYSIS_INTERPRETER_H

#include "dialect/MixqDialect.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

#include <vector>

namespace mixq {

/// Called after an op with the values of its operands and results.
using Observer = llvm::function_ref<void(mlir::Operation *op,
                                         llvm::ArrayRef<Tensor> operands,
                                         llvm::ArrayRef<Tensor> results)>;

/// Called before an op with the values of its operands, which it may replace by
/// others of the same type.
using OperandOverride = llvm::function_ref<void(
    mlir::Operation *op, llvm::MutableArrayRef<Tensor> operands)>;

/// A run that waits before an op. Copies go on independently of each other and
/// share the values computed so far.
class Execution {
  friend class Interpreter;
  std::vector<Tensor> values; ///< by slot
  size_t next = 0;            ///< the step to go on with
};

/// Whether the value is the same for every image: a parameter, or what an op
/// makes of parameters alone.
bool isConstant(mlir::Value value);

/// A function made ready to run many times. Constants are evaluated once, other
/// values released after their last use. The IR must outlive the interpreter,
/// unchanged.
class Interpreter {
public:
  /// Emits a diagnostic where an op cannot be evaluated. `precision` is F32, or
  /// F64 to evaluate the float graph in double.
  static mlir::FailureOr<Interpreter>
  create(mlir::func::FuncOp function, DataType precision = DataType::F32);

  /// What the function returns for these inputs, one tensor an argument. Emits
  /// a diagnostic where they do not fit the arguments. The observer sees all
  /// ops but constants, in order. Safe to call from several threads, but see
  /// threadsOf().
  mlir::FailureOr<llvm::SmallVector<Tensor>>
  run(llvm::ArrayRef<Tensor> inputs, Observer observer = nullptr) const;

  /// A run of the function before its first op.
  mlir::FailureOr<Execution> start(llvm::ArrayRef<Tensor> inputs) const;

  /// Goes on with a run until it is before the op `until`, which has not been
  /// evaluated yet and has operands; to the end where that is null. With an
  /// override the observer sees the replaced operands.
  mlir::LogicalResult advance(Execution &execution, mlir::Operation *until,
                              Observer observer = nullptr,
                              OperandOverride override = nullptr) const;

  /// The operands of the op that a run waits at.
  llvm::SmallVector<Tensor> operandsOf(const Execution &execution) const;

  /// What the function returns, after a run to its end.
  llvm::SmallVector<Tensor> resultsOf(const Execution &execution) const;

  /// How many threads may run at once where a user asks for `requested` (0: as
  /// many as the machine has): 1 if the MLIR context is single-threaded.
  unsigned threadsOf(unsigned requested) const;

  mlir::func::FuncOp getFunction() const { return function; }

private:
  /// An op and the slots of its values.
  struct Step {
    EvaluateOpInterface op;
    llvm::SmallVector<unsigned, 4> operands;
    llvm::SmallVector<unsigned, 3> results;
    llvm::SmallVector<unsigned, 4> lastUses;
  };

  mlir::LogicalResult prepare();
  mlir::LogicalResult addConstant(EvaluateOpInterface op);
  void addStep(EvaluateOpInterface op);
  void findLastUses();
  unsigned slotOf(mlir::Value value);
  mlir::LogicalResult checkInputs(llvm::ArrayRef<Tensor> inputs) const;

  mutable mlir::func::FuncOp function;
  DataType precision = DataType::F32;
  llvm::DenseMap<mlir::Value, unsigned> slots;
  std::vector<Tensor> constants; ///< by slot; empty for other values
  std::vector<Step> steps;
  llvm::SmallVector<unsigned> results;
};

/// Runs a function once.
mlir::FailureOr<llvm::SmallVector<Tensor>>
interpret(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
          Observer observer = nullptr);

/// Runs a function of one argument for each image, on `threads` threads (0: as
/// many as the machine has); the results in the order of the images.
mlir::FailureOr<std::vector<llvm::SmallVector<Tensor>>>
interpretBatch(const Interpreter &interpreter, llvm::ArrayRef<Tensor> images,
               unsigned threads = 0);

} // namespace mixq

#endif // MIXQ_ANALYSIS_INTERPRETER_H
