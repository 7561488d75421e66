//===- ClassNames.h - The table of class names ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_CLASSNAMES_H
#define MIXQ_FRONTEND_CLASSNAMES_H

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// Whether `name` is what a table and a JSON report can hold: UTF-8, not empty,
/// without control characters.
bool isClassName(absl::string_view name);

/// Parses `classes.tsv`: a header `class<TAB>...<TAB>name`, then for each class
/// a line of as many fields whose first is its index in decimal and whose last
/// is its name. Every index in [0, numClasses) occurs exactly once; the lines
/// may come in any order. The result is ordered by index. `source` names the
/// file in errors, which also name the line.
absl::StatusOr<std::vector<std::string>>
parseClassNames(absl::string_view text, int64_t numClasses,
                const std::string &source);

/// Reads and parses a file of at most 16 MiB.
absl::StatusOr<std::vector<std::string>> readClassNames(const std::string &path,
                                                        int64_t numClasses);

} // namespace mixq

#endif // MIXQ_FRONTEND_CLASSNAMES_H
