//===- ParameterSpec.h - The tensors that a network needs -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_PARAMETERSPEC_H
#define MIXQ_FRONTEND_PARAMETERSPEC_H

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// What a tensor is for, which decides how random weights look.
enum class ParameterKind { Weight, Bias, NormScale };

/// One tensor of a network.
struct ParameterSpec {
  std::string name; ///< as timm's state dict calls it
  std::vector<int64_t> shape;
  ParameterKind kind;
  /// The tensors of the checkpoint that it is made of: equal shares of its
  /// rows, one after the other. Empty where the checkpoint uses `name`.
  std::vector<std::string> sources = {};

  int64_t elements() const;
};

/// Collects the tensors of modules, name by name, in the order in which the
/// network reads them.
class ParameterList {
public:
  void weight(std::string name, std::vector<int64_t> shape);
  void bias(std::string name, int64_t width);
  /// A factor a channel, around 1.
  void scale(std::string name, int64_t width);
  /// `name`.weight [outputs, inputs] and, with `hasBias`, `name`.bias.
  void linear(const std::string &name, int64_t outputs, int64_t inputs,
              bool hasBias = true);
  void layerNorm(const std::string &name, int64_t width);

  std::vector<ParameterSpec> take() { return std::move(specs); }

private:
  std::vector<ParameterSpec> specs;
};

/// Elements of all of those together.
int64_t countElements(const std::vector<ParameterSpec> &specs);

} // namespace mixq

#endif // MIXQ_FRONTEND_PARAMETERSPEC_H
