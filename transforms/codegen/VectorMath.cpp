//===- VectorMath.cpp - Exact fp32 arithmetic, emitted --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/VectorMath.h"

#include "transforms/codegen/Saturate.h"

#include "dialect/Numerics.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {

static VectorType vectorTypeOf(Value value) {
  return cast<VectorType>(value.getType());
}

/// The type of a scalar or a vector with another element.
static Type withElement(Value value, Type element) {
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    return VectorType::get(vector.getShape(), element);
  return element;
}

/// What x + y rounds away, for sum = fl(x + y) (Knuth's TwoSum).
static Value emitSumError(KernelBuilder &k, Value x, Value y, Value sum) {
  auto subtract = [&](Value a, Value b) -> Value {
    return k.create<arith::SubFOp>(a, b);
  };
  Value yPart = subtract(sum, x);
  Value xPart = subtract(sum, yPart);
  return k.create<arith::AddFOp>(subtract(x, xPart), subtract(y, yPart));
}

/// x + y of f64, rounded to odd: of the two neighbours of an inexact sum, the
/// one whose last bit is set.
static Value emitSumToOdd(KernelBuilder &k, Value x, Value y) {
  Value sum = k.create<arith::AddFOp>(x, y);
  Value error = emitSumError(k, x, y, sum);
  Type integers = withElement(sum, k.i64());
  Value zero = k.constant(sum.getType(), 0.0);
  auto compare = [&](arith::CmpFPredicate predicate, Value value) -> Value {
    return k.create<arith::CmpFOp>(predicate, value, zero);
  };
  Value bits = k.bitcast(sum, integers);
  Value isEven = k.create<arith::CmpIOp>(
      arith::CmpIPredicate::eq,
      k.create<arith::AndIOp>(bits, k.constant(integers, int64_t(1))),
      k.constant(integers, int64_t(0)));
  // Ordered: a NaN, of infinities, stays as it is.
  Value move = k.create<arith::AndIOp>(
      compare(arith::CmpFPredicate::ONE, error), isEven);
  // One more in the pattern is one ulp away from zero.
  Value isInward =
      k.create<arith::XOrIOp>(compare(arith::CmpFPredicate::OGT, error),
                              compare(arith::CmpFPredicate::OGT, sum));
  Value step =
      k.create<arith::SelectOp>(isInward, k.constant(integers, int64_t(-1)),
                                k.constant(integers, int64_t(1)));
  Value odd = k.create<arith::SelectOp>(move, k.add(bits, step), bits);
  return k.bitcast(odd, sum.getType());
}

/// fma without the instruction: the product of two fp32 is exact in f64, and a
/// sum rounded to odd there rounds to fp32 as the exact sum would, since f64
/// has more than 2 * 24 + 1 digits (Boldo and Melquiond, "Emulation of FMA and
/// correctly rounded sums: proved algorithms using rounding to odd", 2008).
static Value emitFmaInDouble(KernelBuilder &k, Value x, Value y, Value z) {
  Type wide = withElement(x, k.builder.getF64Type());
  auto widen = [&](Value value) -> Value {
    return k.create<arith::ExtFOp>(wide, value);
  };
  Value product = k.create<arith::MulFOp>(widen(x), widen(y));
  return k.create<arith::TruncFOp>(x.getType(),
                                   emitSumToOdd(k, product, widen(z)));
}

Value emitFma(KernelBuilder &k, Value x, Value y, Value z) {
  if (!k.target.hasFma())
    return emitFmaInDouble(k, x, y, z);
  return k.create<math::FmaOp>(x, y, z);
}

static Value emitSelect(KernelBuilder &k, arith::CmpFPredicate predicate,
                        Value x, Value limit) {
  Value keep = k.create<arith::CmpFOp>(predicate, x, limit);
  return k.create<arith::SelectOp>(keep, x, limit);
}

Value emitAtLeast(KernelBuilder &k, Value x, double bound) {
  return emitSelect(k, arith::CmpFPredicate::OGT, x,
                    k.constant(x.getType(), bound));
}

Value emitAtMost(KernelBuilder &k, Value x, double bound) {
  return emitSelect(k, arith::CmpFPredicate::OLT, x,
                    k.constant(x.getType(), bound));
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

/// Below 2^23, adding 2^23 leaves no digits behind the point. From there on a
/// float is an integer.
static Value emitRoundEvenByAdding(KernelBuilder &k, Value x) {
  Type type = x.getType();
  Value limit = k.constant(type, 8388608.0);
  Value shift = k.create<math::CopySignOp>(limit, x);
  Value rounded = k.create<arith::SubFOp>(
      k.create<arith::AddFOp>(x, shift).getResult(), shift);
  Value isSmall = k.create<arith::CmpFOp>(arith::CmpFPredicate::OLT,
                                          k.create<math::AbsFOp>(x), limit);
  return k.create<arith::SelectOp>(isSmall, rounded, x);
}

Value emitRoundEven(KernelBuilder &k, Value x) {
  if (!k.target.hasFma())
    return emitRoundEvenByAdding(k, x);
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

template <typename Coefficients>
static Value emitGeluPolynomial(KernelBuilder &k, Value x, float bound,
                                float squareScale,
                                const Coefficients &coefficients) {
  Type type = x.getType();
  Value b = emitAtLeast(k, x, -bound);
  Value t = emitAtMost(k, b, bound);
  Value u = k.create<arith::MulFOp>(t, t);
  Value v = emitFma(k, u, k.constant(type, double(squareScale)),
                    k.constant(type, -1.0));
  Value p = emitHorner(k, v, coefficients);
  Value phi = emitFma(k, t, p, k.constant(type, 0.5));
  return k.create<arith::MulFOp>(b, phi);
}

Value emitGelu(KernelBuilder &k, Value x, bool tanh) {
  if (tanh)
    return emitGeluPolynomial(k, x, numerics::gelu_tanh::kBound,
                              numerics::gelu_tanh::kSquareScale,
                              numerics::gelu_tanh::kCoefficients);
  return emitGeluPolynomial(k, x, numerics::gelu::kBound,
                            numerics::gelu::kSquareScale,
                            numerics::gelu::kCoefficients);
}

Value emitGeluForCodes(KernelBuilder &k, Value x, bool tanh) {
  if (tanh)
    return emitGeluPolynomial(k, x, numerics::gelu_tanh_codes::kBound,
                              numerics::gelu_tanh_codes::kSquareScale,
                              numerics::gelu_tanh_codes::kCoefficients);
  return emitGeluPolynomial(k, x, numerics::gelu_codes::kBound,
                            numerics::gelu_codes::kSquareScale,
                            numerics::gelu_codes::kCoefficients);
}

/// Registers whose chains alternate: as many as leave room for coefficients.
static int64_t chainsOf(const Target &target) {
  return target.lanes == 16 ? 4 : target.hasFma() ? 2 : 1;
}

KernelBuilder::Values emitAlternating(KernelBuilder &k, ValueRange xs,
                                      function_ref<Value(Value)> function) {
  KernelBuilder::Values results;
  if (xs.empty())
    return results;
  const int64_t width = vectorTypeOf(xs.front()).getDimSize(0);
  const size_t together =
      std::max<int64_t>(1, chainsOf(k.target) * k.target.lanes / width);
  for (size_t first = 0; first < xs.size(); first += together) {
    ValueRange some = xs.slice(first, std::min(together, xs.size() - first));
    results.append(splitVector(k, function(joinVectors(k, some)), width));
  }
  return results;
}

Value emitCodes(KernelBuilder &k, Value x, double highest) {
  return emitCodes(k, x, k.constant(x.getType(), highest));
}

Value emitCodes(KernelBuilder &k, Value x, Value highest) {
  // Clamping first gives the same code, since the bounds are integers. Adding
  // 1.5 * 2^23 then rounds to nearest even and leaves the integer in the low
  // bits of the fp32 pattern.
  Value clamped =
      emitSelect(k, arith::CmpFPredicate::OLT, emitAtLeast(k, x, 0.0), highest);
  Value shifted =
      k.create<arith::AddFOp>(clamped, k.constant(x.getType(), 12582912.0));
  Value bits = k.bitcast(shifted, withElement(x, k.i32()));
  return k.create<arith::TruncIOp>(withElement(x, k.i8()), bits);
}

Value emitLaneReduction(KernelBuilder &k, Value lanes,
                        function_ref<Value(Value, Value)> combine) {
  for (int64_t width = vectorTypeOf(lanes).getDimSize(0) / 2; width >= 1;
       width /= 2) {
    auto half = [&](int64_t offset) -> Value {
      return k.create<vector::ExtractStridedSliceOp>(
          lanes, ArrayRef<int64_t>{offset}, ArrayRef<int64_t>{width},
          ArrayRef<int64_t>{1});
    };
    lanes = combine(half(0), half(width));
  }
  return k.create<vector::ExtractOp>(lanes, ArrayRef<int64_t>{0});
}

Value emitLaneSum(KernelBuilder &k, Value lanes) {
  return emitLaneReduction(k, lanes, [&](Value a, Value b) -> Value {
    return k.create<arith::AddFOp>(a, b);
  });
}

Value emitToFloat(KernelBuilder &k, Value integers) {
  return k.create<arith::SIToFPOp>(withElement(integers, k.f32()), integers);
}

} // namespace mixq
