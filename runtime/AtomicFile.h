//===- AtomicFile.h - Output files that appear when complete ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Output files, written under a temporary name in the same folder and renamed:
// a reader never sees half a file, and a failure leaves the old one in place.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_ATOMICFILE_H
#define MIXQ_RUNTIME_ATOMICFILE_H

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace mixq {

/// Replaces the file at `path` with `bytes`. A symbolic link is followed; a
/// device or a pipe is written to directly.
absl::Status writeFile(const std::string &path,
                       absl::Span<const uint8_t> bytes);
absl::Status writeFile(const std::string &path, absl::string_view text);

/// The same for a program: whoever may read the file may run it.
absl::Status writeExecutable(const std::string &path,
                             absl::Span<const uint8_t> bytes);

/// Whether writeFile() could write there now, tried by creating and removing a
/// temporary file. For commands that compute long before they write.
absl::Status checkWritable(const std::string &path);

} // namespace mixq

#endif // MIXQ_RUNTIME_ATOMICFILE_H
