//===- Target.cpp - The table of targets and its look-up ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Target.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/X86TargetParser.h"

using namespace llvm;

namespace mixq {
namespace {

StringSet<> hostFeatures() {
  StringSet<> features;
  for (const auto &feature : sys::getHostCPUFeatures())
    if (feature.second)
      features.insert(feature.first());
  return features;
}

/// LLVM's list of a CPU leaves out what its other features imply (alderlake has
/// fma, hence avx2).
StringSet<> featuresOf(StringRef cpu) {
  SmallVector<StringRef> list;
  X86::getFeaturesForCPU(cpu, list);
  StringMap<bool> implied;
  for (StringRef feature : list) {
    implied[feature] = true;
    X86::updateImpliedFeatures(feature, /*Enabled=*/true, implied);
  }
  StringSet<> features;
  for (const auto &feature : implied)
    if (feature.second)
      features.insert(feature.first());
  return features;
}

bool isKnownCpu(StringRef cpu) {
  SmallVector<StringRef> known;
  X86::fillValidCPUArchList(known, /*Only64Bit=*/true);
  return is_contained(known, cpu);
}

} // namespace

ArrayRef<Target> allTargets() {
  static const Target targets[] = {
#define MIXQ_TARGET(name, cpu, features, dot, lanes, rows, vectors,            \
                    matrixRows, ...)                                           \
  {name,                                                                       \
   cpu,                                                                        \
   features,                                                                   \
   [] {                                                                        \
     static const StringRef required[] = {__VA_ARGS__};                        \
     return ArrayRef<StringRef>(required);                                     \
   }(),                                                                        \
   DotProduct::dot,                                                            \
   lanes,                                                                      \
   rows,                                                                       \
   vectors,                                                                    \
   matrixRows},
#include "transforms/codegen/Targets.inc"
#undef MIXQ_TARGET
  };
  return targets;
}

Expected<const Target *> selectTarget(StringRef cpu) {
  for (const Target &target : allTargets())
    if (target.name == cpu)
      return &target;
  if (cpu != "host" && !isKnownCpu(cpu))
    return createStringError("unknown target CPU '" + cpu +
                             "': expected host, a target or an x86-64 CPU that "
                             "LLVM knows, such as x86-64-v3 or znver5");
  StringSet<> features = cpu == "host" ? hostFeatures() : featuresOf(cpu);
  for (const Target &target : allTargets())
    if (all_of(target.requiredFeatures,
               [&](StringRef name) { return features.contains(name); }))
      return &target;
  return createStringError(
      "no target for CPU '" + cpu + "': the least this compiler can use is " +
      allTargets().back().name + " (" +
      join(allTargets().back().requiredFeatures, ", ") + ")");
}

} // namespace mixq
