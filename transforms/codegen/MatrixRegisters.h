//===- MatrixRegisters.h - The registers of AMX -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// AMX has eight registers of up to 16 rows of up to 64 bytes. One instruction
// adds to 16 x 16 sums the products of 16 rows of 64 codes and of 64 x 16
// weights, which lie in a register as they lie in a panel (Packing.h): 16
// groups of 16 columns. The shape of each register is set for all at once.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_MATRIXREGISTERS_H
#define MIXQ_TRANSFORMS_CODEGEN_MATRIXREGISTERS_H

#include "transforms/codegen/KernelBuilder.h"

#include <array>

namespace mixq {

/// What one register can hold.
constexpr int64_t kMatrixRows = 16;
constexpr int64_t kMatrixRowBytes = 64;

struct MatrixShape {
  int64_t rows, rowBytes;

  /// Of sums, or of activations that advance by `groups` groups of 4 codes.
  static MatrixShape sums(int64_t rows) { return {rows, kMatrixRowBytes}; }
  static MatrixShape activations(int64_t rows, int64_t groups) {
    return {rows, 4 * groups};
  }
  static MatrixShape weights(int64_t groups) {
    return {groups, kMatrixRowBytes};
  }
};

/// The shapes of registers 0 to 7.
using MatrixShapes = std::array<MatrixShape, 8>;

/// The instructions. Registers are named by their numbers.
class MatrixRegisters {
public:
  explicit MatrixRegisters(KernelBuilder &k) : k(k) {}

  /// The operand of configure(), on the stack: call it before any loop.
  mlir::Value emitConfiguration(const MatrixShapes &shapes);
  static constexpr int64_t kConfigurationBytes = 64;

  /// Sets the shapes, and all registers to zero.
  void configure(mlir::Value configuration);
  /// Gives the registers back, so that a change of thread need not save them.
  void release();
  void zero(int64_t index);
  void load(int64_t to, mlir::Value pointer, int64_t rowBytes);
  void store(int64_t from, mlir::Value pointer, int64_t rowBytes);
  /// sums += activations (u8) x weights (s8).
  void multiplyAdd(int64_t sums, int64_t activations, int64_t weights);

private:
  mlir::Value number(int64_t index);
  void call(llvm::StringRef name, mlir::ValueRange operands);

  KernelBuilder &k;
};

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_MATRIXREGISTERS_H
