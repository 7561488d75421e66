//===- VerifyFoldTest.cpp - What --verify accepts and refuses -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/VerifyFold.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class VerifyFold : public ::testing::Test {
protected:
  /// The digits network with made-up weights.
  mlir::OwningOpRef<mlir::ModuleOp> networkOf(uint64_t seed) {
    CheckpointOptions options;
    options.randomWeights = true;
    options.seed = seed;
    auto module = session.load("examples/digits/model/config.json", options);
    EXPECT_TRUE(module.ok()) << module.status();
    return *std::move(module);
  }

  /// Of the shape that @main takes.
  std::vector<Tensor> imagesFor(mlir::ModuleOp module) {
    auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
    auto type =
        mlir::cast<mlir::RankedTensorType>(main.getArgumentTypes().front());
    std::vector<float> pixels(type.getNumElements());
    for (size_t i = 0; i < pixels.size(); ++i)
      pixels[i] = float(i % 7) / 7;
    return {Tensor::of<float>(type.getShape().vec(), pixels)};
  }

  /// Of a verification whose graph has other weights at its end than at its
  /// beginning, where the seeds differ.
  absl::Status verify(uint64_t seedBefore, uint64_t seedAfter) {
    auto before = networkOf(seedBefore);
    const std::vector<Tensor> images = imagesFor(*before);
    auto verification = FoldVerification::begin(session, *before, images, 1);
    if (!verification.ok())
      return verification.status();
    // Only now: a session keeps the parameters of one network.
    auto after = networkOf(seedAfter);
    return verification->finish(session, *after, images, 1);
  }

  Session session;
};

TEST_F(VerifyFold, AcceptsAnEqualGraph) {
  EXPECT_EQ(verify(0, 0), absl::OkStatus());
}

// Other weights stand for a folding that changed what the graph computes.
TEST_F(VerifyFold, RefusesAGraphWithOtherLogits) {
  const absl::Status status = verify(0, 1);
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("--verify: calibration image 0"),
                    HasSubstr("may move a logit by"),
                    HasSubstr("but moves one by")));
}

} // namespace
} // namespace mixq
