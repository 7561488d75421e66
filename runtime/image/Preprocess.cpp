//===- Preprocess.cpp - Pixels to tensors -----------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Preprocess.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "runtime/image/Decode.h"
#include "runtime/image/Resize.h"

namespace mixq {
namespace {

struct Size {
  int width;
  int height;
};

/// torchvision's rule: the longer side is int(resize * longer / shorter).
absl::StatusOr<Size> resizedSize(const Image &image, int resize) {
  const int shorter = std::min(image.width, image.height);
  const int longer = std::max(image.width, image.height);
  const double scaled = static_cast<double>(int64_t{resize} * longer) / shorter;
  absl::Status status = checkImageSize(resize, static_cast<uint64_t>(scaled));
  if (!status.ok())
    return absl::Status(status.code(),
                        absl::StrCat("resized: ", status.message()));
  const int other = static_cast<int>(scaled);
  return image.width <= image.height ? Size{resize, other}
                                     : Size{other, resize};
}

/// Python's int(round((size - crop) / 2.0)): halves go to the even side.
int cropStart(int size, int crop) {
  const int margin = size - crop;
  const int below = margin / 2;
  return margin % 2 == 0 ? below : below + below % 2;
}

/// The 256 values that a pixel can become, in the framework's order of fp32
/// operations.
std::array<float, 256> normalizeTable(float mean, float std) {
  std::array<float, 256> table;
  for (int i = 0; i < 256; ++i)
    table[i] = (static_cast<float>(i) / 255.0f - mean) / std;
  return table;
}

void normalizeChannel(const Image &image, const InputSpec &spec, int channel,
                      float *out) {
  const auto table = normalizeTable(spec.mean[channel], spec.std[channel]);
  const int top = cropStart(image.height, spec.height);
  const int left = cropStart(image.width, spec.width);
  for (int y = 0; y < spec.height; ++y) {
    const uint8_t *pixel = image.row(top + y) +
                           static_cast<size_t>(left) * Image::channels +
                           channel;
    for (int x = 0; x < spec.width; ++x, pixel += Image::channels)
      *out++ = table[*pixel];
  }
}

} // namespace

absl::StatusOr<InputSpec> inputSpecOf(const schema::Header &header) {
  const schema::Signature &signature = *header.signature();
  const schema::Preprocessing &preprocessing = *header.preprocessing();
  if (signature.channels() != Image::channels)
    return absl::InvalidArgumentError(
        absl::StrCat("the module takes ", signature.channels(),
                     " channels, images have ", Image::channels));
  InputSpec spec;
  spec.height = static_cast<int>(signature.height());
  spec.width = static_cast<int>(signature.width());
  spec.resize = static_cast<int>(preprocessing.resize());
  spec.interpolation = preprocessing.interpolation();
  std::copy_n(preprocessing.mean()->begin(), Image::channels,
              spec.mean.begin());
  std::copy_n(preprocessing.std()->begin(), Image::channels, spec.std.begin());
  return spec;
}

absl::Status preprocess(const Image &image, const InputSpec &spec,
                        absl::Span<float> out) {
  if (spec.height < 1 || spec.width < 1 ||
      spec.resize < std::max(spec.height, spec.width))
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot crop ", spec.height, " x ", spec.width,
        " out of images whose shorter side is resized to ", spec.resize));
  if (image.width < 1 || image.height < 1 || out.size() != spec.elements())
    return absl::InvalidArgumentError(absl::StrCat(
        "preprocessing an image of ", image.width, " x ", image.height,
        " into ", out.size(), " elements, expected ", spec.elements()));
  absl::StatusOr<Size> size = resizedSize(image, spec.resize);
  if (!size.ok())
    return size.status();
  const Image resized =
      resizeImage(image, size->width, size->height, spec.interpolation);
  for (int channel = 0; channel < Image::channels; ++channel)
    normalizeChannel(resized, spec, channel,
                     out.data() + channel * spec.elements() / Image::channels);
  return absl::OkStatus();
}

} // namespace mixq
