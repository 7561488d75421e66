//===- VectorMath.cpp - Exact fp32 arithmetic, emitted --------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/VectorMath.h"

#include "dialect/Numerics.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {

static VectorType vectorTypeOf(Value value) {
  return cast<VectorType>(value.getType());
}

static VectorType withElement(Value value, Type element) {
  return VectorType::get(vectorTypeOf(value).getShape(), element);
}

Value emitFma(KernelBuilder &k, Value x, Value y, Value z) {
  return k.create<math::FmaOp>(x, y, z);
}

static Value emitSelect(KernelBuilder &k, arith::CmpFPredicate predicate,
                        Value x, double bound) {
  Value limit = k.constant(x.getType(), bound);
  Value keep = k.create<arith::CmpFOp>(predicate, x, limit);
  return k.create<arith::SelectOp>(keep, x, limit);
}

Value emitAtLeast(KernelBuilder &k, Value x, double bound) {
  return emitSelect(k, arith::CmpFPredicate::OGT, x, bound);
}

Value emitAtMost(KernelBuilder &k, Value x, double bound) {
  return emitSelect(k, arith::CmpFPredicate::OLT, x, bound);
}

template <typename Coefficients>
static Value emitHorner(KernelBuilder &k, Value x,
                        const Coefficients &coefficients) {
  Value result = k.constant(x.getType(), double(coefficients[0]));
  for (size_t i = 1; i < coefficients.size(); ++i)
    result =
        emitFma(k, result, x, k.constant(x.getType(), double(coefficients[i])));
  return result;
}

Value emitRoundEven(KernelBuilder &k, Value x) {
  return k.create<math::RoundEvenOp>(x);
}

Value emitExp(KernelBuilder &k, Value x) {
  namespace spec = numerics::exp;
  Type type = x.getType();
  Type integers = withElement(x, k.i32());
  auto constant = [&](float value) { return k.constant(type, double(value)); };
  x = emitAtLeast(k, x, spec::kLowest);
  Value n = emitRoundEven(
      k, k.create<arith::MulFOp>(x, constant(spec::kLog2e)).getResult());
  Value r = emitFma(k, n, constant(-spec::kLn2High), x);
  r = emitFma(k, n, constant(-spec::kLn2Low), r);
  Value p = emitHorner(k, r, spec::kCoefficients);
  // 2^n by adding n to the exponent field: p is in [0.7, 1.42] and n >= -126,
  // so the field never leaves the normal range.
  Value exponent = k.create<arith::ShLIOp>(
      k.create<arith::FPToSIOp>(integers, n).getResult(),
      k.constant(integers, int64_t(23)));
  return k.bitcast(k.add(k.bitcast(p, integers), exponent), type);
}

Value emitGelu(KernelBuilder &k, Value x) {
  namespace spec = numerics::gelu;
  Type type = x.getType();
  Value b = emitAtLeast(k, x, -spec::kBound);
  Value t = emitAtMost(k, b, spec::kBound);
  Value u = k.create<arith::MulFOp>(t, t);
  Value v = emitFma(k, u, k.constant(type, double(spec::kSquareScale)),
                    k.constant(type, -1.0));
  Value p = emitHorner(k, v, spec::kCoefficients);
  Value phi = emitFma(k, t, p, k.constant(type, 0.5));
  return k.create<arith::MulFOp>(b, phi);
}

Value emitCodes(KernelBuilder &k, Value x) {
  // Clamping first gives the same code, since the bounds are integers. Adding
  // 1.5 * 2^23 then rounds to nearest even and leaves the integer in the low
  // bits of the fp32 pattern.
  Value clamped = emitAtMost(k, emitAtLeast(k, x, 0.0), 255.0);
  Value shifted =
      k.create<arith::AddFOp>(clamped, k.constant(x.getType(), 12582912.0));
  Value bits = k.bitcast(shifted, withElement(x, k.i32()));
  return k.create<arith::TruncIOp>(withElement(x, k.i8()), bits);
}

Value emitLaneSum(KernelBuilder &k, Value lanes) {
  for (int64_t width = vectorTypeOf(lanes).getDimSize(0) / 2; width >= 1;
       width /= 2) {
    auto half = [&](int64_t offset) -> Value {
      return k.create<vector::ExtractStridedSliceOp>(
          lanes, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{width},
          ArrayRef<int64_t>{1});
    };
    lanes = k.create<arith::AddFOp>(half(0), half(width));
  }
  return k.create<vector::ExtractOp>(lanes, ArrayRef<int64_t>{0});
}

Value emitToFloat(KernelBuilder &k, Value integers) {
  return k.create<arith::SIToFPOp>(withElement(integers, k.f32()), integers);
}

} // namespace mixq
