//===- TensorChecks.h - Do tensors agree with a config? ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_TENSORCHECKS_H
#define MIXQ_FRONTEND_TENSORCHECKS_H

#include "absl/status/status.h"
#include "dialect/store/Tensor.h"
#include "frontend/ParameterSpec.h"

#include <map>
#include <string>
#include <vector>

namespace mixq {

/// OK if `tensors` are exactly those of `specs`: by name, shape, element type
/// fp32, all elements finite. Missing and extra names are reported together,
/// up to eight of each. `source` names the archive in errors.
absl::Status checkTensors(const std::map<std::string, Tensor> &tensors,
                          const std::vector<ParameterSpec> &specs,
                          const std::string &source);

} // namespace mixq

#endif // MIXQ_FRONTEND_TENSORCHECKS_H
