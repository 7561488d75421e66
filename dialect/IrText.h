//===- IrText.h - Limits of IR in text form ---------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// MLIR's parser recurses for each bracket, so that a file of a million brackets
// ends the process. What our tools read is checked first.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_IRTEXT_H
#define MIXQ_DIALECT_IRTEXT_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <string>

namespace mixq {

/// Far more than any network needs.
constexpr int kMaxBracketDepth = 256;

/// An error, with `source` and the line, where brackets of any kind nest deeper
/// than kMaxBracketDepth. Bytecode is accepted unseen: its reader has limits of
/// its own.
absl::Status checkBrackets(absl::string_view text, const std::string &source);

/// The text of a regular file of at most 1 GiB that passes that check.
absl::StatusOr<std::string> readIrText(const std::string &path);

} // namespace mixq

#endif // MIXQ_DIALECT_IRTEXT_H
