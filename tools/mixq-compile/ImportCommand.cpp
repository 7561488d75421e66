//===- ImportCommand.cpp - mixq import ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/ListModels.h"
#include "tools/mixq-compile/Session.h"

#include "runtime/AtomicFile.h"

namespace mixq {
namespace {

struct ImportOptions {
  std::string output;
  std::string imageSize;
  bool list = false;
  CheckpointOptions checkpoint;
  Integer seed;
};

absl::Status import(const std::string &model, const ImportOptions &options) {
  absl::Status status = checkWritable(options.output);
  if (!status.ok())
    return status;
  Session session;
  auto module = session.load(model, options.checkpoint);
  if (!module.ok())
    return module.status();
  return session.save(**module, options.output);
}

} // namespace

int importMain(Arguments arguments) {
  ImportOptions options;
  CommandLine command;
  command.usage = "mixq import MODEL -o M.mlir | mixq import --list";
  command.summary =
      "Reads a checkpoint (a folder with model.safetensors and config.json) "
      "and\n"
      "writes the graph as M.mlir and its parameters as M.safetensors.";
  command.maxPositional = 1;
  command.flags = {
      {"o", "FILE", "the .mlir file to write", &options.output},
      {"random-weights", "", "MODEL is a config.json; make up the weights",
       &options.checkpoint.randomWeights},
      {"image-size", "N|HxW",
       "take images of that size; positions are resampled", &options.imageSize},
      {"list", "", "print the models and options that can be read, then end",
       &options.list},
      {"seed", "N", "seed of random weights (default 0)", &options.seed}};
  auto check = [&] {
    if (options.list)
      return absl::OkStatus();
    if (command.positional.empty())
      return absl::InvalidArgumentError("MODEL is missing");
    if (options.output.empty())
      return absl::InvalidArgumentError("-o is missing: the file to write");
    return parseImageSize(options.imageSize, options.checkpoint);
  };
  return runCommand(command, arguments, check, [&] {
    if (options.list) {
      listModels();
      return absl::OkStatus();
    }
    options.checkpoint.seed = options.seed.value;
    return import(command.positional[0], options);
  });
}

} // namespace mixq
