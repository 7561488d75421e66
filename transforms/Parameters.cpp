//===- Parameters.cpp - Reading and writing mixq.parameter ops ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Parameters.h"

#include "dialect/Parameters.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kInlineElements = 4;

ParameterStore &storeOf(MLIRContext *context) {
  return context->getOrLoadDialect<MixqDialect>()->getParameterStore();
}

} // namespace

bool isParameter(Value value) {
  return value.getDefiningOp<ParameterOp>() != nullptr;
}

std::string parameterName(Value parameter, StringRef otherwise) {
  auto name = parameter.getDefiningOp<ParameterOp>().getName();
  return name ? name->str() : otherwise.str();
}

FailureOr<Tensor> readParameter(Value value) {
  auto op = value.getDefiningOp<ParameterOp>();
  if (!op)
    return emitError(value.getLoc(), "expects a mixq.parameter, got '")
           << (value.getDefiningOp()
                   ? value.getDefiningOp()->getName().getStringRef()
                   : StringRef("a block argument"))
           << "'";
  return getParameterValue(op);
}

std::string storeParameter(MLIRContext *context, const std::string &name,
                           const Tensor &tensor) {
  uint64_t hash = storeOf(context).insert(name, tensor);
  return llvm::utohexstr(hash, /*LowerCase=*/true, /*Width=*/16);
}

static std::string freeName(MLIRContext *context, const std::string &name,
                            const Tensor &tensor) {
  const ParameterStore &store = storeOf(context);
  std::string candidate = name;
  for (int n = 1; store.contains(candidate) &&
                  !store.lookup(candidate, tensor.hash()).ok();
       ++n)
    candidate = name + "." + std::to_string(n);
  return candidate;
}

template <typename T>
static DenseIntOrFPElementsAttr toElements(const Tensor &tensor, Type element) {
  auto type = RankedTensorType::get(tensor.shape(), element);
  return cast<DenseIntOrFPElementsAttr>(DenseElementsAttr::get(
      type, llvm::ArrayRef<T>(tensor.data<T>(), tensor.size())));
}

static DenseIntOrFPElementsAttr toElements(OpBuilder &builder,
                                           const Tensor &tensor) {
  switch (tensor.type()) {
  case DataType::F32:
    return toElements<float>(tensor, builder.getF32Type());
  case DataType::S32:
    return toElements<int32_t>(tensor, builder.getI32Type());
  default:
    return toElements<int8_t>(tensor, builder.getI8Type());
  }
}

Value makeParameter(OpBuilder &builder, Location loc, const std::string &name,
                    const Tensor &tensor, Type elementType) {
  auto type = RankedTensorType::get(tensor.shape(), elementType);
  if (tensor.size() <= kInlineElements)
    return builder.create<ParameterOp>(loc, type, StringAttr(), StringAttr(),
                                       toElements(builder, tensor));
  std::string stored = freeName(builder.getContext(), name, tensor);
  std::string hash = storeParameter(builder.getContext(), stored, tensor);
  return builder.create<ParameterOp>(loc, type, builder.getStringAttr(stored),
                                     builder.getStringAttr(hash),
                                     DenseIntOrFPElementsAttr());
}

Value makeParameter(OpBuilder &builder, Location loc, const std::string &name,
                    const std::vector<float> &values) {
  return makeParameter(
      builder, loc, name,
      Tensor::of<float>({static_cast<int64_t>(values.size())}, values),
      builder.getF32Type());
}

Value makeParameter(OpBuilder &builder, Location loc, const std::string &name,
                    const std::vector<int32_t> &values) {
  return makeParameter(
      builder, loc, name,
      Tensor::of<int32_t>({static_cast<int64_t>(values.size())}, values),
      builder.getI32Type());
}

} // namespace mixq
