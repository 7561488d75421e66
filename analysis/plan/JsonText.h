//===- JsonText.h - JSON on one line ----------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_PLAN_JSONTEXT_H
#define MIXQ_ANALYSIS_PLAN_JSONTEXT_H

#include <nlohmann/json.hpp>

#include <string>

namespace mixq {

/// `value` on one line; a name in it that is not UTF-8 does not throw.
inline std::string jsonLine(const nlohmann::ordered_json &value) {
  using Handler = nlohmann::ordered_json::error_handler_t;
  return value.dump(-1, ' ', false, Handler::replace);
}

} // namespace mixq

#endif // MIXQ_ANALYSIS_PLAN_JSONTEXT_H
