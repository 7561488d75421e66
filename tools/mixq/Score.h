//===- Score.h - From logits to answers -------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From logits to answers.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_SCORE_H
#define MIXQ_TOOLS_MIXQ_SCORE_H

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "runtime/schema/module_generated.h"

namespace mixq {

struct Answer {
  int index;
  double probability;
};

/// The `count` classes with the largest logits and their softmax
/// probabilities, best first. Of equal logits the lower index comes first, NaN
/// comes last.
std::vector<Answer> bestAnswers(absl::Span<const float> logits, int count);

/// The place, from 0, that bestAnswers gives to `label`.
int rankOf(absl::Span<const float> logits, int label);

/// "goldfish", or "class 1" in a module without names.
std::string className(const schema::Header &header, int index);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_SCORE_H
