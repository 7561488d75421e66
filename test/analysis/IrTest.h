//===- IrTest.h - Runs textual IR in the interpreter ------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_ANALYSIS_IRTEST_H
#define MIXQ_TEST_ANALYSIS_IRTEST_H

#include "analysis/Interpreter.h"
#include "analysis/ops/Registration.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <random>

namespace mixq {

/// A context with the dialect and the models of its ops, and the diagnostics
/// that were emitted in it.
class IrTest : public testing::Test {
protected:
  IrTest() {
    mlir::DialectRegistry registry;
    registry.insert<MixqDialect, mlir::func::FuncDialect>();
    registerOpModels(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    context.getDiagEngine().registerHandler([this](mlir::Diagnostic &d) {
      diagnostics += d.str() + "\n";
      return mlir::success();
    });
  }

  mlir::OwningOpRef<mlir::ModuleOp> parse(llvm::StringRef text) {
    auto module = mlir::parseSourceString<mlir::ModuleOp>(
        text, mlir::ParserConfig(&context));
    EXPECT_TRUE(module) << diagnostics;
    return module;
  }

  static mlir::func::FuncOp mainOf(mlir::ModuleOp module) {
    return module.lookupSymbol<mlir::func::FuncOp>("main");
  }

  /// What @main of `text` returns.
  llvm::SmallVector<Tensor> runAll(llvm::StringRef text,
                                   llvm::ArrayRef<Tensor> inputs,
                                   DataType precision = DataType::F32) {
    auto module = parse(text);
    if (!module)
      return {Tensor()};
    auto interpreter = Interpreter::create(mainOf(*module), precision);
    if (mlir::failed(interpreter))
      return {Tensor()};
    auto results = interpreter->run(inputs);
    return mlir::succeeded(results) ? *results
                                    : llvm::SmallVector<Tensor>{Tensor()};
  }

  Tensor run(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs,
             DataType precision = DataType::F32) {
    return runAll(text, inputs, precision).front();
  }

  mlir::MLIRContext context;
  std::string diagnostics;
};

template <typename T> std::vector<T> valuesOf(const Tensor &tensor) {
  EXPECT_EQ(tensor.type(), DataTypeOf<T>::value) << describe(tensor);
  if (tensor.type() != DataTypeOf<T>::value)
    return {};
  return std::vector<T>(tensor.data<T>(), tensor.data<T>() + tensor.size());
}

/// Reproducible values in [low, high].
inline Tensor randomTensor(std::vector<int64_t> shape, unsigned seed,
                           float low = -2, float high = 2) {
  Tensor tensor(DataType::F32, std::move(shape));
  std::minstd_rand generator(seed);
  auto *values = tensor.mutableData<float>();
  for (int64_t i = 0, n = tensor.size(); i < n; ++i)
    values[i] =
        low + (high - low) * static_cast<float>(generator() % 65537) / 65536.0f;
  return tensor;
}

/// Reproducible codes over their whole range.
template <typename Code>
Tensor randomCodes(std::vector<int64_t> shape, unsigned seed) {
  Tensor tensor(DataTypeOf<Code>::value, std::move(shape));
  std::minstd_rand generator(seed);
  Code *values = tensor.mutableData<Code>();
  for (int64_t i = 0, n = tensor.size(); i < n; ++i)
    values[i] = static_cast<Code>(generator() / 7 % 256);
  return tensor;
}

} // namespace mixq

#endif // MIXQ_TEST_ANALYSIS_IRTEST_H
