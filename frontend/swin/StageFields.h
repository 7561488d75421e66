//===- StageFields.h - Config fields of one entry a stage -------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_SWIN_STAGEFIELDS_H
#define MIXQ_FRONTEND_SWIN_STAGEFIELDS_H

#include "dialect/store/JsonFields.h"
#include "frontend/swin/SwinNetwork.h"

namespace mixq {

/// Each of the following records an error in `fields` and returns a fallback
/// where the value breaks the rule.

/// `depths` and `num_heads`, lists of one entry a stage, as so many stages.
/// After an error their entries are fallbacks, or there is no stage.
std::vector<SwinStage> readStages(JsonFields &fields);

/// An integer in [1, high] for all of `stages`, or a list of one for each.
std::vector<int64_t> readPerStage(JsonFields &fields, const std::string &key,
                                  int64_t fallback, size_t stages,
                                  int64_t high);

/// A number in [low, high] for all of `stages`, or a list of one for each.
std::vector<double> readNumberPerStage(JsonFields &fields,
                                       const std::string &key, double fallback,
                                       size_t stages, double low, double high);

/// A list of integers or [height, width], in [1, high], one for each stage.
std::vector<Extent> readExtentPerStage(JsonFields &fields,
                                       const std::string &key, size_t stages,
                                       int64_t high);

} // namespace mixq

#endif // MIXQ_FRONTEND_SWIN_STAGEFIELDS_H
