//===- ContextTest.cpp - Contexts and runs in the C API -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include <thread>

#include "runtime/c/Handles.h"
#include "runtime/image/Preprocess.h"
#include "test/runtime/c/CApiFixture.h"

namespace mixq {
namespace test {
namespace {

std::vector<float> makeInput(int batch) {
  std::vector<float> input(batch * elements);
  for (size_t i = 0; i < input.size(); ++i)
    input[i] = static_cast<float>(i * 37 % 101) / 8;
  return input;
}

std::vector<float> run(mixq_context *context, const std::vector<float> &input) {
  std::vector<float> logits(input.size());
  EXPECT_EQ(mixq_run_f32(context, input.data(), input.size(),
                         static_cast<uint32_t>(input.size() / elements),
                         logits.data(), logits.size()),
            MIXQ_OK)
      << mixq_last_error();
  return logits;
}

/// What the module computes: 2 * (input + bias), bias 0, 0.5, 1, ...
std::vector<float> expected(const std::vector<float> &input) {
  std::vector<float> logits;
  for (size_t i = 0; i < input.size(); ++i)
    logits.push_back(2 * (input[i] + 0.5f * (i % elements)));
  return logits;
}

TEST_F(CApi, Runs) {
  mixq_context *context = create(2, 4);
  for (int batch : {1, 4, 3})
    EXPECT_EQ(run(context, makeInput(batch)), expected(makeInput(batch)));
  mixq_context_free(context);
}

TEST_F(CApi, DefaultOptions) {
  mixq_context *context = nullptr;
  ASSERT_EQ(mixq_context_create(module, nullptr, &context), MIXQ_OK);
  EXPECT_EQ(run(context, makeInput(1)), expected(makeInput(1)));
  mixq_context_free(context);
}

TEST_F(CApi, ContextsOutliveTheModulesHandle) {
  mixq_context *first = create();
  mixq_context *second = create();
  const char *model = mixq_module_model(module);
  mixq_module_free(module);
  module = nullptr;
  EXPECT_EQ(run(first, makeInput(1)), expected(makeInput(1)));
  mixq_context_free(first);
  EXPECT_EQ(run(second, makeInput(1)), expected(makeInput(1)));
  EXPECT_EQ(model, makeHeader().model); // strings live as long
  mixq_context_free(second);
}

TEST_F(CApi, TwoContextsInTwoThreadsAgreeWithOne) {
  const std::vector<float> input = makeInput(4);
  mixq_context *alone = create(1, 4);
  const std::vector<float> reference = run(alone, input);
  mixq_context_free(alone);
  mixq_context *contexts[] = {create(1, 4), create(2, 4)};
  std::vector<std::thread> threads;
  for (mixq_context *context : contexts)
    threads.emplace_back([&, context] {
      for (int i = 0; i < 200; ++i)
        ASSERT_EQ(run(context, input), reference);
    });
  for (std::thread &thread : threads)
    thread.join();
  for (mixq_context *context : contexts)
    mixq_context_free(context);
}

TEST_F(CApi, CreateErrors) {
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  auto *context = reinterpret_cast<mixq_context *>(1);
  expectError(mixq_context_create(module, &options, nullptr),
              MIXQ_INVALID_ARGUMENT, "context is NULL");
  expectError(mixq_context_create(nullptr, &options, &context),
              MIXQ_INVALID_ARGUMENT, "module is NULL");
  EXPECT_EQ(context, nullptr);
  const auto expect = [&](const char *part) {
    expectError(mixq_context_create(module, &options, &context),
                MIXQ_INVALID_ARGUMENT, part);
    options = MIXQ_CONTEXT_OPTIONS_INIT;
  };
  options.threads = 0;
  expect("threads is 0, expected 1 to 256");
  options.threads = UINT32_MAX;
  expect("threads is 4294967295, expected 1 to 256");
  options.max_batch = 1025;
  expect("max_batch is 1025, expected 1 to 1024");
  options.max_image_width = 5;
  expect("expected both 0 or neither");
  options.max_image_width = options.max_image_height = UINT32_MAX;
  expect("largest image of 4294967295 x 4294967295");
  options.size = 8;
  expect("size is 8");
}

TEST_F(CApi, OptionsOfALaterVersion) {
  struct {
    mixq_context_options known = MIXQ_CONTEXT_OPTIONS_INIT;
    uint64_t later = 0;
  } options;
  options.known.size = sizeof(options);
  mixq_context *context = nullptr;
  EXPECT_EQ(mixq_context_create(module, &options.known, &context), MIXQ_OK);
  mixq_context_free(context);
  options.later = 1;
  expectError(mixq_context_create(module, &options.known, &context),
              MIXQ_INVALID_ARGUMENT, "an option that this version does not");
}

TEST_F(CApi, RunErrors) {
  mixq_context *context = create(1, 2);
  std::vector<float> values(72);
  float *data = values.data();
  const auto status = MIXQ_INVALID_ARGUMENT;
  expectError(mixq_run_f32(nullptr, data, 24, 1, data, 24), status,
              "mixq_run_f32: context is NULL");
  expectError(mixq_run_f32(context, nullptr, 24, 1, data, 24), status,
              "input is NULL");
  expectError(mixq_run_f32(context, data, 24, 1, nullptr, 24), status,
              "logits is NULL");
  expectError(mixq_run_f32(context, data, 0, 0, data, 0), status,
              "batch is 0, expected 1 to max_batch = 2");
  expectError(mixq_run_f32(context, data, 72, 3, data, 72), status,
              "batch is 3");
  expectError(mixq_run_f32(context, data, 24, UINT32_MAX, data, 24), status,
              "batch is 4294967295");
  expectError(mixq_run_f32(context, data, 23, 1, data, 24), status,
              "input has 23 elements, expected 24");
  expectError(mixq_run_f32(context, data, 24, 1, data, 25), status,
              "logits has room for 25 values, expected 24");
  EXPECT_EQ(run(context, makeInput(1)), expected(makeInput(1)));
  mixq_context_free(context);
}

TEST_F(CApi, AContextRunsOneCallAtATime) {
  mixq_context *context = create();
  context->running = true; // as another thread's run sets it
  std::vector<float> values(elements);
  expectError(mixq_run_f32(context, values.data(), elements, 1, values.data(),
                           elements),
              MIXQ_BUSY, "running in another thread");
  context->running = false;
  EXPECT_EQ(run(context, makeInput(1)), expected(makeInput(1)));
  mixq_context_free(context);
}

/// The tool's path: preprocess() of an Image, then the tensor.
std::vector<float> throughTensor(mixq_context *context, int width, int height,
                                 const std::vector<uint8_t> &pixels) {
  Image image(width, height);
  image.pixels = pixels;
  const auto spec = inputSpecOf(context->context->getModule().header());
  std::vector<float> input(elements);
  EXPECT_TRUE(preprocess(image, *spec, absl::MakeSpan(input)).ok());
  return run(context, input);
}

TEST_F(CApi, PicturesEqualTheToolsPreprocessing) {
  mixq_context *context = create(1, 3);
  const uint32_t sizes[][2] = {{4, 4}, {100, 3}, {5, 77}, {1, 1}, {640, 481}};
  for (const auto &size : sizes) {
    const auto pixels = makePixels(size_t{3} * size[0] * size[1]);
    const mixq_image image = {pixels.data(), size[0], size[1], 0};
    std::vector<float> logits(elements);
    ASSERT_EQ(mixq_run_u8(context, &image, 1, logits.data(), elements), MIXQ_OK)
        << mixq_last_error();
    EXPECT_EQ(logits, throughTensor(context, size[0], size[1], pixels));
  }
  mixq_context_free(context);
}

TEST_F(CApi, PicturesInABatchWithRowsApart) {
  mixq_context *context = create(2, 2);
  const auto wide = makePixels(10 * 64), small = makePixels(4 * 4 * 3);
  const mixq_image images[] = {{wide.data(), 20, 10, 64},
                               {small.data(), 4, 4, 0}};
  std::vector<float> logits(2 * elements);
  ASSERT_EQ(mixq_run_u8(context, images, 2, logits.data(), logits.size()),
            MIXQ_OK);
  std::vector<uint8_t> packed;
  for (int y = 0; y < 10; ++y)
    packed.insert(packed.end(), &wide[y * 64], &wide[y * 64 + 60]);
  std::vector<float> both = throughTensor(context, 20, 10, packed);
  const std::vector<float> second = throughTensor(context, 4, 4, small);
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(logits, both);
  mixq_context_free(context);
}

TEST_F(CApi, PictureErrors) {
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  options.max_image_width = options.max_image_height = 64;
  mixq_context *context = nullptr;
  ASSERT_EQ(mixq_context_create(module, &options, &context), MIXQ_OK);
  const auto pixels = makePixels(64 * 64 * 3);
  std::vector<float> logits(elements);
  const auto expect = [&](const mixq_image &image, const char *part) {
    expectError(mixq_run_u8(context, &image, 1, logits.data(), elements),
                MIXQ_INVALID_ARGUMENT, part);
  };
  expect({nullptr, 4, 4, 0}, "images[0]: pixels is NULL");
  expect({pixels.data(), 0, 4, 0}, "image of 0 x 4");
  expect({pixels.data(), UINT32_MAX, UINT32_MAX, 0}, "4294967295 x 4294967295");
  expect({pixels.data(), 65, 4, 0}, "made for up to 64 x 64");
  expect({pixels.data(), 4, 4, 11}, "stride is 11, expected 0 or at least");
  expect({pixels.data(), 4, 4, SIZE_MAX}, "stride is 18446744073709551615");
  expectError(mixq_run_u8(context, nullptr, 1, logits.data(), elements),
              MIXQ_INVALID_ARGUMENT, "images is NULL");
  const mixq_image image = {pixels.data(), 64, 64, 0};
  expectError(mixq_run_u8(nullptr, &image, 1, logits.data(), elements),
              MIXQ_INVALID_ARGUMENT, "context is NULL");
  expectError(mixq_run_u8(context, &image, 2, logits.data(), elements),
              MIXQ_INVALID_ARGUMENT, "batch is 2");
  EXPECT_EQ(mixq_run_u8(context, &image, 1, logits.data(), elements), MIXQ_OK);
  mixq_context_free(context);
}

TEST(CApiPictures, AModuleThatTakesGrey) {
  schema::HeaderT header = makeHeader();
  header.signature->channels = 1;
  header.signature->width = 12;
  header.preprocessing->resize = 12;
  header.preprocessing->mean = {0};
  header.preprocessing->std = {1};
  mixq_module *module = loadTestModule(header);
  mixq_context *context = nullptr;
  ASSERT_EQ(mixq_context_create(module, nullptr, &context), MIXQ_OK);
  const auto pixels = makePixels(48);
  const mixq_image image = {pixels.data(), 4, 4, 0};
  std::vector<float> logits(elements);
  expectError(mixq_run_u8(context, &image, 1, logits.data(), elements),
              MIXQ_UNSUPPORTED, "the module takes 1 channels");
  EXPECT_EQ(run(context, makeInput(1)), expected(makeInput(1)));
  mixq_context_free(context);
  mixq_module_free(module);
}

} // namespace
} // namespace test
} // namespace mixq
