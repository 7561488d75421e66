//===- VitParameters.h - The tensors of a vision transformer ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_VITPARAMETERS_H
#define MIXQ_FRONTEND_VITPARAMETERS_H

#include "frontend/Config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// What a tensor is for, which decides how random weights look.
enum class ParameterKind { Weight, Bias, NormScale };

/// One tensor that a checkpoint must hold.
struct ParameterSpec {
  std::string name;
  std::vector<int64_t> shape;
  ParameterKind kind;
};

/// The state dict of timm's VisionTransformer with a class token, in the order
/// in which the network reads it.
std::vector<ParameterSpec> vitParameters(const ModelConfig &config);

/// Elements of all of those together.
int64_t countVitParameters(const ModelConfig &config);

} // namespace mixq

#endif // MIXQ_FRONTEND_VITPARAMETERS_H
