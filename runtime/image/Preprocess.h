//===- Preprocess.h - Pixels to tensors -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From a picture to the network's input, as torchvision and timm do it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_PREPROCESS_H
#define MIXQ_RUNTIME_IMAGE_PREPROCESS_H

#include <array>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/image/Image.h"
#include "runtime/image/Resample.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

struct InputSpec {
  int height = 0;
  int width = 0;
  int resize = 0;         // of the shorter side, or with a width the height
  int resizeWidth = 0;    // 0 for none
  bool keepRatio = false; // cover height and width instead of distorting
  schema::Interpolation interpolation = schema::Interpolation::Bilinear;
  std::array<float, Image::channels> mean = {};
  std::array<float, Image::channels> std = {};

  size_t elements() const {
    return static_cast<size_t>(Image::channels) * height * width;
  }
};

/// The input of a module. An error if it does not take RGB images.
absl::StatusOr<InputSpec> inputSpecOf(const schema::Header &header);

/// Resizes as `spec` says (see module.fbs), crops the centre and writes
/// (x / 255 - mean) / std to fp32 [3, height, width]. Computes only what the
/// crop shows. Keeps its buffers, so that a second image of the same size costs
/// no allocation.
///
/// Thread-safety: one run() at a time.
class Preprocessor {
public:
  /// An error if `spec` crops more than its resize leaves.
  static absl::StatusOr<Preprocessor> create(const InputSpec &spec);

  /// Takes the memory that images of up to `width` x `height` need: run() on
  /// those allocates nothing.
  void reserve(int width, int height);

  absl::Status run(const ImageView &image, absl::Span<float> out);

private:
  explicit Preprocessor(const InputSpec &spec);
  void cropRows(const ImageView &image);
  void normalizeRow(int y, float *out) const;

  InputSpec spec;
  /// The 256 values that a pixel can become, a channel.
  std::array<std::array<float, 256>, Image::channels> values;
  ResampleAxis columns, rows;
  std::vector<uint8_t> resized; // the crop's columns of all rows it needs
  std::vector<uint8_t> line;    // a row of the crop
};

/// The same for a single image.
absl::Status preprocess(const Image &image, const InputSpec &spec,
                        absl::Span<float> out);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_PREPROCESS_H
