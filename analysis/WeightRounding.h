//===- WeightRounding.h - Weights in codes for quantized inputs -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chooses the codes of a weight by what they do to the outputs on the inputs
// that the quantized network gives, in second moments of these inputs: with H
// their weighted covariance a row's error is (w - w^) H (w - w^)^T. The mean of
// the inputs is left out, since the bias makes up for it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_WEIGHTROUNDING_H
#define MIXQ_ANALYSIS_WEIGHTROUNDING_H

#include "dialect/store/Tensor.h"

#include <memory>
#include <vector>

namespace mixq {

/// A product x W^T + b and the tokens it is to be right for.
struct WeightSample {
  int64_t columns = 0;             ///< k
  std::vector<float> inputs;       ///< x^ [m, k], as the codes have it
  std::vector<float> exactInputs;  ///< x [m, k], of the float network
  std::vector<float> tokenWeights; ///< [m], positive
  std::vector<float> weight;       ///< W [n, k]
  std::vector<float> bias;         ///< b [n]
};

struct RoundingOptions {
  unsigned bits = 8;
  /// Rounds column by column and lets the columns that are left make up for the
  /// error (GPTQ, Frantar et al. 2023), then each again given all others; else
  /// to nearest.
  bool compensates = true;
  /// First moves W by a ridge regression of x W^T on x^, which takes out what
  /// the inputs' own errors do. The penalty is this many times the mean of H's
  /// diagonal; 0: W stays.
  double ridge = 0;
  /// Compensation measures errors by H plus this many times the mean of H's
  /// diagonal: codes then do not lean on what a few images' inputs have in
  /// common by chance. Inputs in few bits need none, since their own errors add
  /// to the diagonal.
  double damping = 0;

  /// What pays for these widths (docs/design/calibration.md has the figures):
  /// a ridge step and damping where the activation has 8 bits or more and the
  /// weight fewer.
  static RoundingOptions forBits(unsigned activationBits, unsigned weightBits);
};

/// A code q of row n stands for scales[n] * (q - zeroPoints[n]).
struct RoundedWeight {
  Tensor codes;      ///< of W's shape: s8 for 8 bits, else u8 in [0, 2^bits)
  Tensor scales;     ///< f32 [n]
  Tensor zeroPoints; ///< s32 [n]; 0 for 8 bits
  std::vector<float> dequantized; ///< W^ [n, k]
  /// b' such that the weighted mean of x^ W^^T + b' is that of x W^T + b.
  std::vector<float> bias;
};

/// The codes of one weight, at any width. Symmetric s8 codes in [-127, 127] for
/// 8 bits, else unsigned ones with a zero-point; each row's scale is searched
/// by the row's error.
class WeightRounder {
public:
  /// All values of the sample are finite, and it has tokens. The sample must
  /// outlive the rounder.
  explicit WeightRounder(const WeightSample &sample);
  ~WeightRounder();

  /// Bits are in [2, 8]; the same on any number of threads.
  RoundedWeight round(const RoundingOptions &options,
                      unsigned threads = 1) const;

private:
  struct Moments;
  const WeightSample &sample;
  std::unique_ptr<Moments> moments;
};

} // namespace mixq

#endif // MIXQ_ANALYSIS_WEIGHTROUNDING_H
