//===- Roof.cpp - Kernels that measure a core's limit ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Roof.h"

#include "transforms/codegen/MatrixTile.h"

using namespace mlir;

namespace mixq {

int64_t roofMacsOfARound(const Target &target, ProductType type) {
  if (type == ProductType::U8S8 && target.hasMatrices())
    return matrixRoofMacs();
  return target.tileRows * target.tileColumns() *
         (target.multipliesWords(type) ? 2 : groupOf(type, target));
}

/// Whether a product and its sum are one instruction.
static bool isFused(const Target &target, ProductType type) {
  return type == ProductType::F32 ? target.hasFma()
                                  : !target.multipliesWords(type);
}

/// The operands come from memory, where they are zero, so that the optimizer
/// knows nothing of them; the sums go there, so that it needs them. Where the
/// product is an instruction of its own, its operand is the sum, since equal
/// products would become one.
static void emitRoof(KernelBuilder &k, ProductType type, Value memory,
                     Value begin, Value end) {
  Value rounds = k.mul(k.create<arith::SubIOp>(end, begin),
                       kRoofMacs / roofMacsOfARound(k.target, type));
  if (type == ProductType::U8S8 && k.target.hasMatrices())
    return emitMatrixRoof(k, memory, rounds);
  int64_t accumulators = k.target.tileRows * k.target.tileVectors;
  int64_t bytes = k.target.lanes * 4;
  Type sumType =
      k.vec(type == ProductType::F32 ? k.f32() : k.i32(), k.target.lanes);
  Value a = emitLoadA(k, type, memory);
  Value b = emitLoadB(k, type, memory, k.target.lanes);
  if (k.target.multipliesWords(type)) {
    Type words = k.vec(k.builder.getI16Type(), 2 * k.target.lanes);
    a = k.bitcast(a, words);
    b = k.bitcast(b, words);
  }
  KernelBuilder::Values init;
  for (int64_t i = 0; i < accumulators; ++i)
    init.push_back(k.load(sumType, k.at(memory, i * bytes)));
  auto sums =
      k.loop(k.index(0), rounds, 1, init, [&](Value, ValueRange carried) {
        KernelBuilder::Values next;
        for (Value sum : carried)
          next.push_back(emitMultiplyAdd(
              k, type, sum,
              isFused(k.target, type) ? a : k.bitcast(sum, a.getType()), b));
        return next;
      });
  for (int64_t i = 0; i < accumulators; ++i)
    k.store(sums[i], k.at(memory, i * bytes));
}

void addRoofKernel(LoweringContext &context, Location loc, ProductType type) {
  bool isFloat = type == ProductType::F32;
  KernelTypes types = {isFloat ? "f32" : "u8", isFloat ? "f32" : "s8", "none"};
  std::string name =
      (types.lhs + types.rhs + "_roof__" + context.target.name).str();
  context.getKernel(
      loc, name, "roof", types, /*argumentCount=*/1,
      [&](KernelBuilder &k, ValueRange arguments, Value begin, Value end) {
        emitRoof(k, type, arguments[0], begin, end);
      });
}

} // namespace mixq
