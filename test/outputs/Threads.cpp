//===- Threads.cpp - Contexts of one module in several threads ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: threads MODULE: exit status 0 if contexts that run at once, with other
// numbers of threads and other batches, give the logits of one that runs alone.
//
//===----------------------------------------------------------------------===//

#include "runtime/c/mixq.h"

#include <atomic>
#include <cstdio>
#include <thread>
#include <vector>

static constexpr uint32_t images = 4;
static constexpr int rounds = 50;

using Logits = std::vector<float>;

struct Input {
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  std::vector<float> values; // of all images
};

static Input makeInput(const mixq_module *module) {
  Input input;
  mixq_module_signature(module, &input.signature);
  input.values.resize(images * input.signature.input_elements);
  uint32_t state = 1;
  for (float &value : input.values) {
    state = state * 1664525 + 1013904223;
    value = static_cast<float>(state >> 8) / (1 << 23) - 1;
  }
  return input;
}

/// The logits of all images, `batch` at a time; empty on failure.
static Logits run(mixq_context *context, const Input &input, uint32_t batch) {
  const size_t elements = input.signature.input_elements;
  const uint32_t classes = input.signature.classes;
  Logits logits(images * classes);
  for (uint32_t i = 0; i < images; i += batch)
    if (mixq_run_f32(context, &input.values[i * elements], batch * elements,
                     batch, &logits[i * classes], batch * classes) != MIXQ_OK) {
      std::fprintf(stderr, "%s\n", mixq_last_error());
      return {};
    }
  return logits;
}

static mixq_context *create(const mixq_module *module, uint32_t threads) {
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  options.threads = threads;
  options.max_batch = images;
  mixq_context *context = nullptr;
  mixq_context_create(module, &options, &context);
  return context;
}

int main(int argc, char **argv) {
  mixq_module *module = nullptr;
  if (argc != 2 || mixq_module_load(argv[1], &module) != MIXQ_OK)
    return 2;
  const Input input = makeInput(module);
  mixq_context *alone = create(module, 1);
  const Logits expected = run(alone, input, 1);
  mixq_context_free(alone);
  std::atomic<int> wrong{expected.empty()};
  std::vector<std::thread> threads;
  for (uint32_t count : {1, 2, 3})
    threads.emplace_back([&, count] {
      mixq_context *context = create(module, count);
      for (int i = 0; i < rounds; ++i)
        wrong += run(context, input, count == 3 ? images : count) != expected;
      mixq_context_free(context);
    });
  for (std::thread &thread : threads)
    thread.join();
  mixq_module_free(module);
  std::printf("%d of %d runs differ\n", wrong.load(), 3 * rounds);
  return wrong != 0;
}
