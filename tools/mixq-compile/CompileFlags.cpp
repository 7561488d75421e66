//===- CompileFlags.cpp - The flags of mixq compile -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/CompileFlags.h"

#include "absl/strings/str_cat.h"
#include "transforms/codegen/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace mixq {
namespace {

absl::Status checkTarget(const std::string &cpu) {
  auto target = selectTarget(cpu);
  if (!target)
    return absl::InvalidArgumentError(
        absl::StrCat("--target-cpu: ", llvm::toString(target.takeError())));
  return absl::OkStatus();
}

/// "avx512-vnni, ..., x86-64"
std::string targetNames() {
  return llvm::join(
      llvm::map_range(allTargets(),
                      [](const Target &target) { return target.name; }),
      ", ");
}

/// How quantizers are chosen.
std::vector<Flag> calibrationFlags(CalibrateOptions &calibrate) {
  return {{"calibration", "DIR", "images that quantizers are chosen on",
           &calibrate.images},
          {"calibration-count", "N", "how many of them (default 32)",
           &calibrate.count},
          {"ranges", "METHOD", "output-error (default), percentile or minmax",
           &calibrate.ranges},
          {"fold", "RULE",
           "how ranges of channels move into weights: search (default), none, "
           "plain, power or clipped (see mixq-reparameterize)",
           &calibrate.fold},
          {"clip", "K",
           "channels wider than mean + K deviations are clipped when folding "
           "by the clipped rule (default searched)",
           &calibrate.clip},
          {"verify", "",
           "stop unless folding leaves the float network's logits on the "
           "calibration images as they were, but for rounding",
           &calibrate.verify},
          {"rounding", "METHOD",
           "weights of fewer than 8 bits by gptq (default, see "
           "mixq-quantize-weights) or nearest",
           &calibrate.rounding},
          {"qkv-scale", "S",
           "queries, keys and values share one scale: tensor (default), or "
           "have one for each head: head",
           &calibrate.qkvScale},
          {"no-codebook", "", "uniform codes after softmax and gelu, too",
           &calibrate.noCodebook},
          {"no-bias-correction", "",
           "with --rounding nearest: leave the mean error in the output",
           &calibrate.noBiasCorrection},
          {"seed", "N", "seed of the draw of images and of random weights",
           &calibrate.seed},
          {"threads", "N", "threads to calibrate with (default all)",
           &calibrate.threads}};
}

} // namespace

QuantizeOptions CompileOptions::quantizeOptions() const {
  QuantizeOptions options;
  options.softmaxScale =
      softmaxScale == "row" ? SoftmaxScale::Row : SoftmaxScale::Tensor;
  return options;
}

absl::Status CompileOptions::check() const {
  if (output.empty())
    return absl::InvalidArgumentError("-o is missing: the file to write");
  absl::Status status = bits.check();
  if (status.ok())
    status = checkCalibrateOptions(calibrate);
  if (status.ok())
    status = oneOf("softmax-scale", softmaxScale, {"tensor", "row"});
  if (status.ok())
    status = oneOf("emit", emit,
                   {"module", "shared", "executable", "benchmarks",
                    kQuantizedGraph, kWeights, "mlir", "llvm", "object"});
  if (status.ok())
    status = checkTarget(targetCpu);
  if (status.ok() && bits.isQuantized() && calibrate.images.empty() &&
      !checkpoint.randomWeights)
    return absl::InvalidArgumentError(absl::StrCat(
        bits.name(), " needs --calibration DIR: a folder of images"));
  return status;
}

std::vector<Flag> CompileOptions::list() {
  std::vector<Flag> flags = {
      {"o", "FILE", "the file to write", &output},
      {"emit", "KIND",
       "module (default), shared (and its C header), executable, benchmarks "
       "(a program that times each kernel on its own), quantized-graph (see "
       "mixq compare), safetensors (what the codes of the "
       "weights stand for), mlir, llvm or object",
       &emit},
      {"target-cpu", "CPU",
       "host (default), a target (" + targetNames() +
           ") or a CPU such as haswell or znver5",
       &targetCpu},
      {"random-weights", "", "MODEL is a config.json; make up the weights",
       &checkpoint.randomWeights},
      {"image-size", "N|HxW",
       "take images of that size; positions are resampled", &imageSize},
      {"softmax-scale", "S",
       "what attention probabilities are coded relative to: tensor (default), "
       "or row, the maximum of each row",
       &softmaxScale}};
  for (const std::vector<Flag> &more :
       {bits.list(), calibrationFlags(calibrate)})
    flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

} // namespace mixq
