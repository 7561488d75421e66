//===- KernelBuilder.cpp - Emits the body of one kernel -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/KernelBuilder.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace mixq {

static Attribute scalarAttribute(Builder &builder, Type type, double value) {
  if (isa<FloatType>(type))
    return builder.getFloatAttr(type, value);
  return builder.getIntegerAttr(type, static_cast<int64_t>(value));
}

static Value emitConstant(KernelBuilder &k, Type type, Attribute scalar) {
  auto vector = dyn_cast<VectorType>(type);
  auto value = vector ? cast<TypedAttr>(DenseElementsAttr::get(vector, scalar))
                      : cast<TypedAttr>(scalar);
  return k.create<arith::ConstantOp>(value);
}

Value KernelBuilder::constant(Type type, double value) {
  return emitConstant(
      *this, type, scalarAttribute(builder, getElementTypeOrSelf(type), value));
}

Value KernelBuilder::constant(Type type, int64_t value) {
  return emitConstant(
      *this, type, builder.getIntegerAttr(getElementTypeOrSelf(type), value));
}

Value KernelBuilder::prefixMask(int64_t lanes, int64_t count) {
  SmallVector<bool> bits(lanes, false);
  std::fill(bits.begin(), bits.begin() + count, true);
  auto type = vec(builder.getI1Type(), lanes);
  return create<arith::ConstantOp>(DenseElementsAttr::get(type, bits));
}

Value KernelBuilder::at(Value pointer, Value bytes) {
  return create<LLVM::GEPOp>(pointer.getType(), i8(), pointer,
                             ArrayRef<LLVM::GEPArg>{bytes}, /*inbounds=*/true);
}

Value KernelBuilder::at(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return at(pointer, index(bytes));
}

// Rows of any width start anywhere: alignment 1. Unaligned moves cost nothing
// on aligned addresses.
Value KernelBuilder::load(Type type, Value pointer) {
  return create<LLVM::LoadOp>(type, pointer, /*alignment=*/1);
}

void KernelBuilder::store(Value value, Value pointer) {
  create<LLVM::StoreOp>(value, pointer, /*alignment=*/1);
}

Value KernelBuilder::loadFirst(VectorType type, int64_t count, Value pointer) {
  if (count == type.getDimSize(0))
    return load(type, pointer);
  Value elements = load(vec(type.getElementType(), count), pointer);
  Value zero = isa<FloatType>(type.getElementType())
                   ? constant(type, 0.0)
                   : constant(type, int64_t(0));
  return create<vector::InsertStridedSliceOp>(
      elements, zero, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{1});
}

void KernelBuilder::storeFirst(Value vector, int64_t count, Value pointer) {
  if (count < cast<VectorType>(vector.getType()).getDimSize(0))
    vector = create<vector::ExtractStridedSliceOp>(vector, ArrayRef<int64_t>{0},
                                                   ArrayRef<int64_t>{count},
                                                   ArrayRef<int64_t>{1});
  store(vector, pointer);
}

Value KernelBuilder::stack(int64_t bytes) {
  return create<LLVM::AllocaOp>(
      LLVM::LLVMPointerType::get(builder.getContext()), i8(), index(bytes),
      /*alignment=*/64);
}

Value KernelBuilder::add(Value lhs, Value rhs) {
  return create<arith::AddIOp>(lhs, rhs);
}

Value KernelBuilder::mul(Value lhs, Value rhs) {
  return create<arith::MulIOp>(lhs, rhs);
}

Value KernelBuilder::divide(Value lhs, int64_t rhs) {
  return create<arith::DivUIOp>(lhs, constant(lhs.getType(), rhs));
}

Value KernelBuilder::remainder(Value lhs, int64_t rhs) {
  return create<arith::RemUIOp>(lhs, constant(lhs.getType(), rhs));
}

Value KernelBuilder::broadcast(Value scalar, int64_t lanes) {
  return create<vector::BroadcastOp>(vec(scalar.getType(), lanes), scalar);
}

Value KernelBuilder::bitcast(Value value, Type type) {
  if (isa<VectorType>(type))
    return create<vector::BitCastOp>(type, value);
  return create<arith::BitcastOp>(type, value);
}

KernelBuilder::Values
KernelBuilder::loop(Value begin, Value end, int64_t step, ValueRange init,
                    function_ref<Values(Value, ValueRange)> body) {
  auto loop = create<scf::ForOp>(begin, end, index(step), init);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  // scf.for without carried values comes with its terminator.
  if (!init.empty())
    create<scf::YieldOp>(results);
  return Values(loop.getResults());
}

void KernelBuilder::loop(int64_t begin, int64_t end, int64_t step,
                         function_ref<void(Value)> body) {
  loop(index(begin), index(end), step, {}, [&](Value i, ValueRange) {
    body(i);
    return Values();
  });
}

void KernelBuilder::branch(Value condition, function_ref<void()> ifTrue,
                           function_ref<void()> ifFalse) {
  auto branch = create<scf::IfOp>(condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  ifTrue();
  builder.setInsertionPointToStart(branch.elseBlock());
  ifFalse();
}

} // namespace mixq
