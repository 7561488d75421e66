//===- PlanFlags.cpp - What a user may ask of a plan ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/PlanFlags.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

#include <cmath>

namespace mixq {
namespace {

absl::Status wrong(absl::string_view flag, absl::string_view rule,
                   absl::string_view found) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " ", rule, ", got '", found, "'"));
}

/// Sets `target` where the flag is given.
absl::Status setAmount(absl::string_view flag, const std::string &text,
                       std::optional<double> &target) {
  if (text.empty())
    return absl::OkStatus();
  absl::StatusOr<double> amount = parseAmount(text);
  if (!amount.ok())
    return wrong(flag, amount.status().message(), text);
  target = *amount;
  return absl::OkStatus();
}

absl::Status setWidths(absl::string_view flag, const std::string &text,
                       std::vector<unsigned> &target) {
  for (absl::string_view item : absl::StrSplit(text, ',', absl::SkipEmpty())) {
    unsigned bits = 0;
    if (!absl::SimpleAtoi(item, &bits) || bits < kMinBits || bits > kMaxBits)
      return wrong(flag, "is a list of widths in [2, 8] such as 2,4,8", text);
    target.push_back(bits);
  }
  return absl::OkStatus();
}

/// w4a4: no more size and BitOps than that; mp4, mp4a8: the same as
/// --precision.
absl::StatusOr<PlanRequest> requestLike(const std::string &name) {
  if (name.empty())
    return PlanRequest();
  absl::StatusOr<Precision> precision = parsePrecision(name);
  if (!precision.ok() || precision->kind == Precision::Kind::Float)
    return wrong("like", "is one of w{2..8}a{2..8}, mp{3,4,6} and mp{3,4,6}a8",
                 name);
  return requestOf(*precision);
}

absl::Status setDamage(const PlanFlags &flags, DamageOptions &damage) {
  damage.relevance = flags.relevance;
  if (flags.sensitivity == "raw")
    damage.sensitivity = SensitivityMeasure::Raw;
  else if (flags.sensitivity == "none")
    damage.sensitivity = SensitivityMeasure::None;
  else if (flags.sensitivity != "smoothed")
    return wrong("sensitivity", "is one of smoothed, raw and none",
                 flags.sensitivity);
  if (!absl::SimpleAtod(flags.gamma, &damage.gamma) || !(damage.gamma >= 0) ||
      damage.gamma > 8)
    return wrong("gamma", "is a number in [0, 8]", flags.gamma);
  return absl::OkStatus();
}

bool hasBudget(const PlanRequest &request) {
  return request.like || request.sizeBytes || request.bitOps ||
         request.averageBits || request.latencyMs;
}

absl::Status checkBudgets(const PlanFlags &flags, const PlanRequest &request) {
  if (!hasBudget(request))
    return absl::InvalidArgumentError(
        "a budget is missing: --like, --size-budget, --bitops-budget, "
        "--average-bits or --latency-budget");
  if (request.averageBits &&
      (*request.averageBits < kMinBits || *request.averageBits > kMaxBits))
    return wrong("average-bits", "is a number in [2, 8]", flags.averageBits);
  if (request.latencyMs && flags.costModel.empty())
    return absl::InvalidArgumentError(
        "--latency-budget needs --cost-model FILE");
  return absl::OkStatus();
}

} // namespace

std::vector<Flag> PlanFlags::list() {
  return {
      {"like", "P",
       "no more size and BitOps than w4a4, any w{2..8}a{2..8}; mp4a8: no more "
       "size than w4a8, with 8-bit activations",
       &like},
      {"size-budget", "BYTES", "sum of parameters * bits / 8, e.g. 2.5MiB",
       &sizeBudget},
      {"bitops-budget", "N", "sum of MACs * bits * bits, e.g. 21.5G",
       &bitOpsBudget},
      {"average-bits", "B", "size if all weights not pinned had B bits",
       &averageBits},
      {"latency-budget", "MS", "milliseconds by the cost model",
       &latencyBudget},
      {"cost-model", "FILE", "time of each pair of widths (JSON)", &costModel},
      {"weight-bits", "LIST", "widths to choose from (default 2,3,4,5,6,7,8)",
       &weightBits},
      {"activation-bits", "LIST",
       "the same for activations; 8 without a budget that they matter to",
       &activationBits},
      {"first-last", "P",
       "widths of the first and last units (default w8a8), or free",
       &firstLast},
      {"pin", "LIST", "UNIT=w8a8,...: widths that are given", &pin},
      {"sensitivity", "S",
       "smoothed (default), raw, or none: relevance alone decides",
       &sensitivity},
      {"relevance", "VARIANT",
       "which score weighs the sensitivity (default none)", &relevance},
      {"gamma", "G", "exponent of the relevance (default 1)", &gamma}};
}

absl::StatusOr<PlanRequest> PlanFlags::request() const {
  absl::StatusOr<PlanRequest> request = requestLike(like);
  if (!request.ok())
    return request;
  absl::Status status;
  status.Update(setAmount("size-budget", sizeBudget, request->sizeBytes));
  status.Update(setAmount("bitops-budget", bitOpsBudget, request->bitOps));
  status.Update(setAmount("average-bits", averageBits, request->averageBits));
  status.Update(setAmount("latency-budget", latencyBudget, request->latencyMs));
  status.Update(setWidths("weight-bits", weightBits, request->weightWidths));
  if (!activationBits.empty())
    request->activationWidths.clear();
  status.Update(
      setWidths("activation-bits", activationBits, request->activationWidths));
  status.Update(setDamage(*this, request->damage));
  if (status.ok())
    status = checkBudgets(*this, *request);
  if (!status.ok())
    return status;
  request->firstLast = firstLast;
  request->pin = pin;
  return request;
}

absl::StatusOr<double> parseAmount(absl::string_view text) {
  constexpr struct {
    const char *suffix;
    double factor;
  } kPrefixes[] = {{"Ki", 0x1p10}, {"Mi", 0x1p20}, {"Gi", 0x1p30}, {"k", 1e3},
                   {"M", 1e6},     {"G", 1e9},     {"T", 1e12}};
  absl::ConsumeSuffix(&text, "B");
  double factor = 1;
  for (const auto &prefix : kPrefixes)
    if (absl::ConsumeSuffix(&text, prefix.suffix)) {
      factor = prefix.factor;
      break;
    }
  double amount = 0;
  if (!absl::SimpleAtod(text, &amount) || !std::isfinite(amount) || amount <= 0)
    return absl::InvalidArgumentError(
        "is a number above 0, such as 2500000, 2.5M or 2.4MiB");
  return amount * factor;
}

} // namespace mixq
