//===- KernelBuilder.h - Emits the body of one kernel -----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thin layer over the arith, vector, scf and llvm builders: 64-bit offsets in
// bytes, unaligned vector loads and stores, constants and loops, so that the
// emitters read like the loop nests they write.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_KERNELBUILDER_H
#define MIXQ_TRANSFORMS_CODEGEN_KERNELBUILDER_H

#include "transforms/codegen/Target.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Builders.h"

#include <utility>

namespace mixq {

class KernelBuilder {
public:
  using Values = llvm::SmallVector<mlir::Value>;

  /// Emits into `builder` at its insertion point.
  KernelBuilder(mlir::OpBuilder &builder, mlir::Location loc,
                const Target &target)
      : builder(builder), loc(loc), target(target) {}

  mlir::OpBuilder &builder;
  mlir::Location loc;
  const Target &target;

  template <typename Op, typename... Args> auto create(Args &&...args) {
    return builder.create<Op>(loc, std::forward<Args>(args)...);
  }

  // Types.
  mlir::Type f32() { return builder.getF32Type(); }
  mlir::Type i8() { return builder.getI8Type(); }
  mlir::Type i32() { return builder.getI32Type(); }
  mlir::Type i64() { return builder.getI64Type(); }
  mlir::VectorType vec(mlir::Type element, int64_t lanes) {
    return mlir::VectorType::get({lanes}, element);
  }

  // Constants. A vector type makes a splat.
  mlir::Value constant(mlir::Type type, double value);
  mlir::Value constant(mlir::Type type, int64_t value);
  mlir::Value index(int64_t value) { return constant(i64(), value); }
  /// A vector of i1 whose first `count` of `lanes` lanes are set.
  mlir::Value prefixMask(int64_t lanes, int64_t count);

  // Memory. Offsets are bytes.
  mlir::Value at(mlir::Value pointer, mlir::Value bytes);
  mlir::Value at(mlir::Value pointer, int64_t bytes);
  mlir::Value load(mlir::Type type, mlir::Value pointer);
  void store(mlir::Value value, mlir::Value pointer);
  /// The same for the first `count` elements only; the others are zero.
  mlir::Value loadFirst(mlir::VectorType type, int64_t count,
                        mlir::Value pointer);
  void storeFirst(mlir::Value vector, int64_t count, mlir::Value pointer);
  /// `bytes` of the kernel's stack, for the whole kernel: call it before any
  /// loop.
  mlir::Value stack(int64_t bytes);

  // Integer arithmetic on scalars or vectors of one type.
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, mlir::Value rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs) {
    return mul(lhs, constant(lhs.getType(), rhs));
  }
  mlir::Value divide(mlir::Value lhs, int64_t rhs);
  mlir::Value remainder(mlir::Value lhs, int64_t rhs);

  mlir::Value broadcast(mlir::Value scalar, int64_t lanes);
  mlir::Value bitcast(mlir::Value value, mlir::Type type);

  /// for (i = begin; i < end; i += step) with loop-carried values.
  Values loop(mlir::Value begin, mlir::Value end, int64_t step,
              mlir::ValueRange init,
              llvm::function_ref<Values(mlir::Value, mlir::ValueRange)> body);
  /// The same over a constant range, without carried values.
  void loop(int64_t begin, int64_t end, int64_t step,
            llvm::function_ref<void(mlir::Value)> body);
  void branch(mlir::Value condition, llvm::function_ref<void()> ifTrue,
              llvm::function_ref<void()> ifFalse);
};

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_KERNELBUILDER_H
