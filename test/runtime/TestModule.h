//===- TestModule.h - A tiny module -----------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module of two kernels in hand-assembled code: logits = 2 * (input + bias).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_RUNTIME_TESTMODULE_H
#define MIXQ_TEST_RUNTIME_TESTMODULE_H

#include <string>
#include <vector>

#include "runtime/Container.h"

namespace mixq {
namespace test {

constexpr int elements = 24; // channels 3, height 2, width 4; also classes

std::vector<uint8_t> makeCode();

/// The bias: 0, 0.5, 1, ...
std::vector<uint8_t> makeConstants();

schema::HeaderT makeHeader();

/// Assembles; the test dies if that fails.
std::vector<uint8_t> assemble(const schema::HeaderT &header);
inline std::vector<uint8_t> makeModule() { return assemble(makeHeader()); }

/// A fresh folder for the test, and a file in it.
std::string scratchFolder();
std::string writeScratch(const std::string &name,
                         const std::vector<uint8_t> &bytes);

} // namespace test
} // namespace mixq

#endif // MIXQ_TEST_RUNTIME_TESTMODULE_H
