//===- AllocationTest.cpp - Runs allocate nothing -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/AllocationCounter.h"
#include "test/runtime/c/CApiFixture.h"

namespace mixq {
namespace test {
namespace {

TEST_F(CApi, RunsOfTensorsAllocateNothing) {
  mixq_context *context = create(2, 2);
  float values[2 * elements] = {};
  auto run = [&] {
    return mixq_run_f32(context, values, 2 * elements, 2, values, 2 * elements);
  };
  ASSERT_EQ(run(), MIXQ_OK); // its threads have started then
  const long before = countAllocations();
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(run(), MIXQ_OK);
  EXPECT_EQ(countAllocations(), before);
  mixq_context_free(context);
}

/// Also where the resize needs the most memory: the largest, the narrowest and
/// the flattest picture.
TEST_F(CApi, RunsOfPicturesAllocateNothingUpToTheStatedSize) {
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  options.max_image_width = 200;
  options.max_image_height = 300;
  mixq_context *context = nullptr;
  ASSERT_EQ(mixq_context_create(module, &options, &context), MIXQ_OK);
  const auto pixels = makePixels(200 * 300 * 3);
  const mixq_image images[] = {
      {pixels.data(), 200, 300, 0}, {pixels.data(), 1, 300, 0},
      {pixels.data(), 200, 1, 0},   {pixels.data(), 200, 199, 0},
      {pixels.data(), 199, 300, 0}, {pixels.data(), 7, 11, 0}};
  float logits[elements];
  const long before = countAllocations();
  for (const mixq_image &image : images)
    ASSERT_EQ(mixq_run_u8(context, &image, 1, logits, elements), MIXQ_OK)
        << mixq_last_error();
  EXPECT_EQ(countAllocations(), before);
  mixq_context_free(context);
}

TEST_F(CApi, WithoutAStatedSizeOnlyLargerPicturesAllocate) {
  mixq_context *context = create();
  const auto pixels = makePixels(64 * 64 * 3);
  const mixq_image image = {pixels.data(), 64, 64, 0};
  float logits[elements];
  ASSERT_EQ(mixq_run_u8(context, &image, 1, logits, elements), MIXQ_OK);
  const long before = countAllocations();
  ASSERT_EQ(mixq_run_u8(context, &image, 1, logits, elements), MIXQ_OK);
  EXPECT_EQ(countAllocations(), before);
  mixq_context_free(context);
}

} // namespace
} // namespace test
} // namespace mixq
