//===- Profile.h - Where the time of a module goes --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `mixq bench` says of each step.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_PROFILE_H
#define MIXQ_TOOLS_MIXQ_PROFILE_H

#include "nlohmann/json.hpp"
#include "tools/mixq/Measurement.h"

namespace mixq {

uint64_t totalMacs(const schema::Header &header);

/// Of every step: time, share, speed, share of the cores' limit (measured now,
/// see Roof.h), bytes of its operands and results.
class Profile {
public:
  explicit Profile(const Measurement &measurement);

  void print() const;
  nlohmann::ordered_json toJson() const;

private:
  struct Step {
    double ms, gops;
    double roofShare; // 0 without products
    uint64_t bytes;
  };
  const schema::Header &header;
  std::vector<Step> steps;
  double totalMs = 0;
};

/// The traces as JSON for chrome://tracing or https://ui.perfetto.dev.
nlohmann::ordered_json traceJson(const Measurement &measurement);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_PROFILE_H
