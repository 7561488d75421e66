//===- ContextTest.cpp - Tests of the executor ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"

#include <immintrin.h>
#include <numeric>
#include <thread>

#include "test/runtime/AllocationCounter.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using test::elements;
using ::testing::HasSubstr;

std::shared_ptr<const Module> loadTestModule() {
  return Module::fromMemory(test::makeModule()).value();
}

std::unique_ptr<Context> makeContext(int threads, int maxBatch,
                                     bool profile = false) {
  return Context::create(loadTestModule(), {threads, maxBatch, profile})
      .value();
}

std::vector<float> makeInput(int batch) {
  std::vector<float> input(static_cast<size_t>(elements) * batch);
  std::iota(input.begin(), input.end(), -10.0f);
  return input;
}

void expectLogits(const std::vector<float> &input,
                  const std::vector<float> &logits) {
  for (size_t i = 0; i < logits.size(); ++i)
    ASSERT_EQ(logits[i], 2 * (input[i] + 0.5f * (i % elements))) << i;
}

void expectSameFor(Context &context, int batch) {
  const std::vector<float> input = makeInput(batch);
  std::vector<float> logits(input.size());
  for (int repeat = 0; repeat < 20; ++repeat) {
    std::fill(logits.begin(), logits.end(), -1.0f);
    ASSERT_TRUE(context.run(input, batch, absl::MakeSpan(logits)).ok());
    expectLogits(input, logits);
  }
}

// Fewer images than threads, as many, multiples and not.
TEST(Context, AnyThreadsAndBatchGiveTheSame) {
  for (const int threads : {1, 2, 3, 4, 7, 33})
    for (const bool profile : {false, true}) {
      auto context = makeContext(threads, 8, profile);
      for (const int batch : {1, 2, 5, 8}) {
        SCOPED_TRACE(testing::Message() << threads << " threads, " << batch);
        expectSameFor(*context, batch);
      }
    }
}

TEST(Context, RunAllocatesNothing) {
  for (int threads : {1, 3}) {
    auto context = makeContext(threads, 4, true);
    const std::vector<float> input = makeInput(4);
    std::vector<float> logits(input.size());
    // Once before: a thread that has not started yet allocates when it does.
    bool ok = context->run(input, 4, absl::MakeSpan(logits)).ok();
    const long before = test::countAllocations();
    for (int i = 0; i < 100; ++i)
      ok &= context->run(input, 4, absl::MakeSpan(logits)).ok();
    EXPECT_EQ(test::countAllocations() - before, 0);
    EXPECT_TRUE(ok);
  }
}

TEST(Context, ThereAreNoMoreArenasThanThreadsOrImages) {
  const size_t arena = test::makeHeader().arena_size;
  EXPECT_EQ(makeContext(1, 8)->activationBytes(), arena);
  EXPECT_EQ(makeContext(3, 8)->activationBytes(), 3 * arena);
  EXPECT_EQ(makeContext(3, 2)->activationBytes(), 2 * arena);
}

TEST(Context, StepsMayRunAgain) {
  auto context = makeContext(2, 2);
  const std::vector<float> input = makeInput(1);
  std::vector<float> logits(input.size());
  ASSERT_TRUE(context->begin(input).ok());
  for (size_t step = 0; step < 2; ++step)
    for (int repeat = 0; repeat < 3; ++repeat)
      context->runStep(step);
  ASSERT_TRUE(context->end(absl::MakeSpan(logits)).ok());
  expectLogits(input, logits);
  EXPECT_THAT(std::string(context->begin(makeInput(2)).message()),
              HasSubstr("input has 48 elements, expected 24"));
  logits.resize(48);
  EXPECT_THAT(std::string(context->end(absl::MakeSpan(logits)).message()),
              HasSubstr("logits has 48 elements, expected 24"));
}

TEST(Context, WrongSizesAreErrors) {
  auto context = makeContext(1, 2);
  std::vector<float> input = makeInput(2), logits(input.size());
  const auto run = [&](size_t inputs, int batch, size_t outputs) {
    return std::string(context
                           ->run(absl::MakeConstSpan(input).first(inputs),
                                 batch, absl::MakeSpan(logits).first(outputs))
                           .message());
  };
  EXPECT_EQ(run(48, 2, 48), "");
  EXPECT_THAT(run(24, 0, 24), HasSubstr("batch is 0"));
  EXPECT_THAT(run(48, 3, 48), HasSubstr("batch is 3"));
  EXPECT_THAT(run(48, -1, 48), HasSubstr("batch is -1"));
  EXPECT_THAT(run(47, 2, 48), HasSubstr("input has 47 elements, expected 48"));
  EXPECT_THAT(run(24, 1, 25), HasSubstr("logits has 25 elements"));
}

TEST(Context, WrongOptionsAreErrors) {
  auto module = loadTestModule();
  for (const ContextOptions &options :
       {ContextOptions{0, 1}, ContextOptions{-1, 1}, ContextOptions{257, 1},
        ContextOptions{1, 0}, ContextOptions{1, 1025}})
    EXPECT_EQ(Context::create(module, options).status().code(),
              absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(Context::create(nullptr).ok());
}

TEST(Context, InspectedModulesDoNotRun) {
  auto module = Module::fromMemory(test::makeModule(), Purpose::Inspection);
  EXPECT_EQ(Context::create(*module).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST(Context, MemoryThatIsNotThereIsAnError) {
  auto header = test::makeHeader();
  header.arena_size = uint64_t{4} << 30;
  auto module = Module::fromMemory(test::assemble(header)).value();
  auto context = Context::create(module, {256, 1024, false}); // 1 TiB
  if (!context.ok()) // a machine may overcommit that much
    EXPECT_EQ(context.status().code(), absl::StatusCode::kResourceExhausted);
}

TEST(Context, ProfileAccumulates) {
  auto context = makeContext(2, 1, true);
  const std::vector<float> input = makeInput(1);
  std::vector<float> logits(elements);
  ASSERT_EQ(context->profile().size(), 2);
  EXPECT_EQ(context->profile()[0], 0);
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(context->run(input, 1, absl::MakeSpan(logits)).ok());
  EXPECT_GT(context->profile()[0], 0);
  EXPECT_GT(context->profile()[1], 0);
  context->resetProfile();
  EXPECT_EQ(context->profile()[0] + context->profile()[1], 0);
  auto silent = makeContext(1, 1);
  ASSERT_TRUE(silent->run(input, 1, absl::MakeSpan(logits)).ok());
  EXPECT_EQ(silent->profile()[0], 0);
}

/// A program that flushes denormals gets the same results, and its mode back.
TEST(Context, TheCallersFloatingPointModeDoesNotMatter) {
  auto context = makeContext(2, 1);
  const std::vector<float> input(elements, 1e-40f);
  std::vector<float> logits(elements);
  const unsigned saved = _mm_getcsr();
  _mm_setcsr(saved | 0x8040); // flush to zero, denormals are zero
  const bool ok = context->run(input, 1, absl::MakeSpan(logits)).ok();
  const unsigned after = _mm_getcsr();
  _mm_setcsr(saved);
  EXPECT_TRUE(ok);
  EXPECT_EQ(after & 0x8040, 0x8040u);
  EXPECT_EQ(logits[0], 2 * 1e-40f);
}

TEST(Context, ContextsShareAModule) {
  auto module = loadTestModule();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([module] {
      auto context = Context::create(module, {2, 1, false}).value();
      const std::vector<float> input = makeInput(1);
      std::vector<float> logits(elements);
      for (int j = 0; j < 200; ++j) {
        ASSERT_TRUE(context->run(input, 1, absl::MakeSpan(logits)).ok());
        expectLogits(input, logits);
      }
    });
  for (std::thread &thread : threads)
    thread.join();
}

} // namespace
} // namespace mixq
