//===- TensorAssembly.cpp - From a checkpoint to a network ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/TensorAssembly.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dialect/store/Json.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace mixq {
namespace {

using TensorMap = std::map<std::string, Tensor>;

constexpr size_t kMaxNames = 8;

std::vector<std::string> sourcesOf(const ParameterSpec &spec) {
  return spec.sources.empty() ? std::vector<std::string>{spec.name}
                              : spec.sources;
}

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
  for (const ParameterSpec &spec : specs)
    for (const std::string &name : sourcesOf(spec)) {
      expected.insert(name);
      if (tensors.count(name) == 0)
        missing.push_back(name);
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

/// Subnormal halves are multiples of 2^-24; the others move their exponent.
float widenHalf(uint16_t half) {
  const uint32_t sign = uint32_t(half & 0x8000) << 16;
  const uint32_t exponent = (half >> 10) & 31, fraction = half & 1023;
  uint32_t bits = sign | (exponent + 112) << 23 | fraction << 13;
  if (exponent == 31)
    bits = sign | 0x7f800000 | fraction << 13;
  if (exponent == 0) {
    const float value = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -value : value;
  }
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

/// The upper half of an fp32.
float widenBrain(uint16_t brain) {
  const uint32_t bits = uint32_t(brain) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
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

/// One source of a tensor, in fp32.
absl::StatusOr<Tensor> readSource(const Tensor &tensor, const std::string &name,
                                  const std::vector<int64_t> &shape,
                                  const std::string &source) {
  if (tensor.type() != DataType::F32 && tensor.type() != DataType::F16 &&
      tensor.type() != DataType::BF16)
    return tensorError(
        source, name, "element type f32, f16 or bf16",
        absl::StrCat(nameOf(tensor.type()), ", which is not supported"));
  if (tensor.shape() != shape)
    return tensorError(
        source, name,
        absl::StrCat("shape [", absl::StrJoin(shape, ", "), "] by config.json"),
        absl::StrCat("[", absl::StrJoin(tensor.shape(), ", "), "]"));
  Tensor values = widened(tensor);
  if (absl::Status status = checkValues(values, name, source); !status.ok())
    return status;
  return values;
}

absl::StatusOr<Tensor> assemble(const TensorMap &tensors,
                                const ParameterSpec &spec,
                                const std::string &source) {
  const std::vector<std::string> names = sourcesOf(spec);
  std::vector<int64_t> shape = spec.shape;
  shape[0] /= static_cast<int64_t>(names.size());
  Tensor whole(DataType::F32, spec.shape);
  uint8_t *to = whole.mutableRaw();
  for (const std::string &name : names) {
    absl::StatusOr<Tensor> part =
        readSource(tensors.find(name)->second, name, shape, source);
    if (!part.ok())
      return part.status();
    if (names.size() == 1)
      return part;
    to = std::copy_n(part->raw(), part->bytes(), to);
  }
  return whole;
}

} // namespace

Tensor widened(const Tensor &tensor) {
  if (tensor.type() == DataType::F32)
    return tensor;
  Tensor result(DataType::F32, tensor.shape());
  const bool isHalf = tensor.type() == DataType::F16;
  float *values = result.mutableData<float>();
  for (int64_t i = 0; i < tensor.size(); ++i) {
    uint16_t bits;
    std::memcpy(&bits, tensor.raw() + i * sizeof(bits), sizeof(bits));
    values[i] = isHalf ? widenHalf(bits) : widenBrain(bits);
  }
  return result;
}

absl::StatusOr<TensorMap>
assembleTensors(const TensorMap &tensors,
                const std::vector<ParameterSpec> &specs,
                const std::string &source) {
  if (absl::Status status = checkNames(tensors, specs, source); !status.ok())
    return status;
  TensorMap assembled;
  for (const ParameterSpec &spec : specs) {
    absl::StatusOr<Tensor> tensor = assemble(tensors, spec, source);
    if (!tensor.ok())
      return tensor.status();
    assembled.emplace(spec.name, *std::move(tensor));
  }
  return assembled;
}

} // namespace mixq
