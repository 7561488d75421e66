//===- MlirPipelines.h - What a .mlir text goes through ---------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_MLIRPIPELINES_H
#define MIXQ_TEST_FUZZ_MLIRPIPELINES_H

#include "llvm/ADT/StringRef.h"

namespace mixq::fuzz {

/// How far a text came.
enum class Accepted { No, Parsed, Fp32, W8A8 };

/// Does in process what mixq-opt does with a text: parses and verifies it,
/// prints and parses it again, and runs the fp32 and the W8A8 pipeline (that
/// is canonicalize, mixq-quantize, mixq-fuse, mixq-lower-to-kernels). A text
/// that was printed and is not accepted, or IR that a pass leaves invalid, ends
/// the program.
///
/// Named parameters exist, whatever their hash, with made-up values: numbers
/// of a usual size, or what the first digit of the hash stands for: f NaN, e
/// infinity, d the largest number, c zero.
Accepted processMlir(llvm::StringRef text);

} // namespace mixq::fuzz

#endif // MIXQ_TEST_FUZZ_MLIRPIPELINES_H
