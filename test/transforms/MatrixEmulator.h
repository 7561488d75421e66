//===- MatrixEmulator.h - AMX on CPUs that lack it --------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// On a CPU without AMX its instructions are invalid opcodes, which Linux
// reports as SIGILL. A handler executes them on matrix registers in memory, and
// the thread goes on behind them. All other instructions run as they are, so
// that kernels with matrix registers can be tested wherever there is AVX-512.
//
// LDTILECFG, TILERELEASE, TILEZERO, TILELOADD(T1), TILESTORED and TDPBUSD are
// executed as Intel's Software Developer's Manual describes them (volume 2),
// and refused where it says that they fault.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_TRANSFORMS_MATRIXEMULATOR_H
#define MIXQ_TEST_TRANSFORMS_MATRIXEMULATOR_H

namespace mixq {

/// From now on, in every thread. An opcode that is invalid for another reason,
/// or a shape that AMX refuses, ends the process with a message.
void emulateMatrixRegisters();

} // namespace mixq

#endif // MIXQ_TEST_TRANSFORMS_MATRIXEMULATOR_H
