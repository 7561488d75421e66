//===- GraphBuilder.h - Emit the graph level, op by op ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What importers of every family share: each method appends one op whose result
// type follows from its operands, with its parameters right before it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_GRAPHBUILDER_H
#define MIXQ_FRONTEND_GRAPHBUILDER_H

#include "absl/status/statusor.h"
#include "dialect/MixqDialect.h"
#include "frontend/Activation.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

#include <map>
#include <string>

namespace mixq {

class GraphBuilder {
public:
  /// Starts a module with `func.func @main(tensor<inputShape>) ->
  /// tensor<outputShape>` and inserts into its body. Loads the dialects.
  GraphBuilder(mlir::MLIRContext &context, llvm::ArrayRef<int64_t> inputShape,
               llvm::ArrayRef<int64_t> outputShape);

  /// The function's argument.
  mlir::Value image();

  /// Makes an fp32 tensor known as `name`; emits nothing.
  void define(const std::string &name, Tensor tensor);

  /// Stores a tensor that was defined and names it in a parameter op.
  mlir::Value parameter(const std::string &name);

  /// Ops with parameters `name`.weight and `name`.bias.
  mlir::Value patchEmbed(mlir::Value image, const std::string &name,
                         const std::string &unit);
  mlir::Value linear(mlir::Value input, const std::string &unit);
  mlir::Value layerNorm(mlir::Value input, const std::string &name,
                        double epsilon);

  /// lhs [H, M, K] times rhs [H, N, K] transposed, times `multiplier`.
  mlir::Value matmulTransposed(mlir::Value lhs, mlir::Value rhs,
                               double multiplier, const std::string &unit);
  /// lhs [H, M, K] times rhs [H, K, N].
  mlir::Value matmul(mlir::Value lhs, mlir::Value rhs, const std::string &unit);

  mlir::Value softmax(mlir::Value input, const std::string &name);
  mlir::Value gelu(mlir::Value input, Activation activation,
                   const std::string &name);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs, const std::string &name);
  /// The rows of all parts [M, D], one part after the other.
  mlir::Value concat(mlir::ValueRange parts, const std::string &name);
  /// `rows` rows from row `begin` on.
  mlir::Value slice(mlir::Value input, int64_t begin, int64_t rows,
                    const std::string &name);
  /// [M, D] to the mean of its rows, [1, D].
  mlir::Value pool(mlir::Value input, const std::string &name);
  /// [T, 3 * heads * d] to query, key and value, [windows * heads, T / windows,
  /// d] each.
  SplitQkvOp splitQkv(mlir::Value input, int64_t heads, const std::string &name,
                      int64_t windows = 1);
  /// [windows * H, T / windows, d] to [T, H * d].
  mlir::Value mergeHeads(mlir::Value input, const std::string &name,
                         int64_t windows = 1);

  // Tokens of a map: `map`, `window`, `shift` and `to` are [height, width].

  mlir::Value roll(mlir::Value input, llvm::ArrayRef<int64_t> map,
                   llvm::ArrayRef<int64_t> shift, const std::string &name);
  mlir::Value padMap(mlir::Value input, llvm::ArrayRef<int64_t> map,
                     llvm::ArrayRef<int64_t> to, const std::string &name);
  mlir::Value cropMap(mlir::Value input, llvm::ArrayRef<int64_t> map,
                      llvm::ArrayRef<int64_t> to, const std::string &name);
  mlir::Value windowPartition(mlir::Value input, llvm::ArrayRef<int64_t> map,
                              llvm::ArrayRef<int64_t> window,
                              const std::string &name);
  mlir::Value windowReverse(mlir::Value input, llvm::ArrayRef<int64_t> map,
                            llvm::ArrayRef<int64_t> window,
                            const std::string &name);
  mlir::Value patchMerge(mlir::Value input, llvm::ArrayRef<int64_t> map,
                         const std::string &name);
  mlir::Value windowBias(mlir::Value scores, mlir::Value bias,
                         llvm::ArrayRef<int64_t> grid, const std::string &name);

  /// Sets a discardable attribute of the module: `mixq.` + `name`.
  void annotate(llvm::StringRef name, mlir::Attribute value);
  mlir::Builder &attributes() { return builder; }

  /// Ends the function with `result` and hands over the module.
  /// An error that names the tensor if a parameter was not defined.
  absl::StatusOr<mlir::OwningOpRef<mlir::ModuleOp>> finish(mlir::Value result);

private:
  mlir::RankedTensorType floats(llvm::ArrayRef<int64_t> shape);
  mlir::Location at(const std::string &name);
  mlir::Value product(mlir::Value lhs, mlir::Value rhs, bool transposeRhs,
                      int64_t columns, double multiplier,
                      const std::string &unit);

  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  std::map<std::string, Tensor> parameters;
  std::string undefined; ///< the first parameter that was not defined
};

} // namespace mixq

#endif // MIXQ_FRONTEND_GRAPHBUILDER_H
