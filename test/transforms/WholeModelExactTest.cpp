//===- WholeModelExactTest.cpp - A quantized model, interpreter and code --===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The logits of a quantized module are the interpreter's, bit for bit: on every
// target, with any number of threads, in any batch.
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include "analysis/Calibration.h"
#include "dialect/Bits.h"
#include "dialect/store/Safetensors.h"
#include "frontend/Import.h"
#include "runtime/ModuleVerifier.h"
#include "transforms/CorrectBias/CorrectBias.h"
#include "transforms/Fuse/Fuse.h"
#include "transforms/Parameters.h"
#include "transforms/Passes.h"
#include "transforms/Quantize/Quantize.h"
#include "transforms/Reparameterize/Reparameterize.h"
#include "transforms/codegen/Unpack.h"

#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringSet.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mixq;

namespace {

constexpr const char *kModel = "examples/digits/model";

class WholeModel : public CodegenTest {
protected:
  void SetUp() override {
    auto archive = readSafetensors(std::string(kModel) + "/golden.safetensors");
    ASSERT_TRUE(archive.ok()) << archive.status();
    batch = archive->tensors.at("input");
    auto checkpoint = Checkpoint::open(kModel);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    auto imported = importModel(context, *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status();
    graph = *std::move(imported);
  }

  /// Calls `bits(number of the unit, operand, is it the weight)`.
  void assignBits(llvm::function_ref<int64_t(int64_t, unsigned, bool)> bits) {
    int64_t number = 0;
    graph->walk([&](CostOpInterface unit) {
      if (!unit->hasAttr("unit"))
        return;
      llvm::SmallVector<int64_t> widths;
      for (unsigned operand : unit.getQuantizableOperands())
        widths.push_back(bits(
            number, operand,
            unit->getOperand(operand).getDefiningOp<ParameterOp>() != nullptr));
      unit->setAttr(kBitsAttr, DenseI64ArrayAttr::get(&context, widths));
      ++number;
    });
  }

  /// Replaces the quantizers of probabilities and of GELU's results by
  /// codebooks.
  void useCodebooks() {
    graph->walk([&](CostOpInterface unit) {
      auto entries = unit->getAttrOfType<ArrayAttr>(kActivationsAttr);
      Operation *source =
          entries ? unit->getOperand(0).getDefiningOp() : nullptr;
      if (!isa_and_nonnull<SoftmaxOp, GeluOp>(source))
        return;
      llvm::SmallVector<Attribute> changed(entries.getValue());
      auto uniform = cast<UniformAttr>(changed[0]);
      unsigned bits = uniform.getType().getBits();
      std::vector<int32_t> table(int64_t(1) << bits);
      for (size_t i = 1; i < table.size(); ++i)
        table[i] = static_cast<int32_t>(
            std::round(255 * std::exp2((i + 1.0 - table.size()) / 2)));
      double offset = isa<GeluOp>(source) ? -0.17 : 0.0;
      double reach = uniform.getScale() * uniform.getType().getMaxCode();
      changed[0] = CodebookAttr::get(CodebookType::get(&context, bits),
                                     reach / 255, offset, table);
      unit->setAttr(kActivationsAttr, ArrayAttr::get(&context, changed));
    });
  }

  /// As the driver does it, but with fixed rules instead of searched ones.
  void calibrate() {
    ReparameterizeConfig config;
    config.strength = 0.5;
    ASSERT_TRUE(succeeded(reparameterize(*graph, splitBatch(batch), config)))
        << diagnostics;
    CalibrationOptions options;
    options.method = CalibrationMethod::MinMax;
    ASSERT_TRUE(
        succeeded(annotateCalibration(*graph, splitBatch(batch), options)))
        << diagnostics;
    ASSERT_TRUE(succeeded(correctBias(*graph, splitBatch(batch))))
        << diagnostics;
  }

  OwningOpRef<ModuleOp>
  transformed(llvm::function_ref<void(OpPassManager &)> build) {
    OwningOpRef<ModuleOp> module = graph->clone();
    PassManager manager(&context);
    build(manager);
    EXPECT_TRUE(succeeded(manager.run(*module))) << diagnostics;
    return module;
  }

  OwningOpRef<ModuleOp> fused() {
    return transformed([&](OpPassManager &manager) {
      manager.addNestedPass<func::FuncOp>(createQuantize(quantizeOptions));
      manager.addNestedPass<func::FuncOp>(createFuse());
    });
  }

  /// All logits, from the interpreter.
  std::vector<float> interpreted(ModuleOp module) {
    auto interpreter = Interpreter::create(mainOf(module));
    std::vector<float> logits;
    if (failed(interpreter))
      return logits;
    auto rows = interpretBatch(*interpreter, splitBatch(batch));
    if (failed(rows))
      return logits;
    for (const auto &row : *rows)
      logits.insert(logits.end(), row[0].data<float>(),
                    row[0].data<float>() + row[0].size());
    return logits;
  }

  std::shared_ptr<const Module> compiledFor(const Target &target) {
    auto lowered = transformed([&](OpPassManager &manager) {
      addIntegerPipeline(manager, target.name.str(), quantizeOptions);
    });
    auto module = Module::fromMemory(assemble(*lowered, target));
    EXPECT_TRUE(module.ok()) << module.status() << diagnostics;
    return module.ok() ? *std::move(module) : nullptr;
  }

  /// All logits, `count` images a run.
  std::vector<float> run(std::shared_ptr<const Module> module, int threads,
                         int count) {
    prepareToRun();
    auto runner = Context::create(module, {threads, count, false});
    EXPECT_TRUE(runner.ok()) << runner.status();
    size_t pixels = module->inputElements(), classes = module->outputElements();
    std::vector<float> logits(batch.dim(0) * classes);
    for (int64_t first = 0; runner.ok() && first < batch.dim(0); first += count)
      EXPECT_TRUE(
          (*runner)
              ->run({batch.data<float>() + first * pixels, count * pixels},
                    count,
                    absl::MakeSpan(&logits[first * classes], count * classes))
              .ok());
    return logits;
  }

  /// That the logits of all targets are those of the interpreter.
  void expectExact(llvm::ArrayRef<int> threadCounts);

  Tensor batch; ///< 16 golden images
  OwningOpRef<ModuleOp> graph;
  QuantizeOptions quantizeOptions;
};

void WholeModel::expectExact(llvm::ArrayRef<int> threadCounts) {
  OwningOpRef<ModuleOp> module = fused();
  std::vector<float> expected = interpreted(*module);
  ASSERT_EQ(expected.size(), static_cast<size_t>(16 * 10)) << diagnostics;
  for (const Target *target : runnableTargets()) {
    auto compiled = compiledFor(*target);
    ASSERT_NE(compiled, nullptr);
    for (int threads : threadCounts)
      for (int count : {1, 4}) {
        std::vector<float> logits = run(compiled, threads, count);
        EXPECT_EQ(std::memcmp(logits.data(), expected.data(),
                              expected.size() * sizeof(float)),
                  0)
            << target->name.str() << ", " << threads << " threads, batch "
            << count;
      }
  }
}

TEST_F(WholeModel, LogitsHaveTheBitsOfTheInterpreter) {
  calibrate();
  expectExact({1, 2, 3, 4});
}

/// W2A2 to W7A7, every unit.
class UniformModel : public WholeModel,
                     public testing::WithParamInterface<int64_t> {};

TEST_P(UniformModel, LogitsHaveTheBitsOfTheInterpreter) {
  assignBits([](int64_t, unsigned, bool) { return GetParam(); });
  calibrate();
  expectExact({1, 3});
}
INSTANTIATE_TEST_SUITE_P(Bits, UniformModel, testing::Values(2, 3, 4, 5, 6, 7));

class MixedModel : public WholeModel {
protected:
  void SetUp() override {
    WholeModel::SetUp();
    // Other widths for each unit and operand, 2 to 8.
    assignBits([](int64_t unit, unsigned operand, bool isWeight) {
      return 2 + (3 * unit + 2 * operand + isWeight) % 7;
    });
    calibrate();
    useCodebooks();
  }
};

TEST_F(MixedModel, LogitsHaveTheBitsOfTheInterpreter) {
  expectExact({1, 2, 3, 4});
}

TEST_F(MixedModel, RowsMayHaveTheirOwnScale) {
  quantizeOptions.softmaxScale = SoftmaxScale::Row;
  expectExact({1});
}

/// The codes of a module's layer, from 0 on, in the order of [N, K]; s8 with 8
/// bits.
std::vector<uint8_t> unpackLayer(const Module &module,
                                 const schema::Layer &layer,
                                 const Target &target, int64_t rows,
                                 int64_t depth) {
  auto bytes =
      module.constants().subspan(layer.weights_offset(), layer.weights_size());
  PackedWeights weights{weightBits(layer), depth};
  std::vector<uint8_t> panels(bytes.begin(), bytes.end());
  int64_t panelBytes = weights.panelBytes(target);
  if (!weights.isPlain())
    panels = unpackBits(weights.packing(target), panels, panelBytes);
  int64_t columns = target.tileColumns(), group = target.dotGroup;
  std::vector<uint8_t> codes;
  for (int64_t n = 0; n < rows; ++n)
    for (int64_t k = 0; k < depth; ++k)
      codes.push_back(
          panels[n / columns * panelBytes +
                 (k / group * columns + n % columns) * group + k % group]);
  return codes;
}

TEST_F(MixedModel, LayersHoldTheCodesInTheirBits) {
  const Target &target = allTargets().back();
  auto compiled = compiledFor(target);
  ASSERT_NE(compiled, nullptr);
  llvm::StringMap<const schema::Layer *> layers;
  for (const schema::Layer *layer : *compiled->header().layers())
    layers[layer->name()->str()] = layer;
  OwningOpRef<ModuleOp> module = fused();
  // Kernels that a slice has made smaller leave their dead originals behind.
  llvm::StringSet<> checked;
  module->walk([&](QLinearOp op) {
    const schema::Layer *layer = layers.lookup(*op.getUnit());
    ASSERT_NE(layer, nullptr) << op.getUnit()->str();
    auto type = cast<QuantizedType>(op.getWeight().getType().getElementType());
    EXPECT_EQ(weightBits(*layer), type.getBits()) << op.getUnit()->str();
    auto codes = readParameter(op.getWeight());
    ASSERT_TRUE(succeeded(codes));
    EXPECT_EQ(
        unpackLayer(*compiled, *layer, target, codes->dim(0), codes->dim(1)),
        std::vector<uint8_t>(codes->raw(), codes->raw() + codes->size()))
        << op.getUnit()->str();
    checked.insert(*op.getUnit());
  });
  EXPECT_EQ(checked.size(), layers.size());
  EXPECT_GT(checked.size(), 8u);
}

TEST_F(WholeModel, ReparameterizingKeepsTheFloatNetwork) {
  std::vector<float> before = interpreted(*graph);
  OwningOpRef<ModuleOp> original = graph->clone();
  for (double strength : {1.0, -1.0}) {
    graph = original->clone();
    ReparameterizeConfig config;
    config.strength = strength;
    ASSERT_TRUE(succeeded(reparameterize(*graph, splitBatch(batch), config)))
        << diagnostics;
    std::vector<float> after = interpreted(*graph);
    ASSERT_EQ(after.size(), before.size());
    EXPECT_NE(after, before) << "nothing was moved";
    for (size_t i = 0; i < before.size(); ++i)
      EXPECT_NEAR(after[i], before[i], 1e-3) << i;
  }
}

TEST_F(WholeModel, EqualInputGivesEqualBytes) {
  calibrate();
  const Target &target = allTargets().back();
  auto file = [&] {
    return assemble(*transformed([&](OpPassManager &manager) {
      buildW8A8Pipeline(manager, target.name.str());
    }),
                    target);
  };
  std::vector<uint8_t> first = file();
  EXPECT_FALSE(first.empty()) << diagnostics;
  EXPECT_EQ(first, file());
}

} // namespace
