//===- ImportTest.cpp - Checkpoints to graph IR ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/Replaced.h"
#include "test/frontend/Imported.h"
#include "test/frontend/TinyModel.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <cstring>
#include <set>

using namespace mlir;

namespace mixq {
namespace {

using test::Imported;
using test::replaced;
using test::TinyModel;
using test::typeOf;
using test::unitsOf;

TEST(Import, TinyModelHasEveryUnit) {
  Imported tiny(TinyModel().write());
  ASSERT_TRUE(tiny.module);
  EXPECT_EQ(typeOf(*tiny.module), "(tensor<3x8x8xf32>) -> tensor<1x3xf32>");
  EXPECT_THAT(unitsOf(*tiny.module),
              testing::ElementsAre(
                  "blocks.0.attn.av", "blocks.0.attn.proj", "blocks.0.attn.qk",
                  "blocks.0.attn.qkv", "blocks.0.mlp.fc1", "blocks.0.mlp.fc2",
                  "blocks.1.attn.av", "blocks.1.attn.proj", "blocks.1.attn.qk",
                  "blocks.1.attn.qkv", "blocks.1.mlp.fc1", "blocks.1.mlp.fc2",
                  "head", "patch_embed"));
  for (LayerNormOp norm : tiny.all<LayerNormOp>())
    EXPECT_EQ(norm.getEpsilon().convertToFloat(), 1e-5f);
  for (MatmulOp matmul : tiny.all<MatmulOp>())
    EXPECT_EQ(matmul.getMultiplier().convertToFloat(),
              matmul.getTransposeRhs() ? 0.25f : 1.0f);
}

TEST(Import, ParametersAreBoundByContent) {
  const TinyModel model;
  Imported tiny(model.write());
  ASSERT_TRUE(tiny.module);
  std::set<std::string> names;
  for (ParameterOp op : tiny.all<ParameterOp>()) {
    const std::string name = op.getName().value_or("").str();
    EXPECT_TRUE(names.insert(name).second) << name;
    const absl::StatusOr<Tensor> tensor = tiny.stored(op);
    ASSERT_TRUE(tensor.ok()) << tensor.status();
    const Tensor &original = model.archive.tensors.at(name);
    ASSERT_EQ(tensor->bytes(), original.bytes());
    EXPECT_EQ(std::memcmp(tensor->raw(), original.raw(), original.bytes()), 0);
    EXPECT_EQ(ArrayRef<int64_t>(tensor->shape()),
              cast<RankedTensorType>(op.getType()).getShape());
    EXPECT_EQ(cast<NameLoc>(op.getLoc()).getName(), name);
  }
  EXPECT_EQ(names.size(), model.archive.tensors.size());
}

TEST(Import, ModuleCarriesTheModel) {
  TinyModel model;
  const std::string folder = model.write();
  test::writeFile(folder + "/classes.tsv", "class\tname\n0\ta\n1\tb\n2\tc\n");
  Imported tiny(folder);
  ASSERT_TRUE(tiny.module);
  ModuleOp module = *tiny.module;
  EXPECT_EQ(module->getAttrOfType<StringAttr>("mixq.model").str(),
            "vit_tiny_patch16_224");
  EXPECT_EQ(module->getAttrOfType<StringAttr>("mixq.provenance").str(),
            "checkpoint");
  const auto names = module->getAttrOfType<ArrayAttr>("mixq.class_names");
  ASSERT_EQ(names.size(), 3u);
  EXPECT_EQ(cast<StringAttr>(names[2]).str(), "c");
  const auto images =
      module->getAttrOfType<PreprocessingAttr>("mixq.preprocessing");
  EXPECT_EQ(images.getResize(), 8u);
  EXPECT_EQ(images.getInterpolation(), Interpolation::Bilinear);
  EXPECT_EQ(images.getMean()[2], 0.75);
  EXPECT_EQ(images.getStd()[1], 0.25);
}

TEST(Import, ProjectionWithoutBiasGetsZeros) {
  Imported tiny(TinyModel(replaced(test::tinyConfig(), "\"qkv_bias\": true",
                                   "\"qkv_bias\": false"))
                    .write());
  ASSERT_TRUE(tiny.module);
  int found = 0;
  for (ParameterOp op : tiny.all<ParameterOp>()) {
    if (!op.getName().value_or("").ends_with(".attn.qkv.bias"))
      continue;
    ++found;
    const absl::StatusOr<Tensor> tensor = tiny.stored(op);
    ASSERT_TRUE(tensor.ok()) << tensor.status();
    ASSERT_EQ(tensor->size(), 96);
    for (int64_t i = 0; i < tensor->size(); ++i)
      EXPECT_EQ(tensor->data<float>()[i], 0.0f);
  }
  EXPECT_EQ(found, 2);
}

TEST(Import, ImportingTwiceGivesTheSameText) {
  const std::string folder = TinyModel().write();
  std::string texts[2];
  for (std::string &text : texts) {
    Imported tiny(folder);
    ASSERT_TRUE(tiny.module);
    llvm::raw_string_ostream stream(text);
    tiny.module->print(stream);
  }
  EXPECT_EQ(texts[0], texts[1]);
}

TEST(Import, Digits) {
  Imported digits("examples/digits/model");
  ASSERT_TRUE(digits.module);
  EXPECT_EQ(typeOf(*digits.module),
            "(tensor<3x32x32xf32>) -> tensor<1x10xf32>");
  EXPECT_EQ(unitsOf(*digits.module).size(), 4 * 6 + 2u);
  EXPECT_EQ(
      digits.all<ConcatOp>()[0].getType(),
      RankedTensorType::get({65, 64}, Builder(&digits.context).getF32Type()));
  EXPECT_EQ(digits.all<MatmulOp>()[0].getMultiplier().convertToFloat(),
            static_cast<float>(1 / std::sqrt(32.0)));
}

} // namespace
} // namespace mixq
