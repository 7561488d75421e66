//===- Run.h - Runs a module on images or tensors ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_RUN_H
#define MIXQ_TOOLS_MIXQ_RUN_H

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "runtime/Module.h"
#include "tools/Command.h"

namespace mixq {

/// Where a command's module comes from.
struct ModuleSource {
  using Names = absl::Span<const std::string>;

  std::string usage; // "mixq run MODULE"
  size_t names;      // arguments that come before the images: 1 for MODULE
  std::function<absl::StatusOr<std::shared_ptr<const Module>>(Names)> load;
};

/// `mixq run`, and a program with a module inside. Returns an exit code.
int runFrom(const ModuleSource &source, Arguments arguments);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_RUN_H
