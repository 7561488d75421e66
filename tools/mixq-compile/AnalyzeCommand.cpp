//===- AnalyzeCommand.cpp - mixq analyze ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Analyze.h"
#include "tools/mixq-compile/Calibrate.h"
#include "tools/mixq-compile/CalibrationImages.h"
#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/Dump.h"
#include "tools/mixq-compile/Report.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "analysis/report/Tables.h"
#include "runtime/AtomicFile.h"
#include "transforms/Passes.h"

using namespace mlir;

namespace mixq {
namespace {

struct AnalyzeFlags {
  std::string output;
  std::string bits = "2,3,4,5,6,7";
  std::string baseline = "float";
  std::string foldAt = "w4a4";
  std::string on = "views";
  std::string relevanceOf = "predicted";
  std::string dumpUnit;
  std::string dumpRelevance, input;
  bool resume = false;
  CalibrateOptions calibrate;
  CheckpointOptions checkpoint;
  ReportFlags report;
  AnalyzeOptions options; ///< set by the check of the flags
};

absl::Status setBits(AnalyzeFlags &flags) {
  flags.options.bits.clear();
  for (absl::string_view item :
       absl::StrSplit(flags.bits, ',', absl::SkipEmpty())) {
    unsigned bits = 0;
    if (!absl::SimpleAtoi(item, &bits) || bits < kMinBits || bits >= kMaxBits)
      return absl::InvalidArgumentError(absl::StrCat(
          "--bits is a list of widths in [2, 7] such as 2,3,4, got '",
          flags.bits, "'"));
    flags.options.bits.push_back(bits);
  }
  return absl::OkStatus();
}

absl::Status checkFlags(AnalyzeFlags &flags) {
  if (!flags.dumpRelevance.empty())
    return flags.input.empty()
               ? absl::InvalidArgumentError(
                     "--dump-relevance needs --input X.npy: images")
               : absl::OkStatus();
  if (flags.output.empty())
    return absl::InvalidArgumentError(
        "-o is missing: the analysis to write, or with --dump a folder");
  if (flags.calibrate.images.empty() && !flags.checkpoint.randomWeights)
    return absl::InvalidArgumentError(
        "--calibration DIR is missing: a folder of images");
  absl::Status status = oneOf("baseline", flags.baseline, {"float", "w8a8"});
  if (status.ok())
    status = oneOf("on", flags.on, {"views", "images"});
  if (status.ok())
    status = oneOf("class", flags.relevanceOf, {"predicted", "label"});
  if (!status.ok())
    return status;
  if (flags.baseline == "w8a8")
    flags.options.baseline = SensitivityBaseline::EightBits;
  flags.options.views = flags.on == "views";
  flags.options.seed = flags.calibrate.seed.value;
  flags.options.threads = flags.calibrate.threadCount();
  absl::StatusOr<WidthPair> foldAt = parseWidthPair(flags.foldAt);
  if (!foldAt.ok())
    return foldAt.status();
  flags.options.foldAt = *foldAt;
  status = setBits(flags);
  return status.ok() ? flags.report.check() : status;
}

absl::Status keepIn(const std::string &path, const Analysis &analysis) {
  return writeFile(path, writeAnalysis(analysis));
}

/// Those of the calibration images, where relevance starts from their labels.
absl::Status readClasses(AnalyzeFlags &flags) {
  if (flags.relevanceOf != "label")
    return absl::OkStatus();
  const CalibrateOptions &calibrate = flags.calibrate;
  auto labels = readCalibrationLabels(calibrate.images, calibrate.count.value,
                                      calibrate.seed.value);
  if (!labels.ok())
    return labels.status();
  flags.options.classes = *std::move(labels);
  return absl::OkStatus();
}

absl::Status measure(Session &session, ModuleOp module, AnalyzeFlags &flags) {
  absl::StatusOr<std::vector<Tensor>> images =
      calibrationImages(module, flags.calibrate);
  if (!images.ok())
    return images.status();
  if (!flags.dumpUnit.empty())
    return dumpUnit(session, module, *images, flags.dumpUnit, flags.output);
  absl::Status labelled = readClasses(flags);
  if (!labelled.ok())
    return labelled;
  absl::StatusOr<Analysis> analysis =
      beginAnalysis(session, module, *images, flags.options);
  if (!analysis.ok())
    return analysis.status();
  if (flags.resume) {
    absl::StatusOr<Analysis> known = readAnalysis(flags.output);
    absl::Status status = known.ok()
                              ? checkContinues(*known, *analysis, flags.output)
                              : known.status();
    if (!status.ok())
      return status;
    analysis = std::move(known);
  }
  flags.options.keep = [&](const Analysis &partial) {
    return keepIn(flags.output, partial);
  };
  absl::Status status =
      analyze(session, module, *images, flags.options, *analysis);
  if (status.ok())
    status = keepIn(flags.output, *analysis);
  if (status.ok())
    status = flags.report.write(*analysis, /*planned=*/nullptr);
  if (status.ok())
    std::fputs(describeAnalysis(*analysis).c_str(), stdout);
  return status;
}

absl::Status run(const std::string &model, AnalyzeFlags &flags) {
  absl::Status status =
      flags.dumpUnit.empty() ? checkWritable(flags.output) : absl::OkStatus();
  if (status.ok())
    status = flags.report.checkWritable();
  if (!status.ok())
    return status;
  Session session;
  auto module = session.load(model, flags.checkpoint);
  if (!module.ok())
    return module.status();
  status = session.runPasses(**module, buildCleanupPipeline);
  if (!status.ok())
    return status;
  if (!flags.dumpRelevance.empty())
    return dumpRelevanceOf(session, **module, flags.input, flags.dumpRelevance,
                           flags.calibrate.threadCount());
  return measure(session, **module, flags);
}

} // namespace

int analyzeMain(Arguments arguments) {
  AnalyzeFlags flags;
  CommandLine command;
  command.usage = "mixq analyze MODEL --calibration DIR -o A.json";
  command.summary =
      "Measures every unit of a model: its cost, the ranges of its operands, "
      "its\n"
      "relevance, and what fewer bits of one operand do to the logits. "
      "`mixq plan`\n"
      "makes a plan of A.json. What is measured is written as it goes on, so "
      "that\n"
      "--resume can continue.";
  command.minPositional = command.maxPositional = 1;
  command.flags = {
      {"o", "FILE", "the analysis to write", &flags.output},
      {"calibration", "DIR", "images to measure on", &flags.calibrate.images},
      {"calibration-count", "N", "how many of them (default 32)",
       &flags.calibrate.count},
      {"seed", "N", "seed of the draw of images and of random weights",
       &flags.calibrate.seed},
      {"bits", "LIST", "widths to measure (default 2,3,4,5,6,7)", &flags.bits},
      {"baseline", "P", "what all other operands have: float (default) or w8a8",
       &flags.baseline},
      {"fold-at", "P",
       "widths for which ranges are folded into weights first (default w4a4)",
       &flags.foldAt},
      {"on", "WHAT",
       "measure on views, resized parts of the images (default), or on the "
       "images themselves",
       &flags.on},
      {"class", "C",
       "relevance starts from the predicted class of an image (default), or "
       "from its label: label",
       &flags.relevanceOf},
      {"fast", "", "estimate the sensitivity to second order by one walk back",
       &flags.options.fast},
      {"resume", "", "continue the analysis that the file has", &flags.resume},
      {"dump", "UNIT",
       "measure nothing, write the unit's operands and result to .npy files in "
       "the folder -o",
       &flags.dumpUnit},
      {"dump-relevance", "FILE",
       "measure nothing, write the relevance at every unit for --input",
       &flags.dumpRelevance},
      {"input", "FILE", "images as the network takes them (.npy)",
       &flags.input},
      {"threads", "N", "threads to measure with (default all)",
       &flags.calibrate.threads},
      {"random-weights", "", "MODEL is a config.json; make up the weights",
       &flags.checkpoint.randomWeights}};
  for (const Flag &flag : flags.report.list())
    command.flags.push_back(flag);
  return runCommand(
      command, arguments, [&] { return checkFlags(flags); },
      [&] {
        flags.checkpoint.seed = flags.calibrate.seed.value;
        return run(command.positional[0], flags);
      });
}

} // namespace mixq
