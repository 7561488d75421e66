//===- GradientGoldenTest.cpp - Gradients against a framework -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Blocks.h"
#include "analysis/Calibration.h"
#include "analysis/Gradient.h"
#include "analysis/TensorTypes.h"
#include "dialect/store/Safetensors.h"
#include "frontend/Import.h"

#include <cmath>
#include <cstdlib>

using namespace mixq;

namespace {

/// Gradients of the sum over a batch of logit 1, by the names of the archive.
class GradientGolden : public IrTest {
protected:
  void compareWithFramework(const std::string &model);
  void addImage(const Interpreter &interpreter, const Tensor &image);
  void append(const std::string &name, const Tensor &gradient);
  void add(const std::string &name, const Tensor &gradient);
  void addParameter(llvm::StringRef name, const Tensor &gradient);

  std::map<std::string, std::vector<double>> gradients;
};

/// Of one image behind those of the images before it.
void GradientGolden::append(const std::string &name, const Tensor &gradient) {
  std::vector<double> values = valuesOf<double>(gradient);
  auto &to = gradients[name];
  to.insert(to.end(), values.begin(), values.end());
}

void GradientGolden::add(const std::string &name, const Tensor &gradient) {
  std::vector<double> values = valuesOf<double>(gradient);
  auto &to = gradients[name];
  to.resize(values.size());
  for (size_t i = 0; i < values.size(); ++i)
    to[i] += values[i];
}

/// From the gradient of a bias [A, B, H, M, M] of attention in square windows,
/// which holds entry (dy + w - 1) (2 w - 1) + dx + w - 1 of head h at the pairs
/// of tokens that are (dy, dx) apart, that of the table [(2 w - 1)^2, H].
Tensor foldBias(const Tensor &bias) {
  int64_t heads = bias.dim(2), tokens = bias.dim(3);
  auto w = static_cast<int64_t>(std::lround(std::sqrt(tokens)));
  Tensor table(DataType::F64, {(2 * w - 1) * (2 * w - 1), heads});
  const auto *from = bias.data<double>();
  auto *to = table.mutableData<double>();
  for (int64_t matrix = 0; matrix < bias.dim(0) * bias.dim(1); ++matrix)
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t i = 0; i < tokens; ++i)
        for (int64_t j = 0; j < tokens; ++j) {
          int64_t entry =
              (i / w - j / w + w - 1) * (2 * w - 1) + i % w - j % w + w - 1;
          to[entry * heads + head] += *from++;
        }
  return table;
}

void GradientGolden::addParameter(llvm::StringRef name,
                                  const Tensor &gradient) {
  std::string prefix = "parameter_gradients.";
  if (name.consume_back(".window_bias"))
    add(prefix + name.str() + ".relative_position_bias_table",
        foldBias(gradient));
  else
    add(prefix + name.str(), gradient);
}

void GradientGolden::addImage(const Interpreter &interpreter,
                              const Tensor &image) {
  auto tape = record(interpreter, toDouble(image));
  ASSERT_TRUE(mlir::succeeded(tape)) << diagnostics;
  Tensor seed(DataType::F64, tape->outputs[0].shape());
  seed.mutableData<double>()[1] = 1;
  std::vector<NetworkBlock> blocks = findBlocks(tape->function);
  auto ends = backpropagate(*tape, seed, true, [&](const BackwardStep &step) {
    for (auto [index, block] : llvm::enumerate(blocks))
      if (block.output == step.entry.op->getResult(0))
        append("block_gradients." + std::to_string(index), step.flows[0]);
  });
  ASSERT_TRUE(mlir::succeeded(ends)) << diagnostics;
  append("input_gradient", ends->lookup(tape->function.getArgument(0)));
  for (auto &[value, gradient] : *ends)
    if (auto parameter = value.getDefiningOp<ParameterOp>())
      if (parameter.getName())
        addParameter(*parameter.getName(), gradient);
}

void GradientGolden::compareWithFramework(const std::string &name) {
  const char *shared = std::getenv("MIXQ_SHARED");
  if (!shared || !*shared)
    GTEST_SKIP() << "SKIPPED: ../shared is not present";
  std::string model = std::string(shared) + "/golden/" + name;
  auto checkpoint = Checkpoint::open(model);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  auto module = importModel(context, *checkpoint);
  ASSERT_TRUE(module.ok()) << module.status();
  auto images = readSafetensors(model + "/golden.safetensors");
  ASSERT_TRUE(images.ok()) << images.status();
  auto expected = readSafetensors(model + "/gradients.safetensors");
  ASSERT_TRUE(expected.ok()) << expected.status();

  auto interpreter = Interpreter::create(mainOf(**module), DataType::F64);
  ASSERT_TRUE(mlir::succeeded(interpreter)) << diagnostics;
  for (const Tensor &image : splitBatch(images->tensors.at("input")))
    addImage(*interpreter, image);
  double worst = 0;
  for (auto &[key, tensor] : expected->tensors) {
    ASSERT_TRUE(gradients.count(key)) << key;
    const std::vector<double> &found = gradients[key];
    ASSERT_EQ(static_cast<int64_t>(found.size()), tensor.size()) << key;
    double error = 0, norm = 0;
    for (size_t i = 0; i < found.size(); ++i) {
      double wanted = tensor.data<float>()[i];
      error += std::pow(found[i] - wanted, 2);
      norm += wanted * wanted;
    }
    EXPECT_LT(std::sqrt(error), 1e-4 * std::sqrt(norm)) << key;
    worst = std::max(worst, std::sqrt(error / norm));
  }
  std::printf("%zu gradients, largest relative error %.2e\n",
              expected->tensors.size(), worst);
}

TEST_F(GradientGolden, VitClsToken) { compareWithFramework("vit_cls_token"); }

TEST_F(GradientGolden, SwinShift) { compareWithFramework("swin_shift"); }

} // namespace
