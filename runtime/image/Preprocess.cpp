//===- Preprocess.cpp - Pixels to tensors ---------------------------------===//
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

namespace mixq {
namespace {

struct PixelSize {
  int width;
  int height;
};

/// Before it is known to fit an int.
struct Size {
  double width;
  double height;
};

/// torchvision's rule: the longer side is int(resize * longer / shorter).
Size sizeOfShorterSide(const ImageView &image, int64_t resize) {
  const int shorter = std::min(image.width, image.height);
  const int longer = std::max(image.width, image.height);
  const double scaled = static_cast<double>(resize * longer) / shorter;
  return image.width <= image.height
             ? Size{static_cast<double>(resize), scaled}
             : Size{scaled, static_cast<double>(resize)};
}

/// timm's ResizeKeepRatio: both sides divided by the smaller of their ratios to
/// what is wanted, rounded as Python rounds.
Size sizeToCover(const ImageView &image, const InputSpec &spec) {
  const double ratio =
      std::min(static_cast<double>(image.height) / spec.resize,
               static_cast<double>(image.width) / spec.resizeWidth);
  return {std::nearbyint(image.width / ratio),
          std::nearbyint(image.height / ratio)};
}

absl::StatusOr<PixelSize> resizedSize(const ImageView &image,
                                      const InputSpec &spec) {
  if (spec.resizeWidth != 0 && !spec.keepRatio)
    return PixelSize{spec.resizeWidth, spec.resize};
  const Size size = spec.resizeWidth == 0
                        ? sizeOfShorterSide(image, spec.resize)
                        : sizeToCover(image, spec);
  absl::Status status = checkImageSize(static_cast<uint64_t>(size.width),
                                       static_cast<uint64_t>(size.height));
  if (!status.ok())
    return absl::Status(status.code(),
                        absl::StrCat("resized: ", status.message()));
  return PixelSize{static_cast<int>(size.width), static_cast<int>(size.height)};
}

/// Python's int(round((size - crop) / 2.0)): halves go to the even side.
int cropStart(int size, int crop) {
  const int margin = size - crop;
  const int below = margin / 2;
  return margin % 2 == 0 ? below : below + below % 2;
}

/// In the framework's order of fp32 operations.
std::array<float, 256> normalizeTable(float mean, float std) {
  std::array<float, 256> table;
  for (int i = 0; i < 256; ++i)
    table[i] = (static_cast<float>(i) / 255.0f - mean) / std;
  return table;
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
  spec.resizeWidth = static_cast<int>(preprocessing.resize_width());
  spec.keepRatio = preprocessing.keep_ratio();
  spec.interpolation = preprocessing.interpolation();
  std::copy_n(preprocessing.mean()->begin(), Image::channels,
              spec.mean.begin());
  std::copy_n(preprocessing.std()->begin(), Image::channels, spec.std.begin());
  return spec;
}

Preprocessor::Preprocessor(const InputSpec &spec)
    : spec(spec), columns(spec.interpolation), rows(spec.interpolation),
      line(static_cast<size_t>(spec.width) * Image::channels) {
  for (int channel = 0; channel < Image::channels; ++channel)
    values[channel] = normalizeTable(spec.mean[channel], spec.std[channel]);
}

absl::StatusOr<Preprocessor> Preprocessor::create(const InputSpec &spec) {
  const bool hasWidth = spec.resizeWidth != 0;
  const int width = hasWidth ? spec.resizeWidth : spec.resize;
  if (spec.height < 1 || spec.width < 1 || spec.resize < spec.height ||
      width < spec.width)
    return absl::InvalidArgumentError(absl::StrCat(
        "cannot crop ", spec.height, " x ", spec.width, " out of images ",
        hasWidth
            ? absl::StrCat("resized to ", spec.resize, " x ", width)
            : absl::StrCat("whose shorter side is resized to ", spec.resize)));
  return Preprocessor(spec);
}

void Preprocessor::reserve(int width, int height) {
  if (spec.resizeWidth != 0 && !spec.keepRatio) {
    columns.reserve(spec.width, static_cast<double>(width) / spec.resizeWidth);
    rows.reserve(spec.height, static_cast<double>(height) / spec.resize);
  } else {
    // The shorter side shrinks by shorter / resize, or less; the longer one,
    // whose new length is rounded to at least half the exact one, by less than
    // twice that.
    const double ratio =
        2.0 * std::min(width, height) /
        (spec.resizeWidth == 0 ? spec.resize
                               : std::min(spec.resize, spec.resizeWidth));
    columns.reserve(spec.width, ratio);
    rows.reserve(spec.height, ratio);
  }
  resized.reserve(line.size() * height);
}

/// The horizontal pass, over the rows that the vertical one will read.
void Preprocessor::cropRows(const ImageView &image) {
  const int first = rows.firstInput();
  const int count = rows.lastInput() - first;
  resized.resize(line.size() * count);
  for (int y = 0; y < count; ++y)
    resampleRow(image.row(first + y), columns, &resized[line.size() * y]);
}

void Preprocessor::normalizeRow(int y, float *out) const {
  const size_t plane = static_cast<size_t>(spec.height) * spec.width;
  float *row = out + static_cast<size_t>(y) * spec.width;
  for (int x = 0; x < spec.width; ++x)
    for (int channel = 0; channel < Image::channels; ++channel)
      row[channel * plane + x] =
          values[channel]
                [line[static_cast<size_t>(x) * Image::channels + channel]];
}

absl::Status Preprocessor::run(const ImageView &image, absl::Span<float> out) {
  if (image.width < 1 || image.height < 1 || out.size() != spec.elements())
    return absl::InvalidArgumentError(absl::StrCat(
        "preprocessing an image of ", image.width, " x ", image.height,
        " into ", out.size(), " elements, expected ", spec.elements()));
  absl::StatusOr<PixelSize> size = resizedSize(image, spec);
  if (!size.ok())
    return size.status();
  // Weights of a side that keeps its length are 1 and 0: exact, so no case of
  // its own.
  const int left = cropStart(size->width, spec.width);
  const int top = cropStart(size->height, spec.height);
  columns.compute(image.width, size->width, left, left + spec.width);
  rows.compute(image.height, size->height, top, top + spec.height);
  cropRows(image);
  for (int y = 0; y < spec.height; ++y) {
    const size_t start = line.size() * (rows.first(y) - rows.firstInput());
    resampleColumns(&resized[start], line.size(), rows, y, line.size(),
                    line.data());
    normalizeRow(y, out.data());
  }
  return absl::OkStatus();
}

absl::Status preprocess(const Image &image, const InputSpec &spec,
                        absl::Span<float> out) {
  absl::StatusOr<Preprocessor> preprocessor = Preprocessor::create(spec);
  return preprocessor.ok() ? preprocessor->run(image, out)
                           : preprocessor.status();
}

} // namespace mixq
