//===- FastSensitivityTest.cpp - Estimates beside measurements ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/FastSensitivity.h"
#include "analysis/RankCorrelation.h"

using namespace mixq;

namespace {

class FastSensitivity : public IrTest {
protected:
  /// A residual block of two linears, whose weights have wide and narrow
  /// rows, and a head.
  mlir::OwningOpRef<mlir::ModuleOp> parseNetwork() {
    return parse(R"(
      func.func @main(%x: tensor<4x4xf32>) -> tensor<1x3xf32> {
        %w1 = mixq.parameter dense<[[1.0, 0.51, -0.23, 0.9], [-0.5, 1.1, 0.27, 0.13], [0.05, -0.11, 0.02, 0.07], [3.0, -2.2, 1.3, 0.4]]>
          : tensor<4x4xf32> : tensor<4x4xf32>
        %w2 = mixq.parameter dense<[[0.31, 0.52, 2.9, -0.02], [-0.13, 0.71, 0.25, 0.03], [0.5, -1.0, 2.0, 0.11], [0.2, 0.3, -0.7, 0.05]]>
          : tensor<4x4xf32> : tensor<4x4xf32>
        %w3 = mixq.parameter dense<[[0.6, 0.2, -0.3, 0.45], [-0.51, 0.33, 0.21, 0.07], [0.11, -0.4, 0.5, -0.2]]>
          : tensor<3x4xf32> : tensor<3x4xf32>
        %b = mixq.parameter dense<[0.1, -0.2, 0.3, 0.05]> : tensor<4xf32> : tensor<4xf32>
        %c = mixq.parameter dense<[0.1, 0.0, -0.1]> : tensor<3xf32> : tensor<3xf32>
        %0 = mixq.linear %x, %w1, %b unit "blocks.0.mlp.fc1"
          : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
        %1 = mixq.gelu %0 : tensor<4x4xf32>
        %2 = mixq.linear %1, %w2, %b unit "blocks.0.mlp.fc2"
          : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
        %3 = mixq.add %x, %2 : tensor<4x4xf32>
        %4 = mixq.pool %3 : (tensor<4x4xf32>) -> tensor<1x4xf32>
        %5 = mixq.linear %4, %w3, %c unit "head"
          : (tensor<1x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<1x3xf32>
        return %5 : tensor<1x3xf32>
      })");
  }
};

/// The estimates order operands and widths as measurements with the float
/// baseline do.
TEST_F(FastSensitivity, OrdersAsMeasurementsDo) {
  auto module = parseNetwork();
  ASSERT_TRUE(module) << diagnostics;
  std::vector<Tensor> images;
  for (unsigned i = 0; i < 16; ++i)
    images.push_back(randomTensor({4, 4}, i + 1));
  SensitivityOptions exactly;
  exactly.bits = {3, 4, 5, 6};
  exactly.baseline = SensitivityBaseline::Float;
  auto measured = measureSensitivity(*module, images, exactly);
  ASSERT_TRUE(mlir::succeeded(measured)) << diagnostics;
  auto estimated = estimateSensitivityFast(*module, images, exactly, nullptr);
  ASSERT_TRUE(mlir::succeeded(estimated)) << diagnostics;
  ASSERT_EQ(estimated->size(), measured->operands.size());
  std::vector<double> a, b;
  for (auto [x, y] : llvm::zip_equal(measured->operands, *estimated)) {
    EXPECT_EQ(x.unit, y.unit);
    EXPECT_EQ(x.operand, y.operand);
    EXPECT_EQ(x.bits, y.bits);
    a.push_back(x.divergence);
    b.push_back(y.divergence);
  }
  double correlation = rankCorrelation(a, b);
  std::printf("rank correlation %.3f\n", correlation);
  EXPECT_GT(correlation, 0.8);
}

} // namespace
