//===- RelevanceTest.cpp - Rules of relevance, by hand --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IrTest.h"

#include "analysis/RelevanceDump.h"
#include "analysis/RelevanceScores.h"
#include "analysis/TensorTypes.h"

using namespace mixq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

namespace {

class Relevances : public IrTest {
protected:
  /// What the inputs of @main receive where its only result has `relevance`.
  std::vector<std::vector<double>> propagate(llvm::StringRef text,
                                             llvm::ArrayRef<Tensor> inputs,
                                             const Tensor &relevance) {
    auto module = parse(text);
    if (!module)
      return {};
    auto interpreter = Interpreter::create(mainOf(*module), DataType::F64);
    auto tape = record(*interpreter, inputs);
    EXPECT_TRUE(mlir::succeeded(tape)) << diagnostics;
    auto ends = walkBack(*tape, relevance, RelevanceRule(), true);
    EXPECT_TRUE(mlir::succeeded(ends)) << diagnostics;
    std::vector<std::vector<double>> result;
    for (mlir::Value argument : tape->function.getArguments())
      result.push_back(ends->count(argument)
                           ? valuesOf<double>(ends->lookup(argument))
                           : std::vector<double>());
    return result;
  }
};

Tensor values(std::vector<int64_t> shape, std::vector<double> elements) {
  return Tensor::of<double>(std::move(shape), elements);
}

auto near(std::vector<double> expected) {
  return Pointwise(DoubleNear(1e-7), std::move(expected));
}

/// x = (2, -3). Output 0, weights (1, -1): Z = 2 + 3 = 5. Output 1, weights
/// (4, 2): Z = 8, since -3 * 2 has other signs. Output 2, weights (-1, 1): Z is
/// 0, and its relevance is lost. The bias counts nowhere.
TEST_F(Relevances, Linear) {
  auto result = propagate(R"(
    func.func @main(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
      %w = mixq.parameter dense<[[1.0, -1.0], [4.0, 2.0], [-1.0, 1.0]]>
        : tensor<3x2xf32> : tensor<3x2xf32>
      %b = mixq.parameter dense<7.0> : tensor<3xf32> : tensor<3xf32>
      %0 = mixq.linear %x, %w, %b
        : (tensor<1x2xf32>, tensor<3x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
      return %0 : tensor<1x3xf32>
    })",
                          values({1, 2}, {2, -3}), values({1, 3}, {5, 16, 1}));
  ASSERT_EQ(result.size(), 1u);
  EXPECT_THAT(result[0], near({2 + 16, 3}));
}

/// Z = (1, 2) . (3, 4) = 11, and the factor 1/2 plays no part. Each operand
/// gets half of 22: 3 and 8.
TEST_F(Relevances, Matmul) {
  auto result =
      propagate(R"(
    func.func @main(%a: tensor<1x1x2xf32>, %b: tensor<1x1x2xf32>) -> tensor<1x1x1xf32> {
      %0 = mixq.matmul %a, %b transpose_rhs multiplier 5.000000e-01
        : (tensor<1x1x2xf32>, tensor<1x1x2xf32>) -> tensor<1x1x1xf32>
      return %0 : tensor<1x1x1xf32>
    })",
                {values({1, 1, 2}, {1, 2}), values({1, 1, 2}, {3, 4})},
                values({1, 1, 1}, {22}));
  ASSERT_EQ(result.size(), 2u);
  EXPECT_THAT(result[0], near({3, 8}));
  EXPECT_THAT(result[1], near({3, 8}));
}

constexpr const char *kAdd = R"(
  func.func @main(%a: tensor<1x2xf32>, %b: tensor<1x2xf32>) -> tensor<1x2xf32> {
    %0 = mixq.add %a, %b : tensor<1x2xf32>
    return %0 : tensor<1x2xf32>
  })";

/// a = (3, 1), b = (1, 3): shares (6, 1) and (2, 3) of (8, 4), sums 7 and 5 of
/// 12: nothing to rescale.
TEST_F(Relevances, AddInProportion) {
  auto result =
      propagate(kAdd, {values({1, 2}, {3, 1}), values({1, 2}, {1, 3})},
                values({1, 2}, {8, 4}));
  ASSERT_EQ(result.size(), 2u);
  EXPECT_THAT(result[0], near({6, 1}));
  EXPECT_THAT(result[1], near({2, 3}));
}

/// a = (6, 0), b = (-4, 1): shares (3, 0) and (-2, 0) of (1, 0). The absolute
/// sums are as 3 to 2, so a gets 0.6 and b 0.4 of the total 1.
TEST_F(Relevances, AddWhereSummandsCancel) {
  auto result =
      propagate(kAdd, {values({1, 2}, {6, 0}), values({1, 2}, {-4, 1})},
                values({1, 2}, {1, 0}));
  ASSERT_EQ(result.size(), 2u);
  EXPECT_THAT(result[0], near({0.6, 0}));
  EXPECT_THAT(result[1], near({0.4, 0}));
}

/// Both sums are 0, or the denominators are: nothing is left, and no NaN.
TEST_F(Relevances, AddOfNothing) {
  auto result =
      propagate(kAdd, {values({1, 2}, {1, 0}), values({1, 2}, {-1, 0})},
                values({1, 2}, {1, 1}));
  ASSERT_EQ(result.size(), 2u);
  EXPECT_THAT(result[0], ElementsAre(0, 0));
  EXPECT_THAT(result[1], ElementsAre(0, 0));
}

/// x = (1, -1), low = -1, high = 1, filter (2, -3): the contributions are
/// x w - low w+ - high w- = 2 + 2 = 4 and 3 + 3 = 6 of Z = 10.
TEST_F(Relevances, PatchEmbed) {
  auto result = propagate(R"(
    func.func @main(%x: tensor<1x1x2xf32>) -> tensor<1x1xf32> {
      %w = mixq.parameter dense<[[[[2.0, -3.0]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
      %b = mixq.parameter dense<7.0> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.patch_embed %x, %w, %b
        : (tensor<1x1x2xf32>, tensor<1x1x1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
      return %0 : tensor<1x1xf32>
    })",
                          values({1, 1, 2}, {1, -1}), values({1, 1}, {1}));
  ASSERT_EQ(result.size(), 1u);
  EXPECT_THAT(result[0], near({0.4, 0.6}));
}

/// Rows and elements keep their relevance; the mean spreads it evenly.
TEST_F(Relevances, IdentitiesAndMean) {
  auto result =
      propagate(R"(
    func.func @main(%x: tensor<2x2xf32>) -> tensor<1x2xf32> {
      %g = mixq.parameter dense<[1.0, -2.0]> : tensor<2xf32> : tensor<2xf32>
      %0 = mixq.layer_norm %x, %g, %g epsilon 1.000000e+00
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
      %1 = mixq.gelu %0 : tensor<2x2xf32>
      %2 = mixq.softmax %1 : tensor<2x2xf32>
      %3 = mixq.channel_affine %2 multiplier %g offset %g
        : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
      %4 = mixq.pool %3 : (tensor<2x2xf32>) -> tensor<1x2xf32>
      return %4 : tensor<1x2xf32>
    })",
                values({2, 2}, {1, 2, 3, 5}), values({1, 2}, {3, -4}));
  ASSERT_EQ(result.size(), 1u);
  EXPECT_THAT(result[0], near({1.5, -2, 1.5, -2}));
}

/// All on the token that is taken, the second row.
TEST_F(Relevances, TokenTakesAll) {
  auto result =
      propagate(R"(
    func.func @main(%x: tensor<1x2xf32>, %y: tensor<2x2xf32>) -> tensor<1x2xf32> {
      %0 = mixq.concat %x, %y : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
      %1 = mixq.slice %0 from 1 : (tensor<3x2xf32>) -> tensor<1x2xf32>
      return %1 : tensor<1x2xf32>
    })",
                {values({1, 2}, {1, 1}), values({2, 2}, {1, 1, 1, 1})},
                values({1, 2}, {3, -4}));
  ASSERT_EQ(result.size(), 2u);
  EXPECT_THAT(result[0], near({0, 0}));
  EXPECT_THAT(result[1], near({3, -4, 0, 0}));
}

/// What several uses give adds up, but where the value is 0.
TEST_F(Relevances, ValuesUsedSeveralTimes) {
  auto result = propagate(R"(
    func.func @main(%x: tensor<1x2xf32>) -> tensor<2x2xf32> {
      %0 = mixq.concat %x, %x : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
      return %0 : tensor<2x2xf32>
    })",
                          values({1, 2}, {5, 0}), values({2, 2}, {1, 2, 3, 4}));
  ASSERT_EQ(result.size(), 1u);
  EXPECT_THAT(result[0], near({4, 0}));
}

TEST_F(Relevances, NeedsDouble) {
  auto module = parse(kAdd);
  auto interpreter = Interpreter::create(mainOf(*module));
  Tensor ones = Tensor::of<float>({1, 2}, {1, 1});
  auto tape = record(*interpreter, {ones, ones});
  EXPECT_TRUE(mlir::failed(propagateRelevance(*tape, 0)));
  EXPECT_THAT(diagnostics, HasSubstr("expects logits [1, classes] in f64"));
  EXPECT_TRUE(mlir::failed(walkBack(*tape, ones, RelevanceRule(), false)));
  EXPECT_THAT(diagnostics, HasSubstr("expects relevance of f64, found f32"));
}

/// The network of test/analysis/annotate-relevance.mlir, worked out there.
constexpr const char *kNetwork = R"(
  func.func @main(%image: tensor<1x1x2xf32>) -> tensor<1x2xf32> {
    %p = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]>
      : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
    %w1 = mixq.parameter dense<[[1.0, 1.0], [1.0, -1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
    %w2 = mixq.parameter dense<[[-1.0, 1.0], [0.0, 2.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
    %w3 = mixq.parameter dense<[[1.0, 1.0], [1.0, -1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
    %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
    %0 = mixq.patch_embed %image, %p, %b unit "patch_embed"
      : (tensor<1x1x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    %1 = mixq.linear %0, %w1, %b unit "blocks.0.mlp.fc1"
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    %2 = mixq.linear %1, %w2, %b unit "blocks.0.mlp.fc2"
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    %3 = mixq.add %0, %2 : tensor<1x2xf32>
    %4 = mixq.linear %3, %w3, %b unit "head"
      : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
    return %4 : tensor<1x2xf32>
  })";

const Tensor kImage = Tensor::of<float>({1, 1, 2}, {6, 2});

TEST_F(Relevances, ReportOfANetwork) {
  auto module = parse(kNetwork);
  ASSERT_TRUE(module) << diagnostics;
  auto report = measureRelevance(*module, {kImage, kImage});
  ASSERT_TRUE(mlir::succeeded(report)) << diagnostics;
  ASSERT_EQ(report->units.size(), 4u);
  std::vector<double> sums, positive, absolute, weighted, totals, absolutes;
  for (const UnitRelevance &unit : report->units) {
    sums.push_back(unit.sum);
    positive.push_back(unit.positive);
    absolute.push_back(unit.absolute);
    weighted.push_back(unit.gradientWeighted);
    totals.push_back(unit.total);
    absolutes.push_back(unit.totalAbsolute);
  }
  EXPECT_EQ(report->units[1].unit, "blocks.0.mlp.fc1");
  EXPECT_THAT(sums, near({1, 1. / 3, 1. / 3, 1}));
  EXPECT_THAT(positive, near({1, 1. / 3, 2. / 3, 1}));
  EXPECT_THAT(absolute, near({1, 1. / 3, 1, 1}));
  EXPECT_THAT(weighted, near({2.5, 1, 2. / 3, 1}));
  EXPECT_THAT(totals, near({1, 1, 1, 1}));
  // With 2/3 that the add gave to the patches.
  EXPECT_THAT(absolutes, near({1, 1, 5. / 3, 1}));
  // The second patch element is the lowest of the image, so z^B has nothing to
  // give its 1/6 to.
  ASSERT_EQ(report->ends.size(), 1u);
  EXPECT_EQ(report->ends[0].name, "image");
  EXPECT_NEAR(report->ends[0].relevance, 5. / 6, 1e-7);
  for (const RelevanceAmount &loss : report->losses)
    EXPECT_NEAR(loss.relevance, loss.name == "patch_embed" ? 1. / 6 : 0, 1e-7)
        << loss.name;
}

/// What pos_embed and zero denominators take is named.
TEST_F(Relevances, EndsAndLosses) {
  auto module = parse(R"(
    func.func @main(%x: tensor<1x1x2xf32>) -> tensor<1x1xf32> {
      %p = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]>
        : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
      %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
      %e = mixq.parameter dense<[[1.0, -2.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
      %w = mixq.parameter dense<[[1.0, 1.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
      %c = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
      %0 = mixq.patch_embed %x, %p, %b unit "patch_embed"
        : (tensor<1x1x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
      %1 = mixq.add %0, %e : tensor<1x2xf32>
      %2 = mixq.linear %1, %w, %c unit "head"
        : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
      return %2 : tensor<1x1xf32>
    })");
  ASSERT_TRUE(module) << diagnostics;
  // 3 + 1 and 2 - 2: the head gives all to the first, which has 3/4 of it from
  // the image.
  auto report = measureRelevance(*module, Tensor::of<float>({1, 1, 2}, {3, 2}));
  ASSERT_TRUE(mlir::succeeded(report)) << diagnostics;
  ASSERT_EQ(report->ends.size(), 2u);
  EXPECT_EQ(report->ends[0].name, "constants");
  EXPECT_NEAR(report->ends[0].relevance, 0.25, 1e-7);
  EXPECT_EQ(report->ends[1].name, "image");
  // z^B with low 2 and high 3: 3 - 2 = 1 of Z = 1.
  EXPECT_NEAR(report->ends[1].relevance, 0.75, 1e-7);
  double balance = 0;
  for (const auto &list : {report->ends, report->losses})
    for (const RelevanceAmount &amount : list)
      balance += amount.relevance;
  EXPECT_NEAR(balance, 1, 1e-12) << "the books balance but for rounding";
}

TEST_F(Relevances, TableOfConservation) {
  RelevanceReport report;
  report.units.push_back({"head", 1, 1, 1.25, 0, 1, 1.25});
  report.ends = {{"image", 0.875}, {"pos_embed", 0.125}};
  report.losses = {{"add", 1e-9}};
  EXPECT_EQ(
      describeConservation(report),
      "unit                               sum R      sum |R|       total\n"
      "head                            1.000000         1.25    1.000000\n"
      "ended: image                    0.875000\n"
      "ended: pos_embed                0.125000\n"
      "lost: add                          1e-09\n");
}

TEST_F(Relevances, ScoresByType) {
  RelevanceReport report;
  report.units.resize(3);
  report.units[0].unit = "blocks.0.mlp.fc1";
  report.units[0].positive = 1;
  report.units[1].unit = "blocks.1.mlp.fc1";
  report.units[1].positive = 3;
  report.units[2].unit = "head";
  report.units[2].positive = 100;
  EXPECT_THAT(relevanceScores(report, RelevanceScore::Positive),
              near({0.5 / 3, 1.5 / 3, 1. / 3}));
  EXPECT_THAT(relevanceScores(report, RelevanceScore::Positive, false),
              near({1. / 104, 3. / 104, 100. / 104}));
  EXPECT_THAT(relevanceScores(report, RelevanceScore::Signed),
              ElementsAre(0, 0, 0));
}

TEST_F(Relevances, OfAGivenClass) {
  auto module = parse(kNetwork);
  RelevanceOptions options;
  options.targets = {1};
  auto report = measureRelevance(*module, kImage, options);
  ASSERT_TRUE(mlir::succeeded(report)) << diagnostics;
  // Class 1 has the weights (1, -1): Z is the first element, 2, alone, which is
  // 6 - 4 as in AddWhereSummandsCancel.
  EXPECT_NEAR(report->units[2].sum, 0.4, 1e-7);
  options.targets = {2};
  EXPECT_TRUE(mlir::failed(measureRelevance(*module, kImage, options)));
  EXPECT_THAT(diagnostics, HasSubstr("expects a class below 2 to explain, "
                                     "found 2"));
  options.targets = {0};
  EXPECT_TRUE(
      mlir::failed(measureRelevance(*module, {kImage, kImage}, options)));
  EXPECT_THAT(diagnostics,
              HasSubstr("expects a class for each image, found 1"));
}

TEST_F(Relevances, DumpOfANetwork) {
  auto module = parse(kNetwork);
  auto archive = dumpRelevance(*module, {kImage, kImage});
  ASSERT_TRUE(mlir::succeeded(archive)) << diagnostics;
  std::vector<std::string> names;
  for (const auto &[name, tensor] : archive->tensors)
    names.push_back(name);
  EXPECT_THAT(names,
              ElementsAre("blocks.0.input", "blocks.0.mlp.fc1.input",
                          "blocks.0.mlp.fc1.output", "blocks.0.mlp.fc2.input",
                          "blocks.0.mlp.fc2.output", "blocks.0.output",
                          "head.input", "head.output", "patch_embed.input",
                          "patch_embed.output", "target"));
  const Tensor &input = archive->tensors.at("blocks.0.input");
  EXPECT_EQ(input.shape(), (std::vector<int64_t>{2, 2}));
  EXPECT_NEAR(input.data<float>()[2], 5. / 6, 1e-6);
}

} // namespace
