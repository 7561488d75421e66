//===- TokenMutator.h - Mutates text by its tokens --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Most of what blind mutation makes of JSON or IR is refused by the parser.
// Moving and replacing whole tokens gets past it, to the checks behind.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_TOKENMUTATOR_H
#define MIXQ_TEST_FUZZ_TOKENMUTATOR_H

#include <random>
#include <string>

namespace mixq {
namespace fuzz {

/// `text` with a token removed, repeated, moved, or replaced by another one of
/// the text or, where it is a number, by an extreme one.
std::string mutateTokens(const std::string &text, std::minstd_rand &random);

} // namespace fuzz
} // namespace mixq

#endif // MIXQ_TEST_FUZZ_TOKENMUTATOR_H
