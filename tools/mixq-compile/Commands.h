//===- Commands.h - Subcommands that compile --------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_COMPILE_COMMANDS_H
#define MIXQ_TOOLS_MIXQ_COMPILE_COMMANDS_H

#include "tools/Command.h"

namespace mixq {

int importMain(Arguments arguments);
int compileMain(Arguments arguments);
int compareMain(Arguments arguments);
int analyzeMain(Arguments arguments);
int planMain(Arguments arguments);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_COMPILE_COMMANDS_H
