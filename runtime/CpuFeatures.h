//===- CpuFeatures.h - What this CPU can do ---------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which instruction set extensions this machine has, by LLVM's names.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_CPUFEATURES_H
#define MIXQ_RUNTIME_CPUFEATURES_H

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace mixq {

/// Whether a module may require `name`.
bool isKnownCpuFeature(absl::string_view name);

/// Whether the CPU has the feature and the operating system saves its
/// registers; where Linux wants to be asked first (AMX), asks for the process.
/// False for an unknown name. Nothing (no environment variable) overrides the
/// answer.
bool hasCpuFeature(absl::string_view name);

/// All known features that this machine has, in the order of the table.
std::vector<std::string> hostCpuFeatures();

} // namespace mixq

#endif // MIXQ_RUNTIME_CPUFEATURES_H
