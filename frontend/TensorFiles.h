//===- TensorFiles.h - The archives of a checkpoint -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_TENSORFILES_H
#define MIXQ_FRONTEND_TENSORFILES_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"

#include <map>
#include <string>

namespace mixq {

struct TensorFiles {
  std::map<std::string, Tensor> tensors;
  std::string path; ///< of the archive, or of the index, for errors
};

/// Reads `model.safetensors` of a folder or, where there is none, the archives
/// that `model.safetensors.index.json` lists, all of them files of the same
/// folder. Each must hold exactly the tensors that the index expects there.
absl::StatusOr<TensorFiles> readTensorFiles(const std::string &folder);

} // namespace mixq

#endif // MIXQ_FRONTEND_TENSORFILES_H
