//===- Resample.h - Weights and passes of a resize --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The parts of PIL's antialiased resize: the weights of one axis and the two
// passes over rows of 8-bit RGB. Resize.h resizes images with them,
// Preprocess.h the part of an image that it needs, without allocating.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_RESAMPLE_H
#define MIXQ_RUNTIME_IMAGE_RESAMPLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

/// How a stretch of outputs along one axis is made of inputs.
class ResampleAxis {
public:
  explicit ResampleAxis(schema::Interpolation interpolation)
      : interpolation(interpolation) {}

  /// Takes the memory for `outputs` outputs of a resize that shrinks by at most
  /// `ratio`, so that compute() allocates nothing.
  void reserve(int outputs, double ratio);

  /// The outputs [begin, end) of a resize from `inputSize` to `outputSize`.
  void compute(int inputSize, int outputSize, int begin, int end);

  int size() const { return static_cast<int>(taps.size()); }

  /// The inputs of output `index`: their weights, in fixed point, and the
  /// first of them. They follow each other.
  absl::Span<const int> weights(int index) const {
    return absl::MakeConstSpan(&values[taps[index].start], taps[index].count);
  }
  int first(int index) const { return taps[index].first; }

  /// The inputs [firstInput, lastInput) of all outputs together.
  int firstInput() const { return taps.front().first; }
  int lastInput() const { return taps.back().first + taps.back().count; }

private:
  struct Taps {
    int first;
    int count;
    size_t start; // in values
  };

  void addOutput(int inputSize, double center, double scale);

  schema::Interpolation interpolation;
  std::vector<Taps> taps;
  std::vector<int> values;
  std::vector<double> unscaled; // of one output
};

/// One row of the horizontal pass: axis.size() pixels.
void resampleRow(const uint8_t *in, const ResampleAxis &axis, uint8_t *out);

/// One row of the vertical pass: `bytes` bytes of output `index` of the axis.
/// `in` is the row of input axis.first(index), rows lie `stride` bytes apart.
void resampleColumns(const uint8_t *in, size_t stride, const ResampleAxis &axis,
                     int index, size_t bytes, uint8_t *out);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_RESAMPLE_H
