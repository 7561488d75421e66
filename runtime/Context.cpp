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
    : module(std::move(module)), options(options) {}

Context::~Context() {
  if (arena != nullptr)
    ::munmap(arena, arenaBytes);
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
  if (absl::Status status = context->allocateArena(); !status.ok())
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
absl::Status Context::allocateArena() {
  arenaBytes = module->header().arena_size() * options.maxBatch;
  void *memory = ::mmap(nullptr, arenaBytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    return absl::ResourceExhaustedError(
        absl::StrCat("context: no memory for ", options.maxBatch, " images of ",
                     module->header().arena_size(), " bytes of activations"));
  arena = static_cast<uint8_t *>(memory);
  return absl::OkStatus();
}

void *Context::locate(const schema::Argument &argument, int image) const {
  switch (argument.space()) {
  case schema::Space::Input:
    return nullptr; // bound by run()
  case schema::Space::Arena:
    return arena + module->header().arena_size() * image + argument.offset();
  case schema::Space::Constants:
    return const_cast<uint8_t *>(module->constants().data()) +
           argument.offset();
  }
  return nullptr;
}

void Context::buildTables() {
  const schema::Header &header = module->header();
  for (int image = 0; image < options.maxBatch; ++image)
    for (const schema::Step *step : *header.steps())
      for (const schema::Argument *argument : *step->arguments()) {
        if (image == 0 && argument->space() == schema::Space::Input)
          inputSlots.push_back(arguments.size());
        arguments.push_back(locate(*argument, image));
      }
  argumentsOfAnImage = arguments.size() / options.maxBatch;
  size_t first = 0;
  for (const schema::Step *step : *header.steps()) {
    steps.push_back({module->kernel(step->kernel()), step->tasks(),
                     &arguments[first], argumentsOfAnImage});
    first += step->arguments()->size();
  }
  nanoseconds.resize(steps.size());
}

void Context::bindInput(const float *input, int batch) {
  const size_t elements = module->inputElements();
  for (int image = 0; image < batch; ++image)
    for (size_t slot : inputSlots)
      arguments[image * argumentsOfAnImage + slot] =
          const_cast<float *>(input + image * elements);
}

/// The tasks of a batch are those of image 0, then of image 1 and so on.
void Context::runTasks(void *context, int64_t begin, int64_t end) {
  const Step &step = *static_cast<const Step *>(context);
  StandardFloatingPoint standard;
  while (begin < end) {
    const int64_t image = begin / step.tasks;
    const int64_t start = image * step.tasks;
    const int64_t stop = std::min(end, start + step.tasks);
    callKernel(step.kernel, step.arguments + image * step.argumentsOfAnImage,
               begin - start, stop - start);
    begin = stop;
  }
}

void Context::runStep(size_t index, int batch) {
  Step &step = steps[index];
  if (!options.profile)
    return pool->parallelFor(step.tasks * batch, runTasks, &step);
  const Clock::time_point start = Clock::now();
  pool->parallelFor(step.tasks * batch, runTasks, &step);
  nanoseconds[index] += std::chrono::nanoseconds(Clock::now() - start).count();
}

void Context::runImages(int batch) {
  for (int image = 0; image < batch; ++image)
    for (Step &step : steps)
      runTasks(&step, image * step.tasks, (image + 1) * step.tasks);
}

absl::Status Context::checkLogits(size_t found, int batch) const {
  return checkElements("logits", found, module->outputElements() * batch);
}

absl::Status Context::begin(absl::Span<const float> input, int batch) {
  if (absl::Status s = checkOption("batch", batch, options.maxBatch); !s.ok())
    return s;
  if (absl::Status s =
          checkElements("input", input.size(), module->inputElements() * batch);
      !s.ok())
    return s;
  bindInput(input.data(), batch);
  return absl::OkStatus();
}

absl::Status Context::end(int batch, absl::Span<float> logits) const {
  if (absl::Status s = checkLogits(logits.size(), batch); !s.ok())
    return s;
  const schema::Header &header = module->header();
  const size_t classes = module->outputElements();
  for (int image = 0; image < batch; ++image)
    std::memcpy(logits.data() + image * classes,
                arena + header.arena_size() * image +
                    header.signature()->output_offset(),
                classes * sizeof(float));
  return absl::OkStatus();
}

absl::Status Context::run(absl::Span<const float> input, int batch,
                          absl::Span<float> logits) {
  if (absl::Status s = begin(input, batch); !s.ok())
    return s;
  if (absl::Status s = checkLogits(logits.size(), batch); !s.ok())
    return s;
  if (options.threads == 1 && !options.profile)
    runImages(batch);
  else
    for (size_t i = 0; i < steps.size(); ++i)
      runStep(i, batch);
  return end(batch, logits);
}

void Context::resetProfile() {
  std::fill(nanoseconds.begin(), nanoseconds.end(), 0);
}

} // namespace mixq
