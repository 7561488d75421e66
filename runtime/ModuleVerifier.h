//===- ModuleVerifier.h - Verification of modules ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The check that every module passes before it runs.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_MODULEVERIFIER_H
#define MIXQ_RUNTIME_MODULEVERIFIER_H

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/Container.h"

namespace mixq {

/// Limits of what a header may state; docs/format.md gives them by rule.
constexpr size_t maxNameSize = 256;
constexpr size_t maxTextSize = 1024; // class names, provenance
constexpr uint32_t maxFeatures = 64;
constexpr uint32_t maxChannels = 64;
constexpr uint32_t maxSide = 16384;
constexpr uint32_t maxClasses = 65536;
constexpr uint32_t maxResize = 65536;
constexpr uint32_t maxTableEntries = 65536; // layers, kernels, steps
constexpr uint32_t maxArguments = 64;
constexpr uint32_t maxTasks = 0x7fffffff;
constexpr uint64_t maxMacs = uint64_t{1} << 46;
constexpr uint64_t maxArenaSize = uint64_t{4} << 30;
constexpr uint64_t bufferAlignment = 64;

/// Checks the bytes of a whole file (aligned to 8 bytes) by the rules F1 to
/// F13 and M1 to M19 of docs/format.md and returns its parts. Pure: depends on
/// nothing but the bytes, neither on this machine's CPU, and takes no memory
/// in proportion to anything that the file states.
absl::StatusOr<Container> verifyModule(absl::Span<const uint8_t> file);

/// The bits of one stored weight, 0 for a layer without weights.
uint32_t weightBits(const schema::Layer &layer);

} // namespace mixq

#endif // MIXQ_RUNTIME_MODULEVERIFIER_H
