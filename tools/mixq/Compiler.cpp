//===- Compiler.cpp - mixq import and compile -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The subcommands that compile live in a program of their own, so that this
// one links no compiler and starts in milliseconds.
//
//===----------------------------------------------------------------------===//

#include <climits>
#include <unistd.h>

#include "runtime/File.h"
#include "tools/mixq/Command.h"

namespace mixq {

static absl::StatusOr<std::string> findCompiler() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof(path));
  if (size < 0 || size == static_cast<ssize_t>(sizeof(path)))
    return systemError("/proc/self/exe", "read");
  const std::string self(path, size);
  return self.substr(0, self.rfind('/') + 1) + "mixq-compile";
}

int compilerMain(Arguments arguments) {
  absl::StatusOr<std::string> compiler = findCompiler();
  absl::Status status = compiler.status();
  if (compiler.ok()) {
    std::vector<char *> argv = {const_cast<char *>(compiler->c_str())};
    for (const char *argument : arguments)
      argv.push_back(const_cast<char *>(argument));
    argv.push_back(nullptr);
    ::execv(compiler->c_str(), argv.data());
    status = systemError(*compiler, "run");
  }
  printError(status.message());
  return exitFailure;
}

} // namespace mixq
