//===- TensorAssembly.h - From a checkpoint to a network --------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_TENSORASSEMBLY_H
#define MIXQ_FRONTEND_TENSORASSEMBLY_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"
#include "frontend/ParameterSpec.h"

#include <map>
#include <string>
#include <vector>

namespace mixq {

/// The tensors of `specs` in fp32, each made of its sources. `tensors` must be
/// exactly those sources: by name, shape and element type (f32, f16 or bf16),
/// with finite elements. Missing and extra names are reported together, up to
/// eight of each. `source` names the archive in errors.
absl::StatusOr<std::map<std::string, Tensor>>
assembleTensors(const std::map<std::string, Tensor> &tensors,
                const std::vector<ParameterSpec> &specs,
                const std::string &source);

/// The same values in fp32, of a tensor of f32, f16 or bf16: exact.
Tensor widened(const Tensor &tensor);

} // namespace mixq

#endif // MIXQ_FRONTEND_TENSORASSEMBLY_H
