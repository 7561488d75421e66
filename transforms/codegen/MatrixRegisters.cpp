//===- MatrixRegisters.cpp - The registers of AMX -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/MatrixRegisters.h"

using namespace mlir;

namespace mixq {

/// The memory operand of LDTILECFG (Intel SDM, volume 1, 18.3).
static SmallVector<int8_t> configurationOf(const MatrixShapes &shapes) {
  constexpr int64_t kPalette = 0, kRowBytes = 16, kRows = 48;
  SmallVector<int8_t> bytes(MatrixRegisters::kConfigurationBytes, 0);
  bytes[kPalette] = 1;
  for (size_t i = 0; i < shapes.size(); ++i) {
    bytes[kRowBytes + 2 * i] = static_cast<int8_t>(shapes[i].rowBytes);
    bytes[kRows + i] = static_cast<int8_t>(shapes[i].rows);
  }
  return bytes;
}

Value MatrixRegisters::emitConfiguration(const MatrixShapes &shapes) {
  SmallVector<int8_t> bytes = configurationOf(shapes);
  Value memory = k.stack(kConfigurationBytes);
  Value constant = k.create<arith::ConstantOp>(DenseElementsAttr::get(
      k.vec(k.i8(), kConfigurationBytes), ArrayRef<int8_t>(bytes)));
  k.store(constant, memory);
  return memory;
}

void MatrixRegisters::configure(Value configuration) {
  call("llvm.x86.ldtilecfg", configuration);
}

void MatrixRegisters::release() { call("llvm.x86.tilerelease", {}); }

void MatrixRegisters::zero(int64_t index) {
  call("llvm.x86.tilezero", number(index));
}

void MatrixRegisters::load(int64_t to, Value pointer, int64_t rowBytes) {
  call("llvm.x86.tileloadd64", {number(to), pointer, k.index(rowBytes)});
}

void MatrixRegisters::store(int64_t from, Value pointer, int64_t rowBytes) {
  call("llvm.x86.tilestored64", {number(from), pointer, k.index(rowBytes)});
}

void MatrixRegisters::multiplyAdd(int64_t sums, int64_t activations,
                                  int64_t weights) {
  call("llvm.x86.tdpbusd",
       {number(sums), number(activations), number(weights)});
}

/// The intrinsics take the numbers of registers as constants.
Value MatrixRegisters::number(int64_t index) {
  return k.create<LLVM::ConstantOp>(k.i8(), k.builder.getI8IntegerAttr(index));
}

void MatrixRegisters::call(StringRef name, ValueRange operands) {
  k.create<LLVM::CallIntrinsicOp>(TypeRange(), k.builder.getStringAttr(name),
                                  operands, LLVM::FastmathFlags{});
}

} // namespace mixq
