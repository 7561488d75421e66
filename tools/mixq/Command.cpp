//===- Command.cpp - What the subcommands share ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Command.h"

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"

namespace mixq {

absl::StatusOr<std::unique_ptr<Context>>
loadContext(const std::string &path, const ContextOptions &options) {
  absl::StatusOr<std::shared_ptr<const Module>> module = Module::load(path);
  if (!module.ok())
    return module.status();
  return Context::create(*std::move(module), options);
}

absl::Status writeJson(const std::string &path,
                       const nlohmann::ordered_json &json) {
  using Json = nlohmann::ordered_json;
  const std::string text =
      json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  if (path != "-")
    return writeFile(path, text);
  std::fputs(text.c_str(), stdout);
  return absl::OkStatus();
}

Flag threadsFlag(Integer &threads) {
  return {"threads", "N",
          absl::StrCat("threads to compute with (default ", threads.value, ")"),
          &threads};
}

} // namespace mixq
