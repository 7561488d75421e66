//===- FisherTest.cpp - Changes of logits to second order -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Fisher.h"

#include <cmath>

using namespace mixq;
using testing::HasSubstr;

namespace {

class Fisher : public IrTest {
protected:
  mlir::OwningOpRef<mlir::ModuleOp> parseNetwork() {
    return parse(R"(
      func.func @main(%x: tensor<2x3xf32>) -> tensor<1x3xf32> {
        %w = mixq.parameter dense<[[1.0, 0.5, -0.25], [-0.5, 1.0, 0.25], [0.5, -1.0, 2.0]]>
          : tensor<3x3xf32> : tensor<3x3xf32>
        %b = mixq.parameter dense<[0.5, 0.25, -0.5]> : tensor<3xf32> : tensor<3xf32>
        %0 = mixq.linear %x, %w, %b unit "blocks.0.mlp.fc1"
          : (tensor<2x3xf32>, tensor<3x3xf32>, tensor<3xf32>) -> tensor<2x3xf32>
        %1 = mixq.gelu %0 : tensor<2x3xf32>
        %2 = mixq.slice %1 from 0 : (tensor<2x3xf32>) -> tensor<1x3xf32>
        %3 = mixq.linear %2, %w, %b unit "head"
          : (tensor<1x3xf32>, tensor<3x3xf32>, tensor<3xf32>) -> tensor<1x3xf32>
        return %3 : tensor<1x3xf32>
      })");
  }
};

std::vector<double> softmax(const Tensor &logits) {
  std::vector<double> p;
  double sum = 0;
  for (int64_t i = 0; i < logits.size(); ++i)
    sum += p.emplace_back(std::exp(logits.data<float>()[i]));
  for (double &value : p)
    value /= sum;
  return p;
}

/// What stands for quantization: a small change that depends on the element.
Tensor changed(const Tensor &value, double size) {
  Tensor result = value;
  for (int64_t i = 0; i < value.size(); ++i)
    result.mutableData<float>()[i] +=
        static_cast<float>(size * static_cast<double>(i * 3 % 5 - 2));
  return result;
}

/// The divergence when one operand of one unit is changed.
double exactDivergence(const Interpreter &interpreter, const Tensor &image,
                       mlir::Operation *unit, unsigned operand, double size) {
  auto before = interpreter.run(image);
  auto execution = interpreter.start(image);
  EXPECT_TRUE(mlir::succeeded(interpreter.advance(
      *execution, nullptr, nullptr,
      [&](mlir::Operation *op, llvm::MutableArrayRef<Tensor> operands) {
        if (op == unit)
          operands[operand] = changed(operands[operand], size);
      })));
  std::vector<double> p = softmax((*before)[0]);
  std::vector<double> q = softmax(interpreter.resultsOf(*execution)[0]);
  double divergence = 0;
  for (size_t i = 0; i < p.size(); ++i)
    divergence += p[i] * std::log(p[i] / q[i]);
  return divergence;
}

TEST_F(Fisher, EstimatesTheDivergence) {
  auto module = parseNetwork();
  ASSERT_TRUE(module) << diagnostics;
  FisherOptions options;
  options.probes = 2000;
  Tensor image = randomTensor({2, 3}, 1);
  auto quantize = [](mlir::Operation *, unsigned, unsigned bits,
                     const Tensor &value) {
    return changed(value, std::ldexp(1, -static_cast<int>(bits)));
  };
  auto estimates =
      estimateSensitivity(*module, image, {6, 7}, quantize, options);
  ASSERT_TRUE(mlir::succeeded(estimates)) << diagnostics;
  auto interpreter = Interpreter::create(mainOf(*module));
  ASSERT_EQ(estimates->size(), 8u);
  for (const FisherSensitivity &estimate : *estimates) {
    mlir::Operation *unit = nullptr;
    module->walk([&](CostOpInterface op) {
      if (op->getAttrOfType<mlir::StringAttr>("unit") == estimate.unit)
        unit = op;
    });
    double exact =
        exactDivergence(*interpreter, image, unit, estimate.operand,
                        std::ldexp(1, -static_cast<int>(estimate.bits)));
    EXPECT_NEAR(estimate.divergence, exact, 0.15 * exact)
        << estimate.unit << " " << estimate.operand << " " << estimate.bits;
  }
}

/// At the logits themselves the gradient of the prediction's cross-entropy is
/// p - e.
TEST_F(Fisher, MeanSquaresOfTheHead) {
  auto module = parseNetwork();
  Tensor image = randomTensor({2, 3}, 1);
  FisherOptions options;
  options.probe = FisherProbe::Prediction;
  auto fishers = measureFisher(*module, {image, image}, options);
  ASSERT_TRUE(mlir::succeeded(fishers)) << diagnostics;
  ASSERT_EQ(fishers->size(), 2u);
  EXPECT_EQ((*fishers)[0].unit, "blocks.0.mlp.fc1");
  EXPECT_EQ((*fishers)[0].meanSquares.shape(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ((*fishers)[0].meanSquares.data<float>()[3], 0)
      << "the second row does not reach the head";
  auto interpreter = Interpreter::create(mainOf(*module));
  std::vector<double> p = softmax((*interpreter->run(image))[0]);
  p[std::max_element(p.begin(), p.end()) - p.begin()] -= 1;
  for (size_t c = 0; c < p.size(); ++c)
    EXPECT_NEAR((*fishers)[1].meanSquares.data<float>()[c], p[c] * p[c], 1e-6);
}

TEST_F(Fisher, DoesNotDependOnThreads) {
  auto module = parseNetwork();
  std::vector<Tensor> images;
  for (unsigned i = 0; i < 5; ++i)
    images.push_back(randomTensor({2, 3}, i));
  auto quantize = [](mlir::Operation *, unsigned, unsigned,
                     const Tensor &value) { return changed(value, 0.1); };
  FisherOptions options;
  options.threads = 1;
  auto one = estimateSensitivity(*module, images, {4}, quantize, options);
  options.threads = 3;
  auto three = estimateSensitivity(*module, images, {4}, quantize, options);
  for (size_t i = 0; i < one->size(); ++i)
    EXPECT_EQ((*one)[i].divergence, (*three)[i].divergence);
}

TEST_F(Fisher, NeedsImagesAndLogits) {
  auto module = parseNetwork();
  EXPECT_TRUE(mlir::failed(measureFisher(*module, {})));
  EXPECT_THAT(diagnostics, HasSubstr("expects at least one image, found none"));
  auto tokens = parse(R"(
    func.func @main(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
      return %x : tensor<2x3xf32>
    })");
  EXPECT_TRUE(mlir::failed(measureFisher(*tokens, randomTensor({2, 3}, 1))));
  EXPECT_THAT(diagnostics, HasSubstr("expects logits [1, classes] in f32 as "
                                     "the first result, found 2x3xf32"));
}

} // namespace
