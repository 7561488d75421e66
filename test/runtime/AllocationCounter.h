//===- AllocationCounter.h - Counts what a program allocates ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Stands before the C library's allocation functions in the program that links
// it, and so sees every allocation: of new, of malloc in any library, and the
// pages that the program maps itself.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_RUNTIME_ALLOCATIONCOUNTER_H
#define MIXQ_TEST_RUNTIME_ALLOCATIONCOUNTER_H

namespace mixq {
namespace test {

/// Allocations of all threads since the program started.
long countAllocations();

} // namespace test
} // namespace mixq

#endif // MIXQ_TEST_RUNTIME_ALLOCATIONCOUNTER_H
