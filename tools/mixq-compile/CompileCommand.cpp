//===- CompileCommand.cpp - mixq compile ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/CompileFlags.h"
#include "tools/mixq-compile/Emit.h"
#include "tools/mixq-compile/Lower.h"
#include "tools/mixq-compile/Session.h"

using namespace mlir;

namespace mixq {

static absl::Status compile(const std::string &model,
                            const CompileOptions &options) {
  absl::Status status = checkOutput(options);
  if (!status.ok())
    return status;
  Session session;
  auto module = session.load(model, options.checkpoint);
  if (!module.ok())
    return module.status();
  if (status = checkHasBits(**module, options); !status.ok())
    return status;
  if (options.emitsQuantized())
    return emitQuantized(session, **module, model, options);
  status = lowerToSteps(session, **module, options);
  return status.ok() ? emitLowered(session, **module, options) : status;
}

int compileMain(Arguments arguments) {
  CompileOptions options;
  CommandLine command;
  command.usage = "mixq compile MODEL -o M.mixq";
  command.summary =
      "Compiles a model ahead of time to a module of native code. MODEL is a\n"
      "checkpoint folder (model.safetensors and config.json), a .mlir file of\n"
      "`mixq import`, or a config.json with --random-weights.";
  command.minPositional = command.maxPositional = 1;
  command.flags = options.list();
  return runCommand(
      command, arguments,
      [&] {
        absl::Status status =
            parseImageSize(options.imageSize, options.checkpoint);
        return status.ok() ? options.check() : status;
      },
      [&] {
        options.checkpoint.seed = options.calibrate.seed.value;
        return compile(command.positional[0], options);
      });
}

} // namespace mixq
