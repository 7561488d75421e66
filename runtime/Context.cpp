//===- Context.cpp - Runs a module ----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Context.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <immintrin.h>
#include <sys/mman.h>

#include "absl/strings/str_cat.h"

namespace mixq {
namespace {

using Clock = std::chrono::steady_clock;

/// Round to nearest, denormals kept, no traps: the program around the runtime
/// may have set its threads otherwise, and the results must not depend on it.
class StandardFloatingPoint {
public:
  StandardFloatingPoint() : saved(_mm_getcsr()) { _mm_setcsr(0x1f80); }
  ~StandardFloatingPoint() { _mm_setcsr(saved); }
  StandardFloatingPoint(const StandardFloatingPoint &) = delete;

private:
  unsigned saved;
};

absl::Status checkOption(const char *name, int value, int most) {
  if (value >= 1 && value <= most)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("context: ", name, " is ", value, ", expected 1 to ", most));
}

absl::Status checkElements(const char *name, size_t found, size_t expected) {
  if (found == expected)
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "run: ", name, " has ", found, " elements, expected ", expected));
}

/// Generated code carries no type information for the sanitizer to look at.
__attribute__((no_sanitize("function"))) void callKernel(KernelFunction kernel,
                                                         void *const *arguments,
                                                         int64_t begin,
                                                         int64_t end) {
  kernel(arguments, begin, end);
}

} // namespace

Context::Context(std::shared_ptr<const Module> module,
                 const ContextOptions &options)
    : module(std::move(module)), options(options),
      arenas(std::min(options.threads, options.maxBatch)) {}

Context::~Context() {
  if (arenaMemory != nullptr)
    ::munmap(arenaMemory, arenaBytes);
}

absl::StatusOr<std::unique_ptr<Context>>
Context::create(std::shared_ptr<const Module> module,
                const ContextOptions &options) {
  if (!module || !module->isExecutable())
    return absl::FailedPreconditionError(
        "context: the module was not loaded for execution");
  for (absl::Status status :
       {checkOption("threads", options.threads, maxThreads),
        checkOption("maxBatch", options.maxBatch, maxBatchLimit)})
    if (!status.ok())
      return status;
  std::unique_ptr<Context> context(new Context(std::move(module), options));
  if (absl::Status status = context->allocateArenas(); !status.ok())
    return status;
  absl::StatusOr<std::unique_ptr<ThreadPool>> pool =
      ThreadPool::create(options.threads);
  if (!pool.ok())
    return pool.status();
  context->pool = *std::move(pool);
  context->buildTables();
  return context;
}

/// Fresh pages: zero, and aligned to more than a kernel may ask for.
absl::Status Context::allocateArenas() {
  arenaBytes = module->header().arena_size() * arenas;
  void *memory = ::mmap(nullptr, arenaBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return absl::ResourceExhaustedError(
        absl::StrCat("context: no memory for ", arenas, " images of ",
                     module->header().arena_size(), " bytes of activations"));
  arenaMemory = static_cast<uint8_t *>(memory);
  return absl::OkStatus();
}

void *Context::locate(const schema::Argument &argument, int arena) const {
  switch (argument.space()) {
  case schema::Space::Input:
    return nullptr; // bound by run()
  case schema::Space::Arena:
    return arenaMemory + module->header().arena_size() * arena +
           argument.offset();
  case schema::Space::Constants:
    return const_cast<uint8_t *>(module->constants().data()) +
           argument.offset();
  }
  return nullptr;
}

void Context::buildTables() {
  const schema::Header &header = module->header();
  for (int arena = 0; arena < arenas; ++arena)
    for (const schema::Step *step : *header.steps())
      for (const schema::Argument *argument : *step->arguments()) {
        if (arena == 0 && argument->space() == schema::Space::Input)
          inputSlots.push_back(arguments.size());
        arguments.push_back(locate(*argument, arena));
      }
  argumentsOfAnArena = arguments.size() / arenas;
  size_t first = 0;
  for (const schema::Step *step : *header.steps()) {
    steps.push_back({module->kernel(step->kernel()), step->tasks(),
                     &arguments[first], argumentsOfAnArena});
    first += step->arguments()->size();
  }
  nanoseconds.resize(steps.size());
}

absl::Status Context::checkInput(size_t found, int batch) const {
  if (absl::Status s = checkOption("batch", batch, options.maxBatch); !s.ok())
    return s;
  return checkElements("input", found, module->inputElements() * batch);
}

absl::Status Context::checkLogits(size_t found, int batch) const {
  return checkElements("logits", found, module->outputElements() * batch);
}

void Context::bindInput(int arena, const float *input) {
  for (size_t slot : inputSlots)
    arguments[arena * argumentsOfAnArena + slot] = const_cast<float *>(input);
}

void Context::copyLogits(int arena, float *logits) const {
  const schema::Header &header = module->header();
  std::memcpy(logits,
              arenaMemory + header.arena_size() * arena +
                  header.signature()->output_offset(),
              module->outputElements() * sizeof(float));
}

/// The tasks of several arenas are those of arena 0, then of arena 1 and so on.
void Context::runTasks(void *context, int64_t begin, int64_t end) {
  const Step &step = *static_cast<const Step *>(context);
  StandardFloatingPoint standard;
  while (begin < end) {
    const int64_t arena = begin / step.tasks;
    const int64_t start = arena * step.tasks;
    const int64_t stop = std::min(end, start + step.tasks);
    callKernel(step.kernel, step.arguments + arena * step.argumentsOfAnArena,
               begin - start, stop - start);
    begin = stop;
  }
}

void Context::runStepOf(size_t index, int images) {
  Step &step = steps[index];
  if (!options.profile)
    return pool->parallelFor(step.tasks * images, runTasks, &step);
  const Clock::time_point start = Clock::now();
  pool->parallelFor(step.tasks * images, runTasks, &step);
  nanoseconds[index] += std::chrono::nanoseconds(Clock::now() - start).count();
}

/// All images of one thread, in the arena with the thread's number.
void Context::runImages(void *job, int64_t begin, int64_t end) {
  const Images &images = *static_cast<const Images *>(job);
  Context &context = *images.context;
  const int arena = static_cast<int>(begin / images.ofAThread);
  for (int64_t image = begin; image < end; ++image) {
    context.bindInput(arena,
                      images.input + image * context.module->inputElements());
    for (Step &step : context.steps)
      runTasks(&step, arena * step.tasks, (arena + 1) * step.tasks);
    context.copyLogits(arena, images.logits +
                                  image * context.module->outputElements());
  }
}

/// Each thread runs its own images, as many as every other, from the first step
/// to the last: threads wait for each other once.
void Context::runApart(const float *input, int images, float *logits) {
  Images job = {this, input, logits, images / options.threads};
  pool->parallelFor(images, runImages, &job);
}

/// All threads share the work of each step, on no more images than arenas.
void Context::runTogether(const float *input, int images, float *logits) {
  for (int image = 0; image < images; ++image)
    bindInput(image, input + image * module->inputElements());
  for (size_t i = 0; i < steps.size(); ++i)
    runStepOf(i, images);
  for (int image = 0; image < images; ++image)
    copyLogits(image, logits + image * module->outputElements());
}

absl::Status Context::run(absl::Span<const float> input, int batch,
                          absl::Span<float> logits) {
  if (absl::Status s = checkInput(input.size(), batch); !s.ok())
    return s;
  if (absl::Status s = checkLogits(logits.size(), batch); !s.ok())
    return s;
  // A profile is of steps, so it is taken of threads that work together.
  int done = options.profile ? 0 : batch - batch % options.threads;
  if (done > 0)
    runApart(input.data(), done, logits.data());
  while (done < batch) {
    const int images = std::min(batch - done, arenas);
    runTogether(input.data() + done * module->inputElements(), images,
                logits.data() + done * module->outputElements());
    done += images;
  }
  return absl::OkStatus();
}

absl::Status Context::begin(absl::Span<const float> input) {
  if (absl::Status s = checkInput(input.size(), 1); !s.ok())
    return s;
  bindInput(0, input.data());
  return absl::OkStatus();
}

void Context::runStep(size_t index) { runStepOf(index, 1); }

absl::Status Context::end(absl::Span<float> logits) const {
  if (absl::Status s = checkLogits(logits.size(), 1); !s.ok())
    return s;
  copyLogits(0, logits.data());
  return absl::OkStatus();
}

void Context::resetProfile() {
  std::fill(nanoseconds.begin(), nanoseconds.end(), 0);
}

} // namespace mixq
