//===- Run.cpp - mixq run -------------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq run: classify images, or push raw tensors through a module.
//
//===----------------------------------------------------------------------===//

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/AtomicFile.h"
#include "runtime/Npy.h"
#include "runtime/image/Decode.h"
#include "runtime/image/Preprocess.h"
#include "tools/Progress.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/Run.h"
#include "tools/mixq/Score.h"

namespace mixq {
namespace {

constexpr int answersShown = 5;

struct RunOptions {
  std::string input;
  std::string output;
  Integer threads{1, 1, maxThreads};
};

CommandLine makeCommandLine(const ModuleSource &source, RunOptions &options) {
  CommandLine command;
  command.usage = source.usage + " (IMAGE... | --input FILE.npy) [flags]";
  command.summary =
      "Classifies images (PNG, JPEG): prints the five best classes of each "
      "with their\nprobabilities. With --input the tensor is taken as it is, "
      "fp32 [channels, height,\nwidth] or a batch of those, without "
      "preprocessing.";
  command.flags = {
      {"input", "FILE.npy", "raw input instead of images", &options.input},
      {"output", "FILE.npy",
       "write the logits, fp32 [classes] or [n, classes], and print nothing",
       &options.output},
      threadsFlag(options.threads)};
  command.minPositional = source.names;
  return command;
}

/// Logits of all inputs, and how to show and store them.
struct Results {
  std::vector<std::string> names;
  std::vector<float> logits;
  std::vector<uint64_t> shape;
};

absl::StatusOr<Results> runImages(Context &context,
                                  absl::Span<const std::string> paths) {
  const Module &module = context.getModule();
  absl::StatusOr<InputSpec> spec = inputSpecOf(module.header());
  if (!spec.ok())
    return spec.status();
  const size_t classes = module.outputElements();
  std::vector<float> input(spec->elements());
  Results results{{paths.begin(), paths.end()},
                  std::vector<float>(paths.size() * classes),
                  {paths.size(), classes}};
  Progress progress("running", "images", paths.size());
  for (size_t i = 0; i < paths.size(); ++i) {
    absl::StatusOr<Image> image = readImage(paths[i]);
    if (!image.ok())
      return image.status();
    absl::Status status = preprocess(*image, *spec, absl::MakeSpan(input));
    if (!status.ok())
      return absl::Status(status.code(),
                          absl::StrCat(paths[i], ": ", status.message()));
    status = context.run(input, 1,
                         absl::MakeSpan(&results.logits[i * classes], classes));
    if (!status.ok())
      return status;
    progress.update(i + 1);
  }
  return results;
}

absl::Status checkShape(const std::vector<uint64_t> &shape,
                        const schema::Signature &signature) {
  const uint64_t image[] = {signature.channels(), signature.height(),
                            signature.width()};
  const bool isBatch = shape.size() == 4;
  if ((isBatch || shape.size() == 3) && shape[0] != 0 &&
      std::equal(image, image + 3, shape.begin() + isBatch))
    return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "shape [", absl::StrJoin(shape, ", "), "], the module takes [",
      absl::StrJoin(image, ", "), "] or a batch of those"));
}

absl::StatusOr<Results> runTensor(Context &context, const std::string &path) {
  absl::StatusOr<NpyArray> tensor = readNpy(path);
  if (!tensor.ok())
    return tensor.status();
  const Module &module = context.getModule();
  absl::Status status = checkShape(tensor->shape, *module.header().signature());
  if (!status.ok())
    return absl::Status(status.code(),
                        absl::StrCat(path, ": ", status.message()));
  const size_t elements = module.inputElements();
  const size_t classes = module.outputElements();
  const size_t count = tensor->data.size() / elements;
  Results results{{}, std::vector<float>(count * classes), {classes}};
  if (tensor->shape.size() == 4)
    results.shape = {count, classes};
  Progress progress("running", "images", count);
  for (size_t i = 0; i < count; ++i) {
    results.names.push_back(absl::StrCat(path, "[", i, "]"));
    status =
        context.run(absl::MakeConstSpan(&tensor->data[i * elements], elements),
                    1, absl::MakeSpan(&results.logits[i * classes], classes));
    if (!status.ok())
      return status;
    progress.update(i + 1);
  }
  return results;
}

void printAnswers(const schema::Header &header, const Results &results) {
  const size_t classes = header.signature()->classes();
  for (size_t i = 0; i < results.names.size(); ++i) {
    std::printf("%s\n", results.names[i].c_str());
    absl::Span<const float> logits(&results.logits[i * classes], classes);
    for (const Answer &answer : bestAnswers(logits, answersShown))
      std::printf("  %6.2f %%  %s\n", 100 * answer.probability,
                  className(header, answer.index).c_str());
  }
}

absl::Status runModule(const ModuleSource &source, const CommandLine &command,
                       const RunOptions &options) {
  if (!options.output.empty())
    if (absl::Status s = checkWritable(options.output); !s.ok())
      return s;
  const auto arguments = absl::MakeConstSpan(command.positional);
  auto module = source.load(arguments.first(source.names));
  if (!module.ok())
    return module.status();
  ContextOptions contextOptions;
  contextOptions.threads = static_cast<int>(options.threads.value);
  auto context = Context::create(*std::move(module), contextOptions);
  if (!context.ok())
    return context.status();
  absl::StatusOr<Results> results =
      options.input.empty()
          ? runImages(**context, arguments.subspan(source.names))
          : runTensor(**context, options.input);
  if (!results.ok())
    return results.status();
  if (!options.output.empty())
    return writeNpy(options.output, results->shape, results->logits);
  printAnswers((*context)->getModule().header(), *results);
  return absl::OkStatus();
}

} // namespace

int runFrom(const ModuleSource &source, Arguments arguments) {
  RunOptions options;
  CommandLine command = makeCommandLine(source, options);
  auto check = [&] {
    const bool hasImages = command.positional.size() > source.names;
    if (hasImages != options.input.empty())
      return absl::InvalidArgumentError("expected either images or --input");
    return absl::OkStatus();
  };
  return runCommand(command, arguments, check,
                    [&] { return runModule(source, command, options); });
}

int runMain(Arguments arguments) {
  const ModuleSource file = {
      "mixq run MODULE", 1,
      [](ModuleSource::Names names) { return Module::load(names[0]); }};
  return runFrom(file, arguments);
}

} // namespace mixq
