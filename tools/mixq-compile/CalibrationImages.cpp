//===- CalibrationImages.cpp - Calibration images as tensors --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/CalibrationImages.h"

#include "absl/strings/str_cat.h"
#include "dialect/MixqDialect.h"
#include "runtime/image/Dataset.h"
#include "runtime/image/Decode.h"
#include "runtime/image/Preprocess.h"
#include "tools/Progress.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <algorithm>
#include <random>

using namespace mlir;

namespace mixq {
namespace {

/// The image type of @main: [channels, height, width].
absl::StatusOr<std::vector<int64_t>> imageShape(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (main && main.getFunctionType().getNumInputs() == 1)
    if (auto type =
            dyn_cast<RankedTensorType>(main.getFunctionType().getInput(0)))
      if (type.getRank() == 3 && type.hasStaticShape())
        return type.getShape().vec();
  return absl::InvalidArgumentError(
      "expected a function @main of one image [channels, height, width]");
}

absl::StatusOr<InputSpec> inputSpec(ModuleOp module,
                                    const std::vector<int64_t> &shape) {
  auto attribute =
      module->getAttrOfType<PreprocessingAttr>("mixq.preprocessing");
  if (!attribute || shape[0] != Image::channels ||
      attribute.getMean().size() != Image::channels)
    return absl::InvalidArgumentError(
        "expected `mixq.preprocessing` for an image of 3 channels");
  InputSpec spec;
  spec.height = static_cast<int>(shape[1]);
  spec.width = static_cast<int>(shape[2]);
  spec.resize = static_cast<int>(attribute.getResize());
  spec.resizeWidth = static_cast<int>(attribute.getResizeWidth());
  spec.keepRatio = attribute.getKeepRatio();
  if (attribute.getInterpolation() == Interpolation::Bicubic)
    spec.interpolation = schema::Interpolation::Bicubic;
  for (int channel = 0; channel < Image::channels; ++channel) {
    spec.mean[channel] = static_cast<float>(attribute.getMean()[channel]);
    spec.std[channel] = static_cast<float>(attribute.getStd()[channel]);
  }
  return spec;
}

/// The first `count` of a seeded shuffle of a folder's images. Written out,
/// since the standard's distributions differ between libraries.
absl::StatusOr<std::vector<Sample>> readSamples(const std::string &directory,
                                                size_t count, uint64_t seed) {
  absl::StatusOr<Dataset> dataset = openDataset(directory);
  if (!dataset.ok())
    return dataset.status();
  std::vector<Sample> &samples = dataset->samples;
  if (samples.size() < count)
    return absl::InvalidArgumentError(
        absl::StrCat(directory, ": expects at least ", count, " images, found ",
                     samples.size(), "; --calibration-count asks for fewer"));
  std::mt19937_64 generator(seed);
  for (size_t i = 0; i < count; ++i)
    std::swap(samples[i], samples[i + generator() % (samples.size() - i)]);
  samples.resize(count);
  return std::move(samples);
}

} // namespace

absl::StatusOr<InputSpec> inputSpecOf(ModuleOp module) {
  absl::StatusOr<std::vector<int64_t>> shape = imageShape(module);
  return shape.ok() ? inputSpec(module, *shape) : shape.status();
}

absl::StatusOr<std::vector<Tensor>>
readCalibrationImages(ModuleOp module, const std::string &directory,
                      int64_t count, uint64_t seed) {
  absl::StatusOr<std::vector<int64_t>> shape = imageShape(module);
  if (!shape.ok())
    return shape.status();
  absl::StatusOr<InputSpec> spec = inputSpec(module, *shape);
  if (!spec.ok())
    return spec.status();
  absl::StatusOr<std::vector<Sample>> samples =
      readSamples(directory, count, seed);
  if (!samples.ok())
    return samples.status();
  std::vector<Tensor> images;
  Progress progress("reading calibration images", "images", samples->size());
  for (const Sample &sample : *samples) {
    absl::StatusOr<Image> image = readImage(sample.path);
    if (!image.ok())
      return image.status();
    Tensor tensor(DataType::F32, *shape);
    absl::Status status =
        preprocess(*image, *spec,
                   absl::MakeSpan(tensor.mutableData<float>(), tensor.size()));
    if (!status.ok())
      return status;
    images.push_back(std::move(tensor));
    progress.update(images.size());
  }
  return images;
}

absl::StatusOr<std::vector<int64_t>>
readCalibrationLabels(const std::string &directory, int64_t count,
                      uint64_t seed) {
  absl::StatusOr<std::vector<Sample>> samples =
      readSamples(directory, count, seed);
  if (!samples.ok())
    return samples.status();
  std::vector<int64_t> labels;
  for (const Sample &sample : *samples) {
    if (sample.label < 0)
      return absl::InvalidArgumentError(
          absl::StrCat(sample.path, ": expects a label, found none"));
    labels.push_back(sample.label);
  }
  return labels;
}

absl::StatusOr<std::vector<Tensor>>
makeSyntheticImages(ModuleOp module, int64_t count, uint64_t seed) {
  absl::StatusOr<std::vector<int64_t>> shape = imageShape(module);
  if (!shape.ok())
    return shape.status();
  std::mt19937_64 generator(seed);
  std::vector<Tensor> images;
  for (int64_t i = 0; i < count; ++i) {
    Tensor tensor(DataType::F32, *shape);
    float *values = tensor.mutableData<float>();
    for (int64_t k = 0; k < tensor.size(); ++k)
      values[k] = static_cast<float>(generator() >> 40) * 0x1p-23f - 1.0f;
    images.push_back(std::move(tensor));
  }
  return images;
}

} // namespace mixq
