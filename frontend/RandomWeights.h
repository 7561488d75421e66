//===- RandomWeights.h - Weights for benchmarks -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_RANDOMWEIGHTS_H
#define MIXQ_FRONTEND_RANDOMWEIGHTS_H

#include "dialect/store/Tensor.h"
#include "frontend/ParameterSpec.h"

#include <map>
#include <string>

namespace mixq {

/// An fp32 tensor for each spec, the same bits on every machine: integers of
/// the SplitMix64 sequence (Steele, Lea, Flood 2014) scaled by one fp32
/// product. Weights and biases are uniform with standard deviation 0.02, norm
/// scales the same around 1. A tensor depends on `seed` and its name alone.
std::map<std::string, Tensor>
randomWeights(const std::vector<ParameterSpec> &specs, uint64_t seed);

} // namespace mixq

#endif // MIXQ_FRONTEND_RANDOMWEIGHTS_H
