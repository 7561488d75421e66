//===- SteadyStateTest.cpp - A run allocates nothing ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The embedded model, compiled to 8 bits: after a context is made, its runs
// allocate nothing, with any batch and any number of threads.
//
//===----------------------------------------------------------------------===//

#include <cstdlib>
#include <memory>

#include "runtime/Context.h"
#include "test/runtime/AllocationCounter.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::countAllocations;

std::shared_ptr<const Module> compileDigits() {
  const std::string path = ::testing::TempDir() + "/digits.mixq";
  const std::string command =
      "tools/mixq-compile compile examples/digits/model --precision w8a8 "
      "--calibration examples/digits/calib --calibration-count 4 "
      "--target-cpu x86-64-v3 -o " +
      path;
  EXPECT_EQ(std::system(command.c_str()), 0);
  auto module = Module::load(path);
  EXPECT_TRUE(module.ok()) << module.status();
  return module.ok() ? *module : nullptr;
}

class SteadyState : public ::testing::Test {
protected:
  static void SetUpTestSuite() { module = compileDigits(); }
  static void TearDownTestSuite() { module.reset(); }
  void SetUp() override { ASSERT_NE(module, nullptr); }

  /// What `runs` runs allocate after one.
  static long allocationsOf(Context &context, int batch, int runs) {
    const std::vector<float> input(batch * module->inputElements(), 0.25f);
    std::vector<float> logits(batch * module->outputElements());
    bool ok = context.run(input, batch, absl::MakeSpan(logits)).ok();
    const long before = countAllocations();
    for (int i = 0; i < runs; ++i)
      ok &= context.run(input, batch, absl::MakeSpan(logits)).ok();
    const long after = countAllocations();
    EXPECT_TRUE(ok);
    return after - before;
  }

  static std::shared_ptr<const Module> module;
};

std::shared_ptr<const Module> SteadyState::module;

/// Not blind: each kind of allocation counts.
TEST(AllocationCounter, Counts) {
  const long before = countAllocations();
  auto number = std::make_unique<int>(1);
  const long afterNew = countAllocations();
  void *volatile memory = std::malloc(100);
  const long afterMalloc = countAllocations();
  // NOLINTNEXTLINE(bugprone-suspicious-realloc-usage): a leak would be fine.
  memory = std::realloc(memory, 10000);
  const long afterRealloc = countAllocations();
  EXPECT_EQ(afterNew - before, 1) << *number;
  EXPECT_EQ(afterMalloc - afterNew, 1);
  EXPECT_EQ(afterRealloc - afterMalloc, 1);
  std::free(memory);
}

TEST_F(SteadyState, RunsAllocateNothing) {
  for (int threads : {1, 2})
    for (int batch : {1, 4})
      for (bool profile : {false, true}) {
        auto context = Context::create(module, {threads, 4, profile});
        ASSERT_TRUE(context.ok()) << context.status();
        EXPECT_EQ(allocationsOf(**context, batch, 50), 0)
            << threads << " threads, batch " << batch;
      }
}

/// What measuring single kernels relies on: no step writes what it reads.
TEST_F(SteadyState, StepsRunAgainGiveTheSame) {
  auto context = Context::create(module);
  ASSERT_TRUE(context.ok()) << context.status();
  std::vector<float> input(module->inputElements());
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<float>(i % 17) / 8 - 1;
  std::vector<float> expected(module->outputElements()), found(expected);
  ASSERT_TRUE((*context)->run(input, 1, absl::MakeSpan(expected)).ok());
  ASSERT_TRUE((*context)->begin(input).ok());
  for (size_t step = 0; step < module->header().steps()->size(); ++step)
    for (int repeat = 0; repeat < 3; ++repeat)
      (*context)->runStep(step);
  ASSERT_TRUE((*context)->end(absl::MakeSpan(found)).ok());
  EXPECT_EQ(found, expected);
}

/// A smaller batch after a larger one, and back.
TEST_F(SteadyState, ChangingBatchesAllocateNothing) {
  auto context = Context::create(module, {2, 8, false});
  ASSERT_TRUE(context.ok()) << context.status();
  for (int batch : {8, 1, 3, 8})
    EXPECT_EQ(allocationsOf(**context, batch, 10), 0) << batch;
}

} // namespace
} // namespace mixq
