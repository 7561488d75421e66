//===- GradientTest.cpp - Gradients against finite differences ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Gradient.h"
#include "analysis/TensorTypes.h"

#include <cmath>

using namespace mixq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

namespace {

class Gradients : public IrTest {
protected:
  void check(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs);
  double lossOf(const Interpreter &interpreter, llvm::ArrayRef<Tensor> inputs);
  void checkInput(const Interpreter &interpreter, llvm::ArrayRef<Tensor> inputs,
                  unsigned index, const Tensor &gradient);
};

Tensor randomDouble(std::vector<int64_t> shape, unsigned seed, float low = -2,
                    float high = 2) {
  return toDouble(randomTensor(std::move(shape), seed, low, high));
}

/// Random weights of the results in the loss, which is their weighted sum.
llvm::SmallVector<Tensor> seedsOf(llvm::ArrayRef<Tensor> outputs) {
  llvm::SmallVector<Tensor> seeds;
  for (const Tensor &output : outputs)
    seeds.push_back(randomDouble(output.shape(), 100 + seeds.size()));
  return seeds;
}

double Gradients::lossOf(const Interpreter &interpreter,
                         llvm::ArrayRef<Tensor> inputs) {
  auto outputs = interpreter.run(inputs);
  EXPECT_TRUE(mlir::succeeded(outputs)) << diagnostics;
  double loss = 0;
  for (auto [output, seed] : llvm::zip_equal(*outputs, seedsOf(*outputs)))
    for (int64_t i = 0; i < output.size(); ++i)
      loss += output.data<double>()[i] * seed.data<double>()[i];
  return loss;
}

/// |gradient - finite differences| < 1e-3 |finite differences|
void Gradients::checkInput(const Interpreter &interpreter,
                           llvm::ArrayRef<Tensor> inputs, unsigned index,
                           const Tensor &gradient) {
  ASSERT_EQ(gradient.shape(), inputs[index].shape());
  constexpr double kStep = 1e-5;
  double error = 0, norm = 0;
  for (int64_t i = 0; i < gradient.size(); ++i) {
    llvm::SmallVector<Tensor> moved(inputs.begin(), inputs.end());
    moved[index].mutableData<double>()[i] += kStep;
    double difference = lossOf(interpreter, moved);
    moved[index].mutableData<double>()[i] -= 2 * kStep;
    difference -= lossOf(interpreter, moved);
    double expected = difference / (2 * kStep);
    error += std::pow(gradient.data<double>()[i] - expected, 2);
    norm += expected * expected;
  }
  EXPECT_LT(std::sqrt(error), 1e-6 * std::sqrt(norm)) << "input " << index;
}

/// The gradients with respect to all float inputs of @main, in double; in fp32
/// they are the same but for rounding.
void Gradients::check(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs) {
  auto module = parse(text);
  ASSERT_TRUE(module);
  auto interpreter = Interpreter::create(mainOf(*module), DataType::F64);
  ASSERT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
  auto tape = record(*interpreter, inputs);
  ASSERT_TRUE(mlir::succeeded(tape)) << diagnostics;
  auto ends = backpropagate(*tape, seedsOf(tape->outputs), true);
  ASSERT_TRUE(mlir::succeeded(ends)) << diagnostics;
  for (auto [index, input] : llvm::enumerate(inputs)) {
    if (input.type() != DataType::F64)
      continue;
    auto found = ends->find(tape->function.getArgument(index));
    ASSERT_NE(found, ends->end()) << "input " << index;
    checkInput(*interpreter, inputs, index, found->second);
  }
}

TEST_F(Gradients, PatchEmbed) {
  check(R"(
    func.func @main(%x: tensor<2x4x6xf32>, %w: tensor<3x2x2x3xf32>,
                    %b: tensor<3xf32>) -> tensor<4x3xf32> {
      %0 = mixq.patch_embed %x, %w, %b
        : (tensor<2x4x6xf32>, tensor<3x2x2x3xf32>, tensor<3xf32>) -> tensor<4x3xf32>
      return %0 : tensor<4x3xf32>
    })",
        {randomDouble({2, 4, 6}, 1), randomDouble({3, 2, 2, 3}, 2),
         randomDouble({3}, 3)});
}

TEST_F(Gradients, Linear) {
  check(
      R"(
    func.func @main(%x: tensor<4x5xf32>, %w: tensor<3x5xf32>,
                    %b: tensor<3xf32>) -> tensor<4x3xf32> {
      %0 = mixq.linear %x, %w, %b
        : (tensor<4x5xf32>, tensor<3x5xf32>, tensor<3xf32>) -> tensor<4x3xf32>
      return %0 : tensor<4x3xf32>
    })",
      {randomDouble({4, 5}, 1), randomDouble({3, 5}, 2), randomDouble({3}, 3)});
}

TEST_F(Gradients, MatmulBothWays) {
  check(R"(
    func.func @main(%a: tensor<2x3x4xf32>, %b: tensor<2x4x5xf32>,
                    %c: tensor<2x5x4xf32>)
        -> (tensor<2x3x5xf32>, tensor<2x3x5xf32>) {
      %0 = mixq.matmul %a, %b multiplier 3.000000e-01
        : (tensor<2x3x4xf32>, tensor<2x4x5xf32>) -> tensor<2x3x5xf32>
      %1 = mixq.matmul %a, %c transpose_rhs multiplier 5.000000e-01
        : (tensor<2x3x4xf32>, tensor<2x5x4xf32>) -> tensor<2x3x5xf32>
      return %0, %1 : tensor<2x3x5xf32>, tensor<2x3x5xf32>
    })",
        {randomDouble({2, 3, 4}, 1), randomDouble({2, 4, 5}, 2),
         randomDouble({2, 5, 4}, 3)});
}

TEST_F(Gradients, LayerNorm) {
  check(R"(
    func.func @main(%x: tensor<3x5xf32>, %g: tensor<5xf32>, %b: tensor<5xf32>)
        -> tensor<3x5xf32> {
      %0 = mixq.layer_norm %x, %g, %b epsilon 1.000000e-01
        : (tensor<3x5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<3x5xf32>
      return %0 : tensor<3x5xf32>
    })",
        {randomDouble({3, 5}, 1), randomDouble({5}, 2), randomDouble({5}, 3)});
}

TEST_F(Gradients, ElementwiseAndRows) {
  check(R"(
    func.func @main(%x: tensor<3x5xf32>, %m: tensor<5xf32>, %o: tensor<5xf32>)
        -> (tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>) {
      %0 = mixq.softmax %x : tensor<3x5xf32>
      %1 = mixq.gelu %x : tensor<3x5xf32>
      %2 = mixq.channel_affine %x multiplier %m offset %o
        : (tensor<3x5xf32>, tensor<5xf32>, tensor<5xf32>) -> tensor<3x5xf32>
      return %0, %1, %2 : tensor<3x5xf32>, tensor<3x5xf32>, tensor<3x5xf32>
    })",
        {randomDouble({3, 5}, 1, -6, 6), randomDouble({5}, 2),
         randomDouble({5}, 3)});
}

TEST_F(Gradients, HeadsAndTanh) {
  check(R"(
    func.func @main(%x: tensor<2x3x4xf32>, %g: tensor<4xf32>, %b: tensor<4xf32>)
        -> (tensor<2x3x4xf32>, tensor<2x3x4xf32>) {
      %0 = mixq.layer_norm %x, %g, %b epsilon 1.000000e-01
        : (tensor<2x3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
      %1 = mixq.gelu %x tanh : tensor<2x3x4xf32>
      return %0, %1 : tensor<2x3x4xf32>, tensor<2x3x4xf32>
    })",
        {randomDouble({2, 3, 4}, 1, -4, 4), randomDouble({4}, 2),
         randomDouble({4}, 3)});
}

TEST_F(Gradients, MovesAndMeanOfTokens) {
  check(R"(
    func.func @main(%x: tensor<2x3xf32>, %y: tensor<1x3xf32>)
        -> (tensor<3x3xf32>, tensor<2x3xf32>, tensor<1x3xf32>) {
      %0 = mixq.concat %y, %x : (tensor<1x3xf32>, tensor<2x3xf32>) -> tensor<3x3xf32>
      %1 = mixq.slice %0 from 1 : (tensor<3x3xf32>) -> tensor<2x3xf32>
      %2 = mixq.add %1, %x : tensor<2x3xf32>
      %3 = mixq.pool %0 : (tensor<3x3xf32>) -> tensor<1x3xf32>
      return %0, %2, %3 : tensor<3x3xf32>, tensor<2x3xf32>, tensor<1x3xf32>
    })",
        {randomDouble({2, 3}, 1), randomDouble({1, 3}, 2)});
}

TEST_F(Gradients, MovesOfHeads) {
  // The key is not used, so that one result receives nothing.
  check(R"(
    func.func @main(%x: tensor<3x12xf32>) -> (tensor<3x4xf32>, tensor<2x3x2xf32>) {
      %q, %k, %v = mixq.split_qkv %x
        : (tensor<3x12xf32>) -> (tensor<2x3x2xf32>, tensor<2x3x2xf32>, tensor<2x3x2xf32>)
      %0 = mixq.merge_heads %q : (tensor<2x3x2xf32>) -> tensor<3x4xf32>
      return %0, %v : tensor<3x4xf32>, tensor<2x3x2xf32>
    })",
        {randomDouble({3, 12}, 1)});
}

TEST_F(Gradients, MovesOfMaps) {
  check(R"(
    func.func @main(%x: tensor<15x2xf32>) -> (tensor<24x2xf32>, tensor<6x8xf32>) {
      %0 = mixq.roll %x map [3, 5] shift [-1, 2] : (tensor<15x2xf32>) -> tensor<15x2xf32>
      %1 = mixq.pad_map %0 map [3, 5] to [4, 6] : (tensor<15x2xf32>) -> tensor<24x2xf32>
      %2 = mixq.window_partition %1 map [4, 6] window [2, 3] : (tensor<24x2xf32>) -> tensor<24x2xf32>
      %3 = mixq.window_reverse %x map [3, 5] window [3, 1] : (tensor<15x2xf32>) -> tensor<15x2xf32>
      %4 = mixq.crop_map %3 map [3, 5] to [3, 4] : (tensor<15x2xf32>) -> tensor<12x2xf32>
      %5 = mixq.pad_map %4 map [3, 4] to [3, 5] : (tensor<12x2xf32>) -> tensor<15x2xf32>
      %6 = mixq.patch_merge %5 map [3, 5] : (tensor<15x2xf32>) -> tensor<6x8xf32>
      return %2, %6 : tensor<24x2xf32>, tensor<6x8xf32>
    })",
        randomDouble({15, 2}, 1));
}

TEST_F(Gradients, HeadsOfWindows) {
  check(R"(
    func.func @main(%x: tensor<12x12xf32>, %b: tensor<1x2x2x2x2xf32>) -> tensor<12x4xf32> {
      %q, %k, %v = mixq.split_qkv %x windows 6 : (tensor<12x12xf32>) -> (tensor<12x2x2xf32>, tensor<12x2x2xf32>, tensor<12x2x2xf32>)
      %0 = mixq.matmul %q, %k transpose_rhs : (tensor<12x2x2xf32>, tensor<12x2x2xf32>) -> tensor<12x2x2xf32>
      %1 = mixq.window_bias %0, %b grid [2, 3] : (tensor<12x2x2xf32>, tensor<1x2x2x2x2xf32>) -> tensor<12x2x2xf32>
      %2 = mixq.softmax %1 : tensor<12x2x2xf32>
      %3 = mixq.matmul %2, %v : (tensor<12x2x2xf32>, tensor<12x2x2xf32>) -> tensor<12x2x2xf32>
      %4 = mixq.merge_heads %3 windows 6 : (tensor<12x2x2xf32>) -> tensor<12x4xf32>
      return %4 : tensor<12x4xf32>
    })",
        {randomDouble({12, 12}, 1, -1, 1), randomDouble({1, 2, 2, 2, 2}, 2)});
}

TEST_F(Gradients, ValuesUsedSeveralTimes) {
  check(R"(
    func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
      %0 = mixq.gelu %x : tensor<2x3xf32>
      %1 = mixq.add %0, %0 : tensor<2x3xf32>
      %2 = mixq.add %1, %x : tensor<2x3xf32>
      %3 = mixq.softmax %2 : tensor<2x3xf32>
      %4 = mixq.add %3, %2 : tensor<2x3xf32>
      return %4 : tensor<2x3xf32>
    })",
        {randomDouble({2, 3}, 1)});
}

TEST_F(Gradients, DequantizeWithAxis) {
  check(R"(
    func.func @main(%x: tensor<2x3x!mixq.q<u8, axis = 1>>, %s: tensor<3xf32>,
                    %z: tensor<3xi32>) -> tensor<2x3xf32> {
      %0 = mixq.dequantize %x scale %s zero_point %z
        : (tensor<2x3x!mixq.q<u8, axis = 1>>, tensor<3xf32>, tensor<3xi32>)
          -> tensor<2x3xf32>
      return %0 : tensor<2x3xf32>
    })",
        {Tensor::of<uint8_t>({2, 3}, {1, 200, 30, 4, 50, 255}),
         randomDouble({3}, 1, 0.5, 1), Tensor::of<int32_t>({3}, {0, 128, -7})});
}

constexpr const char *kFakeQuant = R"(
  func.func @main(%x: tensor<4xf32>, %s: tensor<1xf32>) -> tensor<4xf32> {
    %z = mixq.parameter dense<2> : tensor<1xi32> : tensor<1xi32>
    %0 = mixq.quantize %x scale %s zero_point %z
      : (tensor<4xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x!mixq.q<u4>>
    %1 = mixq.dequantize %0 scale %s zero_point %z
      : (tensor<4x!mixq.q<u4>>, tensor<1xf32>, tensor<1xi32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  })";

/// LSQ: dx is 1 in range and 0 outside; dscale is round(x / scale) - x / scale
/// in range, and the code less the zero-point outside.
TEST_F(Gradients, QuantizeIsStraightThrough) {
  auto module = parse(kFakeQuant);
  ASSERT_TRUE(module);
  auto interpreter = Interpreter::create(mainOf(*module), DataType::F64);
  auto tape = record(*interpreter, {Tensor::of<double>({4}, {-5, 0.6, 1.3, 9}),
                                    Tensor::of<double>({1}, {0.5})});
  ASSERT_TRUE(mlir::succeeded(tape)) << diagnostics;
  auto ends = backpropagate(*tape, Tensor::of<double>({4}, {1, 10, 100, 1000}),
                            /*parameters=*/false);
  ASSERT_TRUE(mlir::succeeded(ends)) << diagnostics;
  EXPECT_THAT(valuesOf<double>(ends->lookup(tape->function.getArgument(0))),
              ElementsAre(0, 10, 100, 0));
  EXPECT_NEAR(ends->lookup(tape->function.getArgument(1)).data<double>()[0],
              1 * -2 + 10 * (1 - 1.2) + 100 * (3 - 2.6) + 1000 * 13, 1e-9);
}

/// Between the entries 0 and 9 straight through; at 0.6, to the entry 1.
TEST_F(Gradients, EncodeIsStraightThrough) {
  auto module = parse(R"(
    func.func @main(%x: tensor<3xf32>, %s: tensor<1xf32>, %o: tensor<1xf32>)
        -> tensor<3xf32> {
      %t = mixq.parameter dense<[0, 1, 3, 9]> : tensor<4xi32> : tensor<4xi32>
      %0 = mixq.encode %x scale %s offset %o table %t
        : (tensor<3xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>)
          -> tensor<3x!mixq.codebook<u2, u8>>
      %1 = mixq.decode %0 scale %s offset %o
        : (tensor<3x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>)
          -> tensor<3xf32>
      return %1 : tensor<3xf32>
    })");
  ASSERT_TRUE(module) << diagnostics;
  auto interpreter = Interpreter::create(mainOf(*module), DataType::F64);
  auto tape = record(*interpreter, {Tensor::of<double>({3}, {-5, 0.6, 9}),
                                    Tensor::of<double>({1}, {0.5}),
                                    Tensor::of<double>({1}, {0.25})});
  ASSERT_TRUE(mlir::succeeded(tape)) << diagnostics;
  auto ends = backpropagate(*tape, Tensor::of<double>({3}, {1, 10, 100}),
                            /*parameters=*/false);
  ASSERT_TRUE(mlir::succeeded(ends)) << diagnostics;
  auto gradient = [&](unsigned input) {
    return valuesOf<double>(ends->lookup(tape->function.getArgument(input)));
  };
  EXPECT_THAT(gradient(0), ElementsAre(0, 10, 0));
  EXPECT_NEAR(gradient(1)[0], 1 * 0 + 10 * (1 - 0.7) + 100 * 9, 1e-9);
  EXPECT_NEAR(gradient(2)[0], 1 + 100, 1e-9);
}

constexpr const char *kSmallNetwork = R"(
  func.func @main(%x: tensor<3x4xf32>) -> tensor<1x2xf32> {
    %g = mixq.parameter dense<[1.0, 2.0, -1.0, 0.5]> : tensor<4xf32> : tensor<4xf32>
    %w = mixq.parameter dense<[[1.0, 2.0, -1.0, 0.5], [0.3, -0.2, 0.1, 0.7]]>
      : tensor<2x4xf32> : tensor<2x4xf32>
    %b = mixq.parameter dense<0.1> : tensor<2xf32> : tensor<2xf32>
    %0 = mixq.layer_norm %x, %g, %g epsilon 9.99999997E-7
      : (tensor<3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    %1 = mixq.gelu %0 : tensor<3x4xf32>
    %2 = mixq.slice %1 from 2 : (tensor<3x4xf32>) -> tensor<1x4xf32>
    %3 = mixq.linear %2, %w, %b
      : (tensor<1x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    return %3 : tensor<1x2xf32>
  })";

/// By name of the parameter's op in the text, or of the argument.
std::vector<double> gradientOf(mlir::func::FuncOp function, DataType precision,
                               unsigned constant) {
  auto interpreter = Interpreter::create(function, precision);
  Tensor input = randomTensor({3, 4}, 1);
  Tensor seed = Tensor::of<float>({1, 2}, {1, -2});
  bool wide = precision == DataType::F64;
  auto tape = record(*interpreter, wide ? toDouble(input) : input);
  auto ends = backpropagate(*tape, wide ? toDouble(seed) : seed, true);
  EXPECT_TRUE(mlir::succeeded(ends));
  auto op = std::next(function.getBody().front().begin(), constant);
  return valuesOf<double>(wide ? ends->lookup(op->getResult(0))
                               : toDouble(ends->lookup(op->getResult(0))));
}

TEST_F(Gradients, SinglePrecisionAgrees) {
  auto module = parse(kSmallNetwork);
  ASSERT_TRUE(module);
  for (unsigned constant : {0, 1, 2})
    EXPECT_THAT(
        gradientOf(mainOf(*module), DataType::F32, constant),
        Pointwise(DoubleNear(1e-5),
                  gradientOf(mainOf(*module), DataType::F64, constant)));
}

TEST_F(Gradients, ObserverSeesEveryStep) {
  auto module = parse(kSmallNetwork);
  auto interpreter = Interpreter::create(mainOf(*module));
  auto tape = record(*interpreter, randomTensor({3, 4}, 1));
  std::vector<std::string> seen;
  auto ends = backpropagate(
      *tape, Tensor::of<float>({1, 2}, {1, 0}), /*parameters=*/false,
      [&](const BackwardStep &step) {
        seen.push_back(step.entry.op->getName().stripDialect().str());
        EXPECT_EQ(step.flows.size(), step.entry.results.size());
        EXPECT_EQ(step.flows[0].shape(), step.entry.results[0].shape());
        EXPECT_EQ(step.operandFlows[0].shape(), step.entry.operands[0].shape());
      });
  ASSERT_TRUE(mlir::succeeded(ends)) << diagnostics;
  EXPECT_THAT(seen, ElementsAre("linear", "slice", "gelu", "layer_norm"));
  EXPECT_EQ(ends->size(), 1u) << "without parameters only the argument";
}

TEST_F(Gradients, SeedsThatDoNotFit) {
  auto module = parse(kSmallNetwork);
  auto interpreter = Interpreter::create(mainOf(*module));
  auto tape = record(*interpreter, randomTensor({3, 4}, 1));
  EXPECT_TRUE(mlir::failed(backpropagate(*tape, {}, false)));
  EXPECT_THAT(diagnostics, HasSubstr("expects 1 tensors to walk back from"));
  EXPECT_TRUE(
      mlir::failed(backpropagate(*tape, Tensor(DataType::F32, {2}), false)));
  EXPECT_THAT(diagnostics, HasSubstr("expects result 0, 1x2xf32, to receive"));
}

TEST_F(Gradients, KernelsHaveNone) {
  auto module = parse(R"(
    func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x4xf32> {
      %0 = mixq.extract_patches %image patch [2, 2]
        : (tensor<1x2x2xf32>) -> tensor<1x4xf32>
      return %0 : tensor<1x4xf32>
    })");
  ASSERT_TRUE(module) << diagnostics;
  auto interpreter = Interpreter::create(mainOf(*module));
  auto tape = record(*interpreter, randomTensor({1, 2, 2}, 1));
  EXPECT_TRUE(
      mlir::failed(backpropagate(*tape, Tensor(DataType::F32, {1, 4}), false)));
  EXPECT_THAT(diagnostics, HasSubstr("has no gradient"));
}

} // namespace
