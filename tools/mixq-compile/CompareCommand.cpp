//===- CompareCommand.cpp - mixq compare ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/Subject.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/Comparison.h"
#include "analysis/Parallel.h"
#include "runtime/AtomicFile.h"
#include "runtime/image/Dataset.h"
#include "runtime/image/Decode.h"
#include "tools/Progress.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <mutex>

namespace mixq {
namespace {

struct CompareOptions {
  std::string data;
  std::string json;
  Integer limit{INT64_MAX, 1};
  Integer threads{0, 0, 256};
};

using UnitDifferences = std::map<std::string, SignalDifference>;

/// Of one image, or of all.
struct Difference {
  LogitDifference logits;
  UnitDifferences units; ///< of those that both graphs have

  void merge(const Difference &other) {
    logits.merge(other.logits);
    for (const auto &[unit, difference] : other.units)
      units[unit].merge(difference);
  }
};

llvm::ArrayRef<float> elementsOf(const Tensor &tensor) {
  return {tensor.data<float>(), static_cast<size_t>(tensor.size())};
}

class Comparison {
public:
  Comparison(Subject &a, Subject &b, const std::vector<Sample> &samples)
      : a(a), b(b), samples(samples), byImage(samples.size()),
        progress("comparing", "images", samples.size()) {}

  absl::Status run(unsigned threads);
  /// In the order of the images, so that it does not depend on the threads.
  Difference total() const {
    Difference result;
    for (const Difference &difference : byImage)
      result.merge(difference);
    return result;
  }

private:
  absl::StatusOr<Tensor> read(const Sample &sample,
                              const InputSpec &spec) const;
  absl::Status compare(const Sample &sample, Difference &difference) const;

  Subject &a, &b;
  const std::vector<Sample> &samples;
  std::vector<Difference> byImage;
  std::mutex mutex;
  Progress progress;
  int64_t done = 0;
  absl::Status firstError;
};

absl::StatusOr<Tensor> Comparison::read(const Sample &sample,
                                        const InputSpec &spec) const {
  absl::StatusOr<Image> image = readImage(sample.path);
  if (!image.ok())
    return image.status();
  Tensor tensor(DataType::F32, {Image::channels, spec.height, spec.width});
  absl::Status status = preprocess(
      *image, spec, absl::MakeSpan(tensor.mutableData<float>(), tensor.size()));
  if (!status.ok())
    return absl::Status(status.code(),
                        absl::StrCat(sample.path, ": ", status.message()));
  return tensor;
}

/// Units of a are kept until b has computed them, too.
absl::Status Comparison::compare(const Sample &sample,
                                 Difference &difference) const {
  absl::StatusOr<Tensor> inputA = read(sample, a.inputSpec());
  absl::StatusOr<Tensor> inputB = read(sample, b.inputSpec());
  if (!inputA.ok() || !inputB.ok())
    return inputA.ok() ? inputB.status() : inputA.status();
  llvm::StringMap<Tensor> unitsOfA;
  auto logitsA = a.run(*inputA, [&](llvm::StringRef unit, const Tensor &value) {
    if (b.isGraph() && value.type() == DataType::F32)
      unitsOfA[unit] = value;
  });
  auto logitsB = b.run(*inputB, [&](llvm::StringRef unit, const Tensor &value) {
    auto found = unitsOfA.find(unit);
    if (found != unitsOfA.end() && value.type() == DataType::F32 &&
        value.shape() == found->second.shape())
      difference.units[unit.str()].add(elementsOf(found->second),
                                       elementsOf(value));
  });
  if (!logitsA.ok() || !logitsB.ok())
    return logitsA.ok() ? logitsB.status() : logitsA.status();
  difference.logits.add(*logitsA, *logitsB);
  return absl::OkStatus();
}

absl::Status Comparison::run(unsigned threads) {
  auto compareOne = [&](int64_t index) -> llvm::LogicalResult {
    absl::Status status = compare(samples[index], byImage[index]);
    std::lock_guard<std::mutex> lock(mutex);
    if (!status.ok() && firstError.ok())
      firstError = status;
    progress.update(++done);
    return llvm::success(status.ok());
  };
  llvm::LogicalResult result = parallelFor(samples.size(), threads, compareOne);
  progress.clear();
  return llvm::succeeded(result) ? absl::OkStatus() : firstError;
}

/// The worst first.
std::vector<std::pair<std::string, SignalDifference>>
sorted(const UnitDifferences &units) {
  std::vector<std::pair<std::string, SignalDifference>> result(units.begin(),
                                                               units.end());
  llvm::sort(result, [](const auto &x, const auto &y) {
    return std::make_pair(x.second.sqnrDecibels(), x.first) <
           std::make_pair(y.second.sqnrDecibels(), y.first);
  });
  return result;
}

std::string describe(const Difference &difference) {
  const LogitDifference &logits = difference.logits;
  const SignalDifference &signal = logits.signal();
  std::string text = absl::StrFormat(
      "%d images\n"
      "top-1 agreement     %.2f %%\n"
      "logit difference    max %.6g, mean %.6g\n"
      "cosine of logits    %.6f\n"
      "mean KL divergence  %.6g\n"
      "bit-identical       %s (%d of %d images)\n",
      logits.imageCount(), 100 * logits.agreement(), signal.maxDifference(),
      signal.meanDifference(), signal.cosine(), logits.meanDivergence(),
      logits.identicalCount() == logits.imageCount() ? "yes" : "no",
      logits.identicalCount(), logits.imageCount());
  if (difference.units.empty())
    return text;
  absl::StrAppendFormat(&text, "\n%-32s %9s  %s\n", "unit", "SQNR, dB",
                        "cosine");
  for (const auto &[unit, values] : sorted(difference.units))
    absl::StrAppendFormat(&text, "%-32s %9.2f  %.6f\n", unit,
                          values.sqnrDecibels(), values.cosine());
  return text;
}

/// JSON has neither NaN nor infinity.
llvm::json::Value number(double value) {
  return std::isfinite(value) ? llvm::json::Value(value) : nullptr;
}

llvm::json::Value toJson(const Difference &difference) {
  const LogitDifference &logits = difference.logits;
  const SignalDifference &signal = logits.signal();
  llvm::json::Array units;
  for (const auto &[unit, values] : sorted(difference.units))
    units.push_back(
        llvm::json::Object{{"unit", unit},
                           {"sqnr_db", number(values.sqnrDecibels())},
                           {"cosine", number(values.cosine())}});
  return llvm::json::Object{
      {"n", logits.imageCount()},
      {"top1_agreement", number(100 * logits.agreement())},
      {"max_difference", number(signal.maxDifference())},
      {"mean_difference", number(signal.meanDifference())},
      {"cosine", number(signal.cosine())},
      {"mean_kl", number(logits.meanDivergence())},
      {"bit_identical", logits.identicalCount() == logits.imageCount()},
      {"units", std::move(units)}};
}

absl::Status report(const Difference &difference, const std::string &path) {
  std::fputs(describe(difference).c_str(), path == "-" ? stderr : stdout);
  if (path.empty())
    return absl::OkStatus();
  std::string text = llvm::formatv("{0:2}\n", toJson(difference)).str();
  if (path != "-")
    return writeFile(path, text);
  std::fputs(text.c_str(), stdout);
  return absl::OkStatus();
}

absl::Status compare(const std::string &pathA, const std::string &pathB,
                     const CompareOptions &options) {
  if (!options.json.empty() && options.json != "-")
    if (absl::Status status = checkWritable(options.json); !status.ok())
      return status;
  auto a = Subject::load(pathA);
  if (!a.ok())
    return a.status();
  auto b = Subject::load(pathB);
  if (!b.ok())
    return b.status();
  if ((*a)->classCount() != (*b)->classCount())
    return absl::InvalidArgumentError(
        absl::StrCat(pathA, " has ", (*a)->classCount(), " classes, ", pathB,
                     " has ", (*b)->classCount()));
  absl::StatusOr<Dataset> dataset = openDataset(options.data);
  if (!dataset.ok())
    return dataset.status();
  if (static_cast<uint64_t>(options.limit.value) < dataset->samples.size())
    dataset->samples.resize(options.limit.value);
  Comparison comparison(**a, **b, dataset->samples);
  if (absl::Status status = comparison.run(options.threads.value); !status.ok())
    return status;
  return report(comparison.total(), options.json);
}

} // namespace

int compareMain(Arguments arguments) {
  CompareOptions options;
  CommandLine command;
  command.usage = "mixq compare A B --data DIR [flags]";
  command.summary =
      "Compares the logits of two models on the images of a folder. A and B "
      "are\n"
      "modules, which the runtime runs, or graphs (a checkpoint folder or a "
      ".mlir\n"
      "file), which the interpreter does: slow, but the definition of what a\n"
      "module must compute. The divergence is that of B from A.\n\n"
      "Two graphs are compared unit by unit, too, the worst first: SQNR is\n"
      "10 log10(sum a^2 / sum (a - b)^2) of a unit's output, each graph fed "
      "with\n"
      "its own. Which layers lose what in 8 bits:\n\n"
      "  mixq compile MODEL -o q.mlir --emit quantized-graph \\\n"
      "    --precision w8a8 --calibration IMAGES\n"
      "  mixq compare MODEL q.mlir --data IMAGES --limit 100";
  command.minPositional = command.maxPositional = 2;
  command.flags = {
      {"data", "DIR", "the images; labels are not needed", &options.data},
      {"limit", "N", "only the first N images", &options.limit},
      {"json", "FILE", "write the result as JSON (- for standard output)",
       &options.json},
      {"threads", "N", "images at a time (default all cores)",
       &options.threads}};
  auto check = [&] {
    if (options.data.empty())
      return absl::InvalidArgumentError("--data is missing");
    return absl::OkStatus();
  };
  return runCommand(command, arguments, check, [&] {
    return compare(command.positional[0], command.positional[1], options);
  });
}

} // namespace mixq
