//===- ParameterSpec.cpp - The tensors that a network needs ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/ParameterSpec.h"

#include <functional>
#include <numeric>

namespace mixq {

int64_t ParameterSpec::elements() const {
  return std::accumulate(shape.begin(), shape.end(), int64_t(1),
                         std::multiplies<>());
}

void ParameterList::weight(std::string name, std::vector<int64_t> shape) {
  specs.push_back({std::move(name), std::move(shape), ParameterKind::Weight});
}

void ParameterList::bias(std::string name, int64_t width) {
  specs.push_back({std::move(name), {width}, ParameterKind::Bias});
}

void ParameterList::scale(std::string name, int64_t width) {
  specs.push_back({std::move(name), {width}, ParameterKind::NormScale});
}

void ParameterList::linear(const std::string &name, int64_t outputs,
                           int64_t inputs, bool hasBias) {
  weight(name + ".weight", {outputs, inputs});
  if (hasBias)
    bias(name + ".bias", outputs);
}

void ParameterList::layerNorm(const std::string &name, int64_t width) {
  scale(name + ".weight", width);
  bias(name + ".bias", width);
}

int64_t countElements(const std::vector<ParameterSpec> &specs) {
  int64_t total = 0;
  for (const ParameterSpec &spec : specs)
    total += spec.elements();
  return total;
}

} // namespace mixq
