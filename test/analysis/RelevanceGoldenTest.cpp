//===- RelevanceGoldenTest.cpp - Relevance against its publication --------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/Calibration.h"
#include "analysis/RelevanceDump.h"
#include "frontend/Import.h"

#include <cmath>
#include <cstdlib>

using namespace mixq;

namespace {

class RelevanceGolden : public IrTest {
protected:
  void SetUp() override {
    const char *folder = std::getenv("MIXQ_SHARED");
    if (!folder || !*folder)
      GTEST_SKIP() << "SKIPPED: ../shared is not present";
    shared = std::string(folder) + "/";
  }

  void load(const std::string &model) {
    auto checkpoint = Checkpoint::open(model);
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    auto imported = importModel(context, *checkpoint);
    ASSERT_TRUE(imported.ok()) << imported.status();
    module = std::move(*imported);
    auto archive = readSafetensors(model + "/golden.safetensors");
    ASSERT_TRUE(archive.ok()) << archive.status();
    images = splitBatch(archive->tensors.at("input"));
  }

  void checkConservation();

  std::string shared;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<Tensor> images;
};

double largestOf(const Tensor &tensor) {
  double largest = 0;
  for (int64_t i = 0; i < tensor.size(); ++i)
    largest = std::max<double>(largest, std::abs(tensor.data<float>()[i]));
  return largest;
}

/// Every tensor is that of Chefer et al.'s implementation, within 1e-4 of its
/// largest value.
TEST_F(RelevanceGolden, EqualsThePublishedImplementation) {
  load(shared + "golden/vit_cls_token");
  auto relevance =
      readSafetensors(shared + "golden/vit_cls_token/relevance.safetensors");
  ASSERT_TRUE(relevance.ok()) << relevance.status();
  const auto &expected = relevance->tensors;
  auto dump = dumpRelevance(*module, images);
  ASSERT_TRUE(mlir::succeeded(dump)) << diagnostics;
  double worst = 0;
  for (const auto &[name, wanted] : expected) {
    ASSERT_TRUE(dump->tensors.count(name)) << name;
    const Tensor &found = dump->tensors.at(name);
    ASSERT_EQ(found.shape(), wanted.shape()) << name;
    double difference = 0;
    for (int64_t i = 0; i < wanted.size(); ++i)
      difference =
          std::max<double>(difference, std::abs(found.data<float>()[i] -
                                                wanted.data<float>()[i]));
    double largest = largestOf(wanted);
    EXPECT_LE(difference, 1e-4 * largest) << name;
    worst = std::max(worst, largest == 0 ? 0 : difference / largest);
  }
  std::printf("%zu tensors, largest difference %.2e of the largest value\n",
              expected.size(), worst);
}

/// At every unit the sum of what is on its way is the start, 1.
void RelevanceGolden::checkConservation() {
  auto report = measureRelevance(*module, images);
  ASSERT_TRUE(mlir::succeeded(report)) << diagnostics;
  for (const UnitRelevance &unit : report->units)
    EXPECT_NEAR(unit.total, 1, 1e-3) << unit.unit;
  double balance = 0;
  for (const auto &list : {report->ends, report->losses})
    for (const RelevanceAmount &amount : list)
      balance += amount.relevance;
  EXPECT_NEAR(balance, 1, 1e-9);
  std::printf("%s", describeConservation(*report).c_str());
}

TEST_F(RelevanceGolden, IsConserved) {
  load(shared + "golden/vit_cls_token");
  checkConservation();
}

TEST_F(RelevanceGolden, IsConservedInSwin) {
  load(shared + "golden/swin_shift");
  checkConservation();
}

TEST_F(RelevanceGolden, IsConservedInDistilledDeit) {
  load(shared + "golden/deit_distilled");
  checkConservation();
}

TEST_F(RelevanceGolden, IsConservedInATrainedNetwork) {
  load(shared + "models/vit_tiny_tiny_imagenet");
  images.resize(4);
  checkConservation();
}

} // namespace
