//===- InterpreterTest.cpp - Running whole functions ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Parallel.h"

#include "llvm/Support/FormatVariadic.h"

#include <malloc.h>
#include <mutex>
#include <set>

using namespace mixq;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

class InterpreterRuns : public IrTest {
protected:
  void expectFailure(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs,
                     const std::string &message) {
    diagnostics.clear();
    auto module = parse(text);
    EXPECT_TRUE(mlir::failed(interpret(mainOf(*module), inputs)));
    EXPECT_THAT(diagnostics, HasSubstr(message));
  }
};

/// gelu(x + 1) and what gelu saw.
constexpr const char *kTwoOps = R"(
  func.func @main(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {
    %one = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
    %0 = mixq.add %x, %one : tensor<2xf32>
    %1 = mixq.gelu %0 : tensor<2xf32>
    return %1, %0 : tensor<2xf32>, tensor<2xf32>
  })";

TEST_F(InterpreterRuns, TwoOps) {
  auto results = runAll(kTwoOps, Tensor::of<float>({2}, {-1, 9}));
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]),
              ElementsAre(0, testing::FloatEq(10)));
  EXPECT_THAT(valuesOf<float>(results[1]), ElementsAre(0, 10));
}

TEST_F(InterpreterRuns, ObserverSeesOpsInOrder) {
  auto module = parse(kTwoOps);
  std::vector<std::string> seen;
  auto observe = [&](mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
                     llvm::ArrayRef<Tensor> results) {
    seen.push_back(op->getName().getStringRef().str() + " " +
                   std::to_string(operands.size()) + " " +
                   std::to_string(results[0].data<float>()[1]));
  };
  EXPECT_TRUE(mlir::succeeded(
      interpret(mainOf(*module), Tensor::of<float>({2}, {-1, 9}), observe)));
  EXPECT_THAT(seen,
              ElementsAre("mixq.add 2 10.000000", "mixq.gelu 1 10.000000"));
}

/// The op that makes the function's first result.
mlir::Operation *lastOp(mlir::func::FuncOp function) {
  return function.getBody()
      .front()
      .getTerminator()
      ->getOperand(0)
      .getDefiningOp();
}

TEST_F(InterpreterRuns, PausedRunsGoOnIndependently) {
  auto module = parse(kTwoOps);
  auto interpreter = Interpreter::create(mainOf(*module));
  ASSERT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
  mlir::Operation *gelu = lastOp(mainOf(*module));
  auto paused = interpreter->start(Tensor::of<float>({2}, {-1, 9}));
  ASSERT_TRUE(mlir::succeeded(paused) &&
              mlir::succeeded(interpreter->advance(*paused, gelu)));
  EXPECT_THAT(valuesOf<float>(interpreter->operandsOf(*paused)[0]),
              ElementsAre(0, 10));
  Execution other = *paused;
  auto replace = [&](mlir::Operation *op,
                     llvm::MutableArrayRef<Tensor> operands) {
    EXPECT_EQ(op, gelu);
    operands[0] = Tensor::of<float>({2}, {20, 0});
  };
  ASSERT_TRUE(
      mlir::succeeded(interpreter->advance(other, nullptr, nullptr, replace)));
  ASSERT_TRUE(mlir::succeeded(interpreter->advance(*paused, nullptr)));
  EXPECT_THAT(valuesOf<float>(interpreter->resultsOf(other)[0]),
              ElementsAre(20, 0));
  EXPECT_THAT(valuesOf<float>(interpreter->resultsOf(*paused)[0]),
              ElementsAre(0, testing::FloatEq(10)));
}

TEST_F(InterpreterRuns, ReturnsArgumentsAndConstants) {
  auto results = runAll(R"(
    func.func @main(%x: tensor<1xf32>) -> (tensor<1xf32>, tensor<1xf32>) {
      %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
      return %x, %one : tensor<1xf32>, tensor<1xf32>
    })",
                        Tensor::of<float>({1}, {5}));
  ASSERT_EQ(results.size(), 2u) << diagnostics;
  EXPECT_THAT(valuesOf<float>(results[0]), ElementsAre(5));
  EXPECT_THAT(valuesOf<float>(results[1]), ElementsAre(1));
}

/// Bytes that the allocator has handed out; 0 under AddressSanitizer.
size_t bytesInUse() {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST_F(InterpreterRuns, ReleasesValuesAfterTheirLastUse) {
  std::string text = "func.func @main(%0: tensor<1048576xf32>) -> "
                     "tensor<1048576xf32> {\n";
  for (int i = 0; i < 20; ++i)
    text += llvm::formatv("%{1} = mixq.gelu %{0} : tensor<1048576xf32>\n", i,
                          i + 1);
  text += "return %20 : tensor<1048576xf32> }";
  auto module = parse(text);
  Tensor input(DataType::F32, {1048576});
  size_t before = bytesInUse(), most = 0;
  auto observe = [&](mlir::Operation *, llvm::ArrayRef<Tensor>,
                     llvm::ArrayRef<Tensor>) {
    most = std::max(most, bytesInUse());
  };
  EXPECT_TRUE(mlir::succeeded(interpret(mainOf(*module), input, observe)));
  EXPECT_LE(most, before + 4 * input.bytes());
}

TEST_F(InterpreterRuns, BatchKeepsTheOrderOfImages) {
  auto module = parse(kTwoOps);
  auto interpreter = Interpreter::create(mainOf(*module));
  ASSERT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
  std::vector<Tensor> images;
  for (float i = 0; i < 50; ++i)
    images.push_back(Tensor::of<float>({2}, {i, -i}));
  for (unsigned threads : {0u, 1u, 4u}) {
    auto results = interpretBatch(*interpreter, images, threads);
    ASSERT_TRUE(mlir::succeeded(results));
    ASSERT_EQ(results->size(), images.size());
    for (size_t i = 0; i < images.size(); ++i)
      EXPECT_EQ((*results)[i][1].data<float>()[0], i + 1.0f);
  }
}

TEST_F(InterpreterRuns, RejectsInputs) {
  expectFailure(kTwoOps, {}, "expects 1 inputs, found 0");
  expectFailure(kTwoOps, Tensor::of<float>({3}, {1, 2, 3}),
                "expects input 0 to hold f32 for 'tensor<2xf32>', found 3xf32");
  expectFailure(kTwoOps, Tensor::of<double>({2}, {1, 2}), "found 2xf64");
}

TEST_F(InterpreterRuns, RejectsWhatItCannotEvaluate) {
  expectFailure(R"(
    func.func private @other(tensor<1xf32>) -> tensor<1xf32>
    func.func @main(%x: tensor<1xf32>) -> tensor<1xf32> {
      %0 = call @other(%x) : (tensor<1xf32>) -> tensor<1xf32>
      return %0 : tensor<1xf32>
    })",
                Tensor::of<float>({1}, {1}), "the op has no evaluation");
  expectFailure("func.func private @main(tensor<1xf32>)",
                Tensor::of<float>({1}, {1}), "expects one block, found 0");
  expectFailure("func.func @main(%x: tensor<?xf32>) { return }",
                Tensor::of<float>({1}, {1}), "tensors of the dialect");
  expectFailure("func.func @main(%x: tensor<2xf16>) { return }",
                Tensor::of<float>({1}, {1}), "tensors of the dialect");
}

TEST(ParallelFor, CallsEveryIndexOnce) {
  for (unsigned threads : {0u, 1u, 3u, 100u}) {
    std::mutex mutex;
    std::multiset<int64_t> seen;
    EXPECT_TRUE(llvm::succeeded(parallelFor(20, threads, [&](int64_t i) {
      std::lock_guard<std::mutex> lock(mutex);
      seen.insert(i);
      return llvm::success();
    })));
    EXPECT_EQ(seen.size(), 20u);
    EXPECT_EQ(std::set<int64_t>(seen.begin(), seen.end()).size(), 20u);
  }
}

TEST(ParallelFor, StopsAtAFailure) {
  int64_t calls = 0;
  EXPECT_TRUE(llvm::failed(parallelFor(
      20, 1, [&](int64_t i) { return llvm::failure(++calls == 3); })));
  EXPECT_EQ(calls, 3);
  EXPECT_TRUE(llvm::succeeded(
      parallelFor(0, 4, [](int64_t) { return llvm::failure(); })));
}

} // namespace
