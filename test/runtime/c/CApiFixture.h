//===- CApiFixture.h - A module behind the C API ----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_RUNTIME_C_CAPIFIXTURE_H
#define MIXQ_TEST_RUNTIME_C_CAPIFIXTURE_H

#include <string>
#include <vector>

#include "runtime/c/mixq.h"
#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace test {

/// Loads a module that was made by hand; fails the test if that fails.
inline mixq_module *loadTestModule(const schema::HeaderT &header) {
  const std::vector<uint8_t> bytes = assemble(header);
  mixq_module *module = nullptr;
  EXPECT_EQ(mixq_module_load_memory(bytes.data(), bytes.size(), &module),
            MIXQ_OK)
      << mixq_last_error();
  return module;
}

/// Expects that `call` fails with `code`, and that the last error is about it.
inline void expectError(mixq_status found, mixq_status code,
                        const std::string &part) {
  EXPECT_EQ(found, code) << mixq_last_error();
  EXPECT_THAT(mixq_last_error(), ::testing::HasSubstr(part));
}

/// logits = 2 * (input + bias): 24 elements in, 24 classes out.
class CApi : public ::testing::Test {
protected:
  CApi() : module(loadTestModule(makeHeader())) {}
  ~CApi() override { mixq_module_free(module); }

  mixq_context *create(uint32_t threads = 1, uint32_t maxBatch = 1) {
    mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
    options.threads = threads;
    options.max_batch = maxBatch;
    mixq_context *context = nullptr;
    EXPECT_EQ(mixq_context_create(module, &options, &context), MIXQ_OK)
        << mixq_last_error();
    return context;
  }

  mixq_module *module;
};

/// Pixels that differ everywhere.
inline std::vector<uint8_t> makePixels(size_t count) {
  std::vector<uint8_t> pixels(count);
  for (size_t i = 0; i < count; ++i)
    pixels[i] = static_cast<uint8_t>(i * i * 7 + i * 31);
  return pixels;
}

} // namespace test
} // namespace mixq

#endif // MIXQ_TEST_RUNTIME_C_CAPIFIXTURE_H
