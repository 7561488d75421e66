//===- AllocationTest.cpp - The integer program against all plans ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/allocation/Allocation.h"
#include "test/analysis/plan/TestUnits.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>

using namespace mixq;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

using DamageFunction =
    std::function<double(const Unit &, size_t operand, unsigned bits)>;

/// All pairs of these widths, their damage the sum over both operands.
AllocationProblem makeProblem(const ModelUnits &model,
                              const std::vector<unsigned> &widths,
                              const DamageFunction &damage) {
  AllocationProblem problem;
  problem.model = model;
  for (const Unit &unit : model.units) {
    std::vector<Choice> &choices = problem.choices.emplace_back();
    for (unsigned first : widths)
      for (unsigned second : widths)
        choices.push_back({{first, second},
                           damage(unit, 0, first) + damage(unit, 1, second),
                           unit.macs * (first + second) * 1e-6});
  }
  return problem;
}

/// Different for every operand, and not monotone in the bits.
double noisyDamage(const Unit &unit, size_t operand, unsigned bits) {
  std::seed_seq seed(unit.name.begin(), unit.name.end());
  std::mt19937 generator(seed);
  generator.discard(operand);
  const double weight = 1 + generator() % 1000;
  const double noise = std::mt19937(generator() + bits)() % 100 * 0.01;
  return weight * (std::exp2(-2.0 * bits) + 0.01 * noise);
}

struct Candidate {
  double damage, latency;
  int64_t weightBits, bitOps;
};

/// All plans that keep the ties.
std::vector<Candidate> allPlans(const AllocationProblem &problem) {
  std::vector<Candidate> plans;
  Assignment bits;
  std::function<void(double, double)> extend = [&](double damage,
                                                   double latency) {
    if (bits.size() < problem.choices.size()) {
      for (const Choice &choice : problem.choices[bits.size()]) {
        bits.push_back(choice.bits);
        extend(damage + choice.damage, latency + choice.latencyMs);
        bits.pop_back();
      }
      return;
    }
    if (bits[1][0] == bits[2][0]) // the one tie of the test units
      plans.push_back({damage, latency, weightBitsOf(problem.model, bits),
                       bitOpsOf(problem.model, bits)});
  };
  extend(0, 0);
  return plans;
}

/// The least damage of the feasible plans.
double leastDamage(const std::vector<Candidate> &plans, const Limits &limits) {
  double least = std::numeric_limits<double>::infinity();
  for (const Candidate &plan : plans)
    if (plan.weightBits <= *limits.weightBits &&
        plan.bitOps <= *limits.bitOps && plan.latency <= *limits.latencyMs)
      least = std::min(least, plan.damage);
  return least;
}

TEST(Allocation, IsTheBestOfAllPlans) {
  const ModelUnits model = makeTestUnits();
  AllocationProblem problem = makeProblem(model, {2, 4, 8}, noisyDamage);
  const std::vector<Candidate> plans = allPlans(problem);
  const Assignment most(model.units.size(), {8, 8});
  for (double size : {0.3, 0.5, 0.7, 1.0})
    for (double ops : {0.1, 0.3, 0.6})
      for (double latency : {0.4, 1.0}) {
        problem.limits.weightBits = size * weightBitsOf(model, most);
        problem.limits.bitOps = ops * bitOpsOf(model, most);
        problem.limits.latencyMs = latency * 16e-6 * 3160;
        auto allocation = allocate(problem);
        ASSERT_TRUE(allocation.ok()) << allocation.status();
        EXPECT_TRUE(checkAssignment(model, allocation->bits).ok());
        EXPECT_LE(allocation->weightBits, *problem.limits.weightBits);
        EXPECT_LE(allocation->bitOps, *problem.limits.bitOps);
        EXPECT_LE(allocation->latencyMs, *problem.limits.latencyMs);
        EXPECT_LE(allocation->gap, 1e-4);
        EXPECT_NEAR(allocation->damage, leastDamage(plans, problem.limits),
                    1e-4 * allocation->damage);
      }
}

TEST(Allocation, AUniformPlanFitsItsOwnBudget) {
  const ModelUnits model = makeTestUnits();
  AllocationProblem problem = makeProblem(model, {4}, noisyDamage);
  const Assignment uniform(model.units.size(), {4, 4});
  problem.limits.weightBits = weightBitsOf(model, uniform);
  problem.limits.bitOps = bitOpsOf(model, uniform);
  auto allocation = allocate(problem);
  ASSERT_TRUE(allocation.ok()) << allocation.status();
  EXPECT_EQ(allocation->bits, uniform);
}

TEST(Allocation, TiedOperandsHaveOneWidth) {
  const ModelUnits model = makeTestUnits();
  // `q` would like a narrow input, `k` a wide one; k's wish weighs more.
  auto damage = [](const Unit &unit, size_t operand, unsigned bits) {
    if (operand == 1)
      return 0.0;
    return unit.name == "k" ? 10.0 / bits : unit.name == "q" ? 1.0 * bits : 0.0;
  };
  auto allocation = allocate(makeProblem(model, {2, 3, 4}, damage));
  ASSERT_TRUE(allocation.ok()) << allocation.status();
  EXPECT_EQ(allocation->bits[1][0], 3u);
  EXPECT_EQ(allocation->bits[2][0], 3u);
}

TEST(Allocation, SaysWhichLimitBinds) {
  const ModelUnits model = makeTestUnits();
  auto damage = [](const Unit &, size_t, unsigned bits) { return 1.0 / bits; };
  AllocationProblem problem = makeProblem(model, {2, 4, 8}, damage);
  auto bindingWith = [&](int64_t weightBits, int64_t bitOps) {
    problem.limits.weightBits = weightBits;
    problem.limits.bitOps = bitOps;
    auto allocation = allocate(problem);
    return *bindingLimits(problem, *allocation);
  };
  EXPECT_THAT(bindingWith(1000, 10000000), ElementsAre("size"));
  EXPECT_THAT(bindingWith(100000, 50000), ElementsAre("BitOps"));
  EXPECT_THAT(bindingWith(1000, 50000), ElementsAre("size", "BitOps"));
  EXPECT_THAT(bindingWith(100000, 10000000), IsEmpty());
}

TEST(Allocation, SaysTheSmallestFeasibleLimit) {
  const ModelUnits model = makeTestUnits();
  AllocationProblem problem = makeProblem(model, {2, 4, 8}, noisyDamage);
  problem.limits.weightBits = 567; // 284 weights need 568 bits
  EXPECT_EQ(allocate(problem).status().message(),
            "no plan has size <= 71 bytes; the smallest feasible is 71 bytes");
  problem.limits.weightBits = 400;
  problem.limits.bitOps = 20000;
  EXPECT_EQ(allocate(problem).status().message(),
            "no plan has size <= 50 bytes; the smallest feasible (the others "
            "kept) is 71 bytes, and BitOps <= 20000; none is feasible with the "
            "others kept");
}

TEST(Allocation, TheFrontFallsWithTheLimits) {
  const ModelUnits model = makeTestUnits();
  AllocationProblem problem = makeProblem(model, {2, 3, 4, 5, 6}, noisyDamage);
  problem.limits.weightBits = 4 * 284;
  problem.limits.bitOps = 16 * 3160;
  auto front = paretoFront(problem, {0.1, 0.6, 0.8, 1, 1.25});
  ASSERT_TRUE(front.ok());
  ASSERT_EQ(front->size(), 4u); // a tenth is infeasible
  for (size_t i = 1; i < front->size(); ++i)
    EXPECT_LE((*front)[i].allocation.damage, (*front)[i - 1].allocation.damage);
}

/// Twelve blocks of a ViT-Tiny with random damages, all 49 pairs.
TEST(Allocation, ScalesToVitTiny) {
  ModelUnits model;
  int64_t tensor = 0;
  auto add = [&](const std::string &name, int64_t parameters, int64_t macs) {
    model.units.push_back({name,
                           parameters ? "linear" : "matmul",
                           parameters,
                           macs,
                           Boundary::None,
                           {{++tensor, false}, {++tensor, parameters > 0}}});
  };
  for (int block = 0; block < 12; ++block) {
    const std::string name = "blocks." + std::to_string(block);
    add(name + ".qkv", 110592, 110592 * 197);
    add(name + ".qk", 0, 197 * 197 * 192);
    add(name + ".av", 0, 197 * 197 * 192);
    add(name + ".proj", 36864, 36864 * 197);
    add(name + ".fc1", 147456, 147456 * 197);
    add(name + ".fc2", 147456, 147456 * 197);
  }
  AllocationProblem problem =
      makeProblem(model, {2, 3, 4, 5, 6, 7, 8}, noisyDamage);
  const Assignment uniform(model.units.size(), {4, 4});
  problem.limits.weightBits = weightBitsOf(model, uniform);
  problem.limits.bitOps = bitOpsOf(model, uniform);
  auto allocation = allocate(problem);
  ASSERT_TRUE(allocation.ok()) << allocation.status();
  EXPECT_LE(allocation->gap, 1e-4);
  EXPECT_LE(allocation->weightBits, *problem.limits.weightBits);
  EXPECT_LE(allocation->bitOps, *problem.limits.bitOps);
}

} // namespace
