//===- Inspect.cpp - mixq inspect -----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mixq inspect: what a module is made of.
//
//===----------------------------------------------------------------------===//

#include "runtime/AtomicFile.h"
#include "tools/mixq/Command.h"
#include "tools/mixq/Describe.h"

namespace mixq {
namespace {

struct InspectOptions {
  OptionalText json{false, "-"};
  std::string extractCode;
};

CommandLine makeCommandLine(InspectOptions &options) {
  CommandLine command;
  command.usage = "mixq inspect MODULE [flags]";
  command.summary =
      "Verifies a module and prints its signature, preprocessing, layers and "
      "steps.\nThe bits of a layer's weights are computed from the size of "
      "its packed segment;\nthe operand types are those of the generated "
      "kernels. Works on any CPU.";
  command.flags = {
      {"json", "FILE.json", "as JSON, without FILE to standard output",
       &options.json},
      {"extract-code", "FILE",
       "write the code segment, an ELF image, for objdump or readelf",
       &options.extractCode}};
  command.minPositional = command.maxPositional = 1;
  return command;
}

absl::Status inspect(const std::string &path, const InspectOptions &options) {
  auto module = Module::load(path, Purpose::Inspection);
  if (!module.ok())
    return module.status();
  if (!options.extractCode.empty())
    if (absl::Status s = writeFile(options.extractCode, (*module)->code());
        !s.ok())
      return s;
  if (options.json.given)
    return writeJson(options.json.value, moduleJson(**module));
  printModule(**module);
  return absl::OkStatus();
}

} // namespace

int inspectMain(Arguments arguments) {
  InspectOptions options;
  CommandLine command = makeCommandLine(options);
  return runCommand(
      command, arguments, [] { return absl::OkStatus(); },
      [&] { return inspect(command.positional[0], options); });
}

} // namespace mixq
