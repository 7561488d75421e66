//===- Eval.cpp - mixq eval -----------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq eval: accuracy of a module over a labelled folder.
//
//===----------------------------------------------------------------------===//

#include <cmath>
#include <cstdio>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "runtime/AtomicFile.h"
#include "runtime/Npy.h"
#include "runtime/image/Dataset.h"
#include "runtime/image/Decode.h"
#include "runtime/image/Preprocess.h"
#include "tools/Progress.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/Score.h"

namespace mixq {
namespace {

/// Images decoded, then run, at a time: enough for the threads to share.
constexpr int batchSize = 8;

struct EvalOptions {
  std::string data;
  std::string json;
  std::string predictions;
  Integer limit{INT64_MAX, 1};
  Integer threads{1, 1, maxThreads};
  bool skipBad = false;
};

CommandLine makeCommandLine(EvalOptions &options) {
  CommandLine command;
  command.usage = "mixq eval MODULE --data DIR [flags]";
  command.summary =
      "Prints top-1 and top-5 accuracy over DIR/labels.tsv (a header line "
      "file<tab>class,\nthen an image a line) or over an ImageFolder layout "
      "(one sub-folder a class).\nThe rate includes reading and preprocessing "
      "the images.";
  command.flags = {
      {"data", "DIR", "the labelled images", &options.data},
      {"json", "FILE", "write the result as JSON (- for standard output)",
       &options.json},
      {"predictions", "FILE.npy",
       "write the logits, fp32 [n, classes], rows of skipped images NaN",
       &options.predictions},
      {"limit", "N", "only the first N images", &options.limit},
      {"skip-bad", "", "report and skip images that cannot be read",
       &options.skipBad},
      threadsFlag(options.threads)};
  command.minPositional = command.maxPositional = 1;
  return command;
}

class Evaluation {
public:
  Evaluation(Context &context, const InputSpec &spec, const Dataset &dataset,
             bool skipBad)
      : context(context), spec(spec), samples(dataset.samples),
        skipBad(skipBad), classes(context.getModule().outputElements()),
        input(spec.elements() * batchSize), statuses(batchSize),
        logits(samples.size() * classes,
               std::numeric_limits<float>::quiet_NaN()),
        progress("evaluating", "images", samples.size()) {}

  absl::Status run(ThreadPool &decoders);
  nlohmann::ordered_json toJson() const;
  std::string summary() const;
  const std::vector<float> &allLogits() const { return logits; }

private:
  static void decodeRange(void *evaluation, int64_t begin, int64_t end);
  absl::Status decode(const Sample &sample, absl::Span<float> out) const;
  absl::Status dropBadImages(int count);
  absl::Status runBatch();
  double percent(int64_t hits) const { return 100.0 * hits / evaluated; }
  double imagesPerSecond() const { return evaluated / seconds; }

  Context &context;
  const InputSpec &spec;
  const std::vector<Sample> &samples;
  const bool skipBad;
  const size_t classes;

  // The batch at hand: its first sample, its inputs, what became of them, and
  // the samples that are left of it.
  size_t first = 0;
  std::vector<float> input;
  std::vector<absl::Status> statuses;
  std::vector<size_t> kept;

  std::vector<float> logits; // a row a sample
  Progress progress;
  int64_t evaluated = 0, skipped = 0, top1 = 0, top5 = 0;
  double seconds = 0;
};

absl::Status Evaluation::decode(const Sample &sample,
                                absl::Span<float> out) const {
  absl::StatusOr<Image> image = readImage(sample.path);
  if (!image.ok())
    return image.status();
  absl::Status status = preprocess(*image, spec, out);
  return status.ok()
             ? status
             : absl::Status(status.code(),
                            absl::StrCat(sample.path, ": ", status.message()));
}

void Evaluation::decodeRange(void *evaluation, int64_t begin, int64_t end) {
  auto &self = *static_cast<Evaluation *>(evaluation);
  const size_t elements = self.spec.elements();
  for (int64_t i = begin; i < end; ++i)
    self.statuses[i] =
        self.decode(self.samples[self.first + i],
                    absl::MakeSpan(&self.input[i * elements], elements));
}

/// Moves the inputs that could be read together.
absl::Status Evaluation::dropBadImages(int count) {
  kept.clear();
  const size_t elements = spec.elements();
  for (int i = 0; i < count; ++i) {
    if (statuses[i].ok()) {
      if (kept.size() != static_cast<size_t>(i))
        std::copy_n(&input[i * elements], elements,
                    &input[kept.size() * elements]);
      kept.push_back(first + i);
      continue;
    }
    if (!skipBad)
      return statuses[i];
    ++skipped;
    progress.clear();
    std::fprintf(stderr, "skipped: %s\n",
                 std::string(statuses[i].message()).c_str());
  }
  return absl::OkStatus();
}

absl::Status Evaluation::runBatch() {
  if (kept.empty())
    return absl::OkStatus();
  std::vector<float> rows(kept.size() * classes);
  absl::Status status = context.run(
      absl::MakeConstSpan(input).first(kept.size() * spec.elements()),
      static_cast<int>(kept.size()), absl::MakeSpan(rows));
  if (!status.ok())
    return status;
  for (size_t i = 0; i < kept.size(); ++i) {
    absl::Span<const float> row(&rows[i * classes], classes);
    std::copy(row.begin(), row.end(), &logits[kept[i] * classes]);
    const int label = samples[kept[i]].label;
    const int rank = std::isnan(row[label]) ? 5 : rankOf(row, label);
    ++evaluated;
    top1 += rank < 1;
    top5 += rank < 5;
  }
  return absl::OkStatus();
}

absl::Status Evaluation::run(ThreadPool &decoders) {
  for (; first < samples.size(); first += batchSize) {
    const int count = std::min<size_t>(batchSize, samples.size() - first);
    decoders.parallelFor(count, decodeRange, this);
    if (absl::Status s = dropBadImages(count); !s.ok())
      return s;
    if (absl::Status s = runBatch(); !s.ok())
      return s;
    if (evaluated > 0)
      progress.update(first + count,
                      absl::StrFormat("top-1 %.2f %%", percent(top1)));
  }
  seconds = progress.seconds();
  progress.clear();
  if (evaluated == 0)
    return absl::FailedPreconditionError("no image could be read");
  return absl::OkStatus();
}

nlohmann::ordered_json Evaluation::toJson() const {
  nlohmann::ordered_json json = {{"top1", percent(top1)},
                                 {"top5", percent(top5)},
                                 {"n", evaluated},
                                 {"images_per_second", imagesPerSecond()}};
  if (skipBad)
    json["skipped"] = skipped;
  return json;
}

std::string Evaluation::summary() const {
  std::string text = absl::StrFormat(
      "top-1 %.2f %%, top-5 %.2f %%, %d images, %.1f images/s", percent(top1),
      percent(top5), evaluated, imagesPerSecond());
  if (skipBad)
    absl::StrAppend(&text, ", ", skipped, " skipped");
  return text;
}

absl::StatusOr<Dataset> openLabelled(const EvalOptions &options,
                                     int64_t classes) {
  absl::StatusOr<Dataset> dataset = openDataset(options.data);
  if (!dataset.ok())
    return dataset.status();
  if (!dataset->labelled())
    return absl::InvalidArgumentError(absl::StrCat(
        options.data, ": no labels: neither labels.tsv nor a folder a class"));
  const auto count = static_cast<uint64_t>(options.limit.value);
  if (count < dataset->samples.size())
    dataset->samples.resize(count);
  for (const Sample &sample : dataset->samples)
    if (sample.label >= classes)
      return absl::InvalidArgumentError(absl::StrCat(
          sample.path, ": class ", sample.label, ", the module has ", classes));
  return dataset;
}

absl::Status checkOutputs(const EvalOptions &options) {
  for (const std::string &path : {options.json, options.predictions})
    if (!path.empty() && path != "-")
      if (absl::Status s = checkWritable(path); !s.ok())
        return s;
  return absl::OkStatus();
}

absl::Status report(const Evaluation &evaluation, const EvalOptions &options,
                    size_t samples, size_t classes) {
  if (!options.predictions.empty())
    if (absl::Status s = writeNpy(options.predictions, {samples, classes},
                                  evaluation.allLogits());
        !s.ok())
      return s;
  const std::string summary = evaluation.summary();
  const bool jsonOnOutput = options.json == "-";
  std::fprintf(jsonOnOutput ? stderr : stdout, "%s\n", summary.c_str());
  return options.json.empty() ? absl::OkStatus()
                              : writeJson(options.json, evaluation.toJson());
}

absl::Status evaluate(const std::string &path, const EvalOptions &options) {
  if (absl::Status s = checkOutputs(options); !s.ok())
    return s;
  const int threads = static_cast<int>(options.threads.value);
  auto context = loadContext(path, {threads, batchSize, false});
  if (!context.ok())
    return context.status();
  const Module &module = (*context)->getModule();
  absl::StatusOr<InputSpec> spec = inputSpecOf(module.header());
  if (!spec.ok())
    return spec.status();
  auto dataset = openLabelled(options, module.outputElements());
  if (!dataset.ok())
    return dataset.status();
  auto decoders = ThreadPool::create(threads);
  if (!decoders.ok())
    return decoders.status();
  Evaluation evaluation(**context, *spec, *dataset, options.skipBad);
  if (absl::Status s = evaluation.run(**decoders); !s.ok())
    return s;
  return report(evaluation, options, dataset->samples.size(),
                module.outputElements());
}

} // namespace

int evalMain(Arguments arguments) {
  EvalOptions options;
  CommandLine command = makeCommandLine(options);
  auto check = [&] {
    if (options.data.empty())
      return absl::InvalidArgumentError("--data is missing");
    return absl::OkStatus();
  };
  return runCommand(command, arguments, check,
                    [&] { return evaluate(command.positional[0], options); });
}

} // namespace mixq
