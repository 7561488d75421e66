//===- RandomWeights.cpp - Weights for benchmarks -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/RandomWeights.h"

namespace mixq {
namespace {

/// The bound of a uniform distribution of standard deviation 0.02.
constexpr float kBound = 0.0346410162f;

class SplitMix64 {
public:
  explicit SplitMix64(uint64_t seed) : state(seed) {}

  uint64_t next() {
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// A multiple of 2^-23 in [-1, 1), exactly.
  float symmetric() {
    const auto steps = static_cast<int32_t>(next() >> 40) - (1 << 23);
    return static_cast<float>(steps) * 0x1p-23f;
  }

private:
  uint64_t state;
};

/// FNV-1a: names the stream of a tensor.
uint64_t hashName(const std::string &name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char c : name)
    hash = (hash ^ c) * 0x100000001b3;
  return hash;
}

Tensor randomTensor(const ParameterSpec &spec, uint64_t seed) {
  Tensor tensor(DataType::F32, spec.shape);
  SplitMix64 random(SplitMix64(seed).next() ^ hashName(spec.name));
  const float centre = spec.kind == ParameterKind::NormScale ? 1.0f : 0.0f;
  float *values = tensor.mutableData<float>();
  for (int64_t i = 0; i < tensor.size(); ++i)
    values[i] = centre + kBound * random.symmetric();
  return tensor;
}

} // namespace

std::map<std::string, Tensor>
randomWeights(const std::vector<ParameterSpec> &specs, uint64_t seed) {
  std::map<std::string, Tensor> tensors;
  for (const ParameterSpec &spec : specs)
    tensors.emplace(spec.name, randomTensor(spec, seed));
  return tensors;
}

} // namespace mixq
