//===- ConservationTable.cpp - A report of conserved relevance ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/RelevanceScores.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>

using namespace mixq;

/// Moves lose nothing; their sums come out in another order.
static constexpr double kRounding = 1e-12;

/// With the sums of the whole network on the right: where `total` leaves 1,
/// something was lost.
std::string mixq::describeConservation(const RelevanceReport &report) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream
      << "unit                               sum R      sum |R|       total\n";
  for (const UnitRelevance &unit : report.units)
    stream << llvm::format("%-28s %11.6f %12.6g %11.6f\n", unit.unit.c_str(),
                           unit.sum, unit.absolute, unit.total);
  for (const RelevanceAmount &end : report.ends)
    stream << llvm::format("ended: %-21s %11.6f\n", end.name.c_str(),
                           end.relevance);
  for (const RelevanceAmount &loss : report.losses)
    if (std::abs(loss.relevance) > kRounding)
      stream << llvm::format("lost: %-22s %11.3g\n", loss.name.c_str(),
                             loss.relevance);
  return text;
}
