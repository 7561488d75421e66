//===- Subject.h - A model that mixq compare runs ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_SUBJECT_H
#define MIXQ_TOOLS_MIXQ_COMPILE_SUBJECT_H

#include "absl/status/statusor.h"
#include "dialect/store/Tensor.h"
#include "runtime/image/Preprocess.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>
#include <vector>

namespace mixq {

/// Called with the result of a unit, in the order of the graph.
using UnitObserver =
    llvm::function_ref<void(llvm::StringRef unit, const Tensor &result)>;

/// A module, which the runtime runs, or a graph, which the interpreter does.
/// Thread-safe once it is loaded.
class Subject {
public:
  virtual ~Subject() = default;

  /// A folder or a file that ends in .mlir is a graph, all else a module.
  static absl::StatusOr<std::unique_ptr<Subject>> load(const std::string &path);

  virtual const char *kind() const = 0;
  virtual bool isGraph() const = 0;
  const InputSpec &inputSpec() const { return spec; }
  int64_t classCount() const { return classes; }

  /// The logits of an image, a tensor [3, height, width]. Only graphs show
  /// their units.
  virtual absl::StatusOr<std::vector<float>> run(const Tensor &image,
                                                 UnitObserver observe) = 0;

protected:
  InputSpec spec;
  int64_t classes = 0;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_SUBJECT_H
