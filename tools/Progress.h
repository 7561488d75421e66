//===- Progress.h - Progress on standard error ------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Progress of anything that takes more than two seconds, on standard error.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_PROGRESS_H
#define MIXQ_TOOLS_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace mixq {

/// On a terminal one line that is rewritten, elsewhere a plain line every few
/// seconds; nothing in the first two seconds.
///   evaluating: 1200 of 5000 images, 310.5 images/s, 12 s left
class Progress {
public:
  /// Without `showRate` the line ends after the total: for a total in seconds.
  Progress(absl::string_view what, absl::string_view unit, int64_t total,
           bool showRate = true);
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress() { clear(); }

  /// So many are known from before: they do not count for the rate.
  void skip(int64_t count) { skipped = count; }

  /// `note` is appended, e.g. "top-1 68.80 %".
  void update(int64_t done, absl::string_view note = "");

  /// Removes the line from the terminal, before something else is printed.
  void clear();

  double seconds() const;

private:
  std::string describe(int64_t done, absl::string_view note) const;

  const std::string what;
  const std::string unit;
  const int64_t total;
  const bool showRate;
  const bool terminal;
  const std::chrono::steady_clock::time_point start;
  int64_t skipped = 0;
  double lastShown = 0;
  bool lineShown = false;
};

} // namespace mixq

#endif // MIXQ_TOOLS_PROGRESS_H
