//===- Profile.cpp - Where the time of a module goes ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Profile.h"

#include <cstdio>

#include "tools/mixq/Describe.h"
#include "tools/mixq/Roof.h"

namespace mixq {
uint64_t totalMacs(const schema::Header &header) {
  uint64_t macs = 0;
  for (const schema::Step *step : *header.steps())
    macs += step->macs();
  return macs;
}

Profile::Profile(const Measurement &measurement)
    : header(measurement.getContext().getModule().header()) {
  Roofs roofs(measurement.getContext());
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    const schema::Step &step = *header.steps()->Get(i);
    const double ms = measurement.stepMilliseconds(i);
    const double gops = gigaOperations(step.macs(), ms);
    const double roof =
        step.macs() == 0 ? 0 : roofs.of(kernelOf(header, step).lhs());
    steps.push_back({ms, gops, roof > 0 ? gops / roof : 0, bytesTouched(step)});
    totalMs += ms;
  }
}

void Profile::print() const {
  std::printf("%10s %7s %9s %6s %9s  %-22s %s\n", "ms", "share", "GOP/s",
              "roof", "KiB", "operands", "step");
  for (uint32_t i = 0; i < steps.size(); ++i) {
    const schema::Step &step = *header.steps()->Get(i);
    const schema::Kernel &kernel = kernelOf(header, step);
    char roof[16] = "-";
    if (steps[i].roofShare > 0)
      std::snprintf(roof, sizeof(roof), "%.0f%%", 100 * steps[i].roofShare);
    std::printf("%10.4f %6.2f%% %9.1f %6s %9.1f  %-22s %s (%s)\n", steps[i].ms,
                100 * steps[i].ms / totalMs, steps[i].gops, roof,
                static_cast<double>(steps[i].bytes) / 1024,
                describeOperands(kernel).c_str(), step.name()->c_str(),
                kernel.op()->c_str());
  }
  std::printf("%10.4f %6.2f%% %9.1f  in all steps\n", totalMs, 100.0,
              gigaOperations(totalMacs(header), totalMs));
}

nlohmann::ordered_json Profile::toJson() const {
  auto list = nlohmann::ordered_json::array();
  for (uint32_t i = 0; i < steps.size(); ++i) {
    nlohmann::ordered_json step = stepJson(header, i);
    step["ms"] = steps[i].ms;
    step["gops"] = steps[i].gops;
    step["roof_share"] = steps[i].roofShare;
    step["bytes"] = steps[i].bytes;
    list.push_back(std::move(step));
  }
  return list;
}

nlohmann::ordered_json traceJson(const Measurement &measurement) {
  const schema::Header &header = measurement.getContext().getModule().header();
  auto events = nlohmann::ordered_json::array();
  for (const RunTrace &run : measurement.traces()) {
    double time = run.startMicroseconds;
    for (uint32_t i = 0; i < run.stepMicroseconds.size(); ++i) {
      const schema::Step &step = *header.steps()->Get(i);
      const schema::Kernel &kernel = kernelOf(header, step);
      events.push_back({{"name", step.name()->str()},
                        {"cat", kernel.op()->str()},
                        {"ph", "X"},
                        {"ts", time},
                        {"dur", run.stepMicroseconds[i]},
                        {"pid", 1},
                        {"tid", 1},
                        {"args",
                         {{"kernel", kernel.name()->str()},
                          {"macs", step.macs() * measurement.getBatch()}}}});
      time += run.stepMicroseconds[i];
    }
  }
  return {{"displayTimeUnit", "ms"}, {"traceEvents", std::move(events)}};
}

} // namespace mixq
