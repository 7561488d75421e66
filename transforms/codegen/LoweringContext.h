//===- LoweringContext.h - What the kernels of one module share -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The state of `mixq-lower-to-kernels`: where each value lies, the constants
// segment, the kernels written so far (one per shape and epilogue) and the
// steps. Buffers get their arena offsets at the end, when all lifetimes are
// known (MemoryPlan.h).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_LOWERINGCONTEXT_H
#define MIXQ_TRANSFORMS_CODEGEN_LOWERINGCONTEXT_H

#include "dialect/MixqDialect.h"
#include "transforms/codegen/KernelBuilder.h"
#include "transforms/codegen/MemoryPlan.h"

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mixq {

/// Rows are padded to whole cache lines of every element type, so that tiles
/// may store full vectors and every row starts aligned.
constexpr int64_t kColumnPadding = 64;

/// A matrix in one of the three spaces.
struct Matrix {
  Space space = Space::Arena;
  int64_t buffer = -1; ///< index of an arena buffer; -1 in the other spaces
  int64_t offset = 0;  ///< bytes from the buffer's or space's start
  int64_t rows = 0, columns = 0;
  int64_t rowBytes = 0;

  int64_t bytes() const { return rows * rowBytes; }
};

/// The types a kernel's products multiply, as `mixq inspect` shows them.
struct KernelTypes {
  llvm::StringRef lhs = "none", rhs = "none", result = "none";
};

class LoweringContext {
public:
  using KernelBody =
      llvm::function_ref<void(KernelBuilder &, mlir::ValueRange arguments,
                              mlir::Value begin, mlir::Value end)>;

  LoweringContext(mlir::ModuleOp module, const Target &target);

  const Target &target;

  // Values.

  /// Where a value lies: an op's result that was placed, the function's image,
  /// or a parameter, which becomes a constant on first use.
  mlir::FailureOr<Matrix> matrixOf(mlir::Value value);
  /// Places an op's result: in a new buffer, or in the buffer of the `concat`
  /// that is its only user.
  Matrix placeResult(mlir::Value value);
  /// Makes `value` a view of memory that is placed already.
  void placeAs(mlir::Value value, const Matrix &matrix);
  /// A buffer that outlives no step but those that name it.
  Matrix scratch(int64_t bytes);
  /// The tensor of a value that must be a parameter.
  mlir::FailureOr<Tensor> parameterOf(mlir::Value value);

  // Constants.

  /// Appends bytes to the constants segment, 64-byte aligned.
  Matrix addConstant(llvm::ArrayRef<uint8_t> bytes);
  /// A parameter of 4-byte elements, padded with zeros to `count` of them.
  mlir::FailureOr<Matrix> addVector(mlir::Value parameter, int64_t count);

  // Kernels and steps.

  /// The kernel of that name, written by `body` if there is none yet.
  mlir::func::FuncOp getKernel(mlir::Location loc, const std::string &name,
                               llvm::StringRef op, const KernelTypes &types,
                               int64_t argumentCount, KernelBody body);
  void addStep(mlir::Operation *op, llvm::StringRef suffix,
               mlir::func::FuncOp kernel, int64_t tasks, int64_t macs,
               llvm::ArrayRef<Matrix> arguments);
  /// Records a unit's packed weights for the layer table.
  void addLayer(mlir::Operation *op, llvm::StringRef kind, int64_t parameters,
                int64_t macs, int64_t packedElements, const Matrix &weights);

  /// Plans the arena and replaces the body of `function` by the steps.
  mlir::LogicalResult finish(mlir::func::FuncOp function);

private:
  struct Step {
    mlir::Location loc;
    std::string name;
    std::string kernel;
    int64_t tasks, macs;
    std::vector<Matrix> arguments;
  };

  mlir::ModuleOp module;
  mlir::OpBuilder kernelBuilder;
  llvm::DenseMap<mlir::Value, Matrix> placed;
  std::vector<uint8_t> constants;
  std::vector<PlannedBuffer> buffers;
  std::vector<Step> steps;
  llvm::SmallVector<mlir::Attribute> layers;

  Matrix newBuffer(int64_t rows, int64_t columns, int64_t elementBytes);
  mlir::FailureOr<Matrix> addParameterMatrix(mlir::Value parameter);
  void markUses(int64_t step, llvm::ArrayRef<Matrix> arguments);
  void emitSteps(mlir::func::FuncOp function, const MemoryPlan &plan);
};

/// Bytes of one element as kernels store it: fp32 and int32 4, codes 1.
int64_t elementBytes(mlir::Type elementType);

/// "blocks.0.attn.qkv" of a unit, else the op's name.
std::string stepName(mlir::Operation *op);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_LOWERINGCONTEXT_H
