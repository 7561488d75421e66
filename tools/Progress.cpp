//===- Progress.cpp - Progress on standard error --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/Progress.h"

#include <cstdio>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace mixq {

using Clock = std::chrono::steady_clock;

constexpr double quietSeconds = 2;
constexpr double terminalInterval = 0.2;
constexpr double plainInterval = 5;

Progress::Progress(absl::string_view what, absl::string_view unit,
                   int64_t total, bool showRate)
    : what(what), unit(unit), total(total), showRate(showRate),
      terminal(::isatty(STDERR_FILENO)), start(Clock::now()) {}

double Progress::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string Progress::describe(int64_t done, absl::string_view note) const {
  const double elapsed = seconds();
  const double rate = (done - skipped) / elapsed;
  std::string text =
      absl::StrFormat("%s: %d of %d %s", what, done, total, unit);
  if (showRate && done > skipped)
    absl::StrAppendFormat(&text, ", %.*f %s/s, %.0f s left", rate < 10 ? 2 : 1,
                          rate, unit, (total - done) / rate);
  if (!note.empty())
    absl::StrAppend(&text, ", ", note);
  return text;
}

void Progress::update(int64_t done, absl::string_view note) {
  const double now = seconds();
  const double interval = terminal ? terminalInterval : plainInterval;
  if (now < quietSeconds || now - lastShown < interval)
    return;
  lastShown = now;
  const std::string text = describe(done, note);
  if (terminal)
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
  else
    std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
  lineShown = terminal;
}

void Progress::clear() {
  if (lineShown)
    std::fputs("\r\033[K", stderr);
  lineShown = false;
}

} // namespace mixq
