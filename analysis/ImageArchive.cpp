//===- ImageArchive.cpp - Images from a safetensors archive ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ImageArchive.h"

#include "analysis/Calibration.h"
#include "dialect/store/Safetensors.h"

mlir::FailureOr<std::vector<mixq::Tensor>>
mixq::readImageArchive(mlir::ModuleOp module, const std::string &path) {
  if (path.empty())
    return module.emitError("calibration expects the option "
                            "images=<safetensors archive>, found none");
  absl::StatusOr<Archive> archive = readSafetensors(path);
  if (!archive.ok())
    return module.emitError("cannot read calibration images: ")
           << std::string(archive.status().message());
  auto found = archive->tensors.find("input");
  if (found == archive->tensors.end())
    return module.emitError("expects calibration images as tensor 'input' of ")
           << path << ", found no such tensor";
  const Tensor &input = found->second;
  if (input.type() != DataType::F32 || input.rank() != 4)
    return module.emitError("expects calibration images as f32 [N, C, H, W] "
                            "in tensor 'input' of ")
           << path << ", found " << describe(input);
  return splitBatch(input);
}
