//===- ActivationQuantizer.h - The codes of one activation ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_ACTIVATIONQUANTIZER_H
#define MIXQ_ANALYSIS_ACTIVATIONQUANTIZER_H

#include "analysis/CodebookQuantizer.h"
#include "analysis/UniformQuantizer.h"

#include <variant>

namespace mixq {

using ActivationQuantizer = std::variant<UniformQuantizer, CodebookQuantizer>;

/// out[i] = the value that the code of values[i] stands for. `out` may be
/// `values`.
inline void roundTrip(const ActivationQuantizer &quantizer, const float *values,
                      int64_t count, float *out) {
  std::visit([&](const auto &kind) { kind.roundTrip(values, count, out); },
             quantizer);
}

} // namespace mixq

#endif // MIXQ_ANALYSIS_ACTIVATIONQUANTIZER_H
