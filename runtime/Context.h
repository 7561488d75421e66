//===- Context.h - Runs a module --------------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs a module: the activation memory, the threads and the step loop.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_CONTEXT_H
#define MIXQ_RUNTIME_CONTEXT_H

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/Module.h"
#include "runtime/ThreadPool.h"

namespace mixq {

constexpr int maxBatchLimit = 1024;

struct ContextOptions {
  int threads = 1;      // 1 to maxThreads
  int maxBatch = 1;     // images a run, 1 to maxBatchLimit
  bool profile = false; // measure the time of each step
};

/// Thread-safety: one run() at a time; contexts are independent of each other,
/// any number of them may share a module and run at once.
class Context {
public:
  /// Allocates all that run() needs; run() itself allocates nothing.
  static absl::StatusOr<std::unique_ptr<Context>>
  create(std::shared_ptr<const Module> module,
         const ContextOptions &options = ContextOptions());
  Context(const Context &) = delete;
  Context &operator=(const Context &) = delete;
  ~Context();

  /// Computes the logits, fp32 [batch, classes], of `input`, fp32 [batch,
  /// channels, height, width], preprocessed. `batch` is 1 to maxBatch. The
  /// result of an image depends neither on the batch nor on the threads.
  absl::Status run(absl::Span<const float> input, int batch,
                   absl::Span<float> logits);

  /// run() of one image in pieces, for measuring single steps: begin() binds
  /// the input, runStep() computes one step, of all in order, and end() hands
  /// out the logits. A step may run several times before the next one does:
  /// none writes what it reads.
  absl::Status begin(absl::Span<const float> input);
  void runStep(size_t index);
  absl::Status end(absl::Span<float> logits) const;

  /// Nanoseconds in each step since create() or resetProfile(), over all runs;
  /// zeros without the option.
  absl::Span<const uint64_t> profile() const { return nanoseconds; }
  void resetProfile();

  /// What all arenas take.
  size_t activationBytes() const { return arenaBytes; }

  const Module &getModule() const { return *module; }
  const ContextOptions &getOptions() const { return options; }

private:
  /// What a thread needs to run its share of a step.
  struct Step {
    KernelFunction kernel;
    int64_t tasks;             // of one image
    void *const *arguments;    // in arena 0
    size_t argumentsOfAnArena; // to the same step in the next arena
  };

  /// What threads need to run whole images.
  struct Images {
    Context *context;
    const float *input;
    float *logits;
    int64_t ofAThread;
  };

  Context(std::shared_ptr<const Module> module, const ContextOptions &options);
  absl::Status allocateArenas();
  void buildTables();
  void *locate(const schema::Argument &argument, int arena) const;
  absl::Status checkInput(size_t found, int batch) const;
  absl::Status checkLogits(size_t found, int batch) const;
  void bindInput(int arena, const float *input);
  void copyLogits(int arena, float *logits) const;
  void runStepOf(size_t index, int images);
  void runApart(const float *input, int images, float *logits);
  void runTogether(const float *input, int images, float *logits);
  static void runImages(void *images, int64_t begin, int64_t end);
  static void runTasks(void *step, int64_t begin, int64_t end);

  const std::shared_ptr<const Module> module;
  const ContextOptions options;
  /// An arena holds the activations of one image. There are no more than
  /// threads: images that wait for one need none, and the caches keep what is
  /// used again and again.
  const int arenas;
  std::unique_ptr<ThreadPool> pool;
  uint8_t *arenaMemory = nullptr;
  size_t arenaBytes = 0;
  size_t argumentsOfAnArena = 0;
  std::vector<void *> arguments;  // [arena][step][argument]
  std::vector<size_t> inputSlots; // arguments in arena 0 that are the input
  std::vector<Step> steps;
  std::vector<uint64_t> nanoseconds;
};

} // namespace mixq

#endif // MIXQ_RUNTIME_CONTEXT_H
