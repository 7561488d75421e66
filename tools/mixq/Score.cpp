//===- Score.cpp - From logits to answers ---------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Score.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace mixq {

/// A strict order of all classes, so that ranks are unique.
static bool comesBefore(absl::Span<const float> logits, int a, int b) {
  const bool noNumberA = std::isnan(logits[a]);
  const bool noNumberB = std::isnan(logits[b]);
  if (noNumberA != noNumberB)
    return noNumberB;
  if (!noNumberA && logits[a] != logits[b])
    return logits[a] > logits[b];
  return a < b;
}

std::vector<Answer> bestAnswers(absl::Span<const float> logits, int count) {
  std::vector<int> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const auto middle = order.begin() + std::min<size_t>(count, order.size());
  std::partial_sort(order.begin(), middle, order.end(),
                    [&](int a, int b) { return comesBefore(logits, a, b); });
  const double largest = logits[order.front()];
  double sum = 0;
  for (float logit : logits)
    sum += std::exp(logit - largest);
  std::vector<Answer> answers;
  for (auto it = order.begin(); it != middle; ++it)
    answers.push_back({*it, std::exp(logits[*it] - largest) / sum});
  return answers;
}

int rankOf(absl::Span<const float> logits, int label) {
  int rank = 0;
  for (int i = 0; i < static_cast<int>(logits.size()); ++i)
    rank += i != label && comesBefore(logits, i, label);
  return rank;
}

std::string className(const schema::Header &header, int index) {
  const auto &names = *header.class_names();
  return names.size() == 0 ? absl::StrCat("class ", index)
                           : names[index]->str();
}

} // namespace mixq
