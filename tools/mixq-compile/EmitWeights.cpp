//===- EmitWeights.cpp - Dequantized weights as a checkpoint --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/EmitWeights.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dialect/store/Safetensors.h"
#include "transforms/weights/DequantizedWeights.h"

using namespace mlir;

namespace mixq {
namespace {

/// The tensors of the checkpoint that the graph came from; none for a graph
/// from elsewhere.
absl::StatusOr<Archive> readOrigin(const std::string &model) {
  if (absl::EndsWith(model, ".mlir") || absl::EndsWith(model, ".json"))
    return Archive();
  return readSafetensors(absl::StrCat(model, "/model.safetensors"));
}

/// The graph drops leading extents of 1, as those of a class token.
Tensor shapedLike(const Tensor &tensor, const Archive &origin,
                  const std::string &name) {
  const auto found = origin.tensors.find(name);
  const bool fits =
      found != origin.tensors.end() && found->second.size() == tensor.size();
  return fits ? tensor.reshaped(found->second.shape()) : tensor;
}

} // namespace

absl::Status emitWeights(Session &session, ModuleOp original,
                         ModuleOp quantized, const std::string &model,
                         const std::string &output) {
  absl::StatusOr<Archive> archive = readOrigin(model);
  if (!archive.ok())
    return archive.status();
  absl::Status status = session.run([&]() -> LogicalResult {
    auto weights = dequantizedWeights(original, quantized);
    if (failed(weights))
      return failure();
    for (const auto &[name, tensor] : *weights)
      archive->tensors[name] = shapedLike(tensor, *archive, name);
    return success();
  });
  if (!status.ok())
    return status;
  archive->metadata["format"] = "pt"; // what timm's loader looks for
  if (auto origin = quantized->getAttrOfType<StringAttr>("mixq.provenance"))
    archive->metadata["mixq"] = origin.str();
  return writeSafetensors(output, *archive);
}

} // namespace mixq
