//===- Describe.h - Tables of a module --------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module's tables, for people and as JSON.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_DESCRIBE_H
#define MIXQ_TOOLS_MIXQ_DESCRIBE_H

#include <string>

#include "nlohmann/json.hpp"
#include "runtime/Module.h"

namespace mixq {

const schema::Kernel &kernelOf(const schema::Header &header,
                               const schema::Step &step);

/// What a step reads and writes of one image, each argument once.
uint64_t bytesTouched(const schema::Step &step);

/// "u8 x s8 -> f32", "- -> u8" of a kernel without a product.
std::string describeOperands(const schema::Kernel &kernel);

/// Everything that the header says, and the sizes of the parts of the file.
nlohmann::ordered_json moduleJson(const Module &module);

/// One entry of the step table: name, op, kernel, operand types.
nlohmann::ordered_json stepJson(const schema::Header &header, uint32_t index);

/// The same as text: one section each.
void printModule(const Module &module);

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_DESCRIBE_H
