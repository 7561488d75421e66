//===- HeaderMutator.h - Mutates a module's header --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_HEADERMUTATOR_H
#define MIXQ_TEST_FUZZ_HEADERMUTATOR_H

#include <random>

#include "runtime/schema/module_generated.h"

namespace mixq {
namespace fuzz {

/// Changes a number, a text or the length of a table.
void mutateHeader(schema::HeaderT &header, std::minstd_rand &random);

} // namespace fuzz
} // namespace mixq

#endif // MIXQ_TEST_FUZZ_HEADERMUTATOR_H
