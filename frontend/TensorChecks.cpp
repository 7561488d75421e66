//===- TensorChecks.cpp - Do tensors agree with a config? -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/TensorChecks.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dialect/store/Json.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace mixq {
namespace {

using TensorMap = std::map<std::string, Tensor>;

constexpr size_t kMaxNames = 8;

/// "'a', 'b' and 3 more"
std::string listNames(const std::vector<std::string> &names) {
  const size_t shown = std::min(names.size(), kMaxNames);
  std::string text =
      absl::StrJoin(names.begin(), names.begin() + shown, ", ",
                    [](std::string *out, const std::string &name) {
                      out->append(quoteForMessage(name));
                    });
  if (shown < names.size())
    absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

absl::Status checkNames(const TensorMap &tensors,
                        const std::vector<ParameterSpec> &specs,
                        const std::string &source) {
  std::set<std::string> expected;
  std::vector<std::string> missing, extra, faults;
  for (const ParameterSpec &spec : specs) {
    expected.insert(spec.name);
    if (tensors.count(spec.name) == 0)
      missing.push_back(spec.name);
  }
  for (const auto &[name, tensor] : tensors)
    if (expected.count(name) == 0)
      extra.push_back(name);
  if (!missing.empty())
    faults.push_back(absl::StrCat("missing ", listNames(missing)));
  if (!extra.empty())
    faults.push_back(absl::StrCat("extra ", listNames(extra)));
  if (faults.empty())
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(source, ": expects the ", expected.size(),
                   " tensors that config.json asks for, found ", tensors.size(),
                   ": ", absl::StrJoin(faults, "; ")));
}

absl::Status tensorError(const std::string &source, const std::string &name,
                         const std::string &rule, const std::string &found) {
  return absl::InvalidArgumentError(absl::StrCat(
      source, ": tensor '", name, "' expects ", rule, ", found ", found));
}

absl::Status checkValues(const Tensor &tensor, const std::string &name,
                         const std::string &source) {
  const float *values = tensor.data<float>();
  for (int64_t i = 0; i < tensor.size(); ++i)
    if (!std::isfinite(values[i]))
      return tensorError(source, name, "finite elements",
                         absl::StrCat(values[i], " at element ", i));
  return absl::OkStatus();
}

absl::Status checkTensor(const Tensor &tensor, const ParameterSpec &spec,
                         const std::string &source) {
  if (tensor.type() != DataType::F32)
    return tensorError(
        source, spec.name, "element type f32",
        absl::StrCat(nameOf(tensor.type()), ", which is not supported"));
  if (tensor.shape() != spec.shape)
    return tensorError(
        source, spec.name,
        absl::StrCat("shape [", absl::StrJoin(spec.shape, ", "),
                     "] by config.json"),
        absl::StrCat("[", absl::StrJoin(tensor.shape(), ", "), "]"));
  return checkValues(tensor, spec.name, source);
}

} // namespace

absl::Status checkTensors(const TensorMap &tensors,
                          const std::vector<ParameterSpec> &specs,
                          const std::string &source) {
  if (absl::Status status = checkNames(tensors, specs, source); !status.ok())
    return status;
  for (const ParameterSpec &spec : specs)
    if (absl::Status status =
            checkTensor(tensors.find(spec.name)->second, spec, source);
        !status.ok())
      return status;
  return absl::OkStatus();
}

} // namespace mixq
