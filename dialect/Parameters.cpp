//===- Parameters.cpp - Values behind mixq.parameter ops ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Parameters.h"

#include "mlir/IR/Builders.h"

#include <cstring>

using namespace mlir;
using namespace mixq;

static StringRef toStringRef(absl::string_view text) {
  return StringRef(text.data(), text.size());
}

ParameterStore &mixq::getParameterStore(Operation *op) {
  return op->getContext()->getLoadedDialect<MixqDialect>()->getParameterStore();
}

/// How elements of a tensor type lie in memory.
static DataType storageType(Type elementType) {
  if (elementType.isF32())
    return DataType::F32;
  if (auto code = dyn_cast<QuantizedType>(elementType))
    return code.getIsSigned() ? DataType::S8 : DataType::U8;
  return isa<CodebookType>(elementType) ? DataType::U8 : DataType::S32;
}

/// The verifier has checked shape and element type of `value`.
static Tensor readInline(RankedTensorType type,
                         DenseIntOrFPElementsAttr value) {
  Tensor tensor(storageType(type.getElementType()), type.getShape().vec());
  uint8_t *to = tensor.mutableRaw();
  size_t size = sizeOf(tensor.type());
  bool isFloat = type.getElementType().isF32();
  auto copy = [&](const APInt &bits) {
    std::memcpy(to, bits.getRawData(), size);
    to += size;
  };
  if (isFloat)
    for (const APFloat &element : value.getValues<APFloat>())
      copy(element.bitcastToAPInt());
  else
    for (const APInt &element : value.getValues<APInt>())
      copy(element);
  return tensor;
}

/// Whether every element is a code of `type`: a byte may hold more.
static bool holdsCodes(const Tensor &tensor, QuantizedType type) {
  auto isCode = [&](int32_t value) {
    return value >= type.getMinCode() && value <= type.getMaxCode();
  };
  const uint8_t *begin = tensor.raw(), *end = begin + tensor.size();
  return llvm::all_of(llvm::make_range(begin, end), [&](uint8_t byte) {
    return isCode(type.getIsSigned() ? static_cast<int8_t>(byte) : byte);
  });
}

static LogicalResult checkStored(ParameterOp op, const Tensor &tensor) {
  RankedTensorType type = op.getResult().getType();
  if (tensor.type() != storageType(type.getElementType()) ||
      ArrayRef<int64_t>(tensor.shape()) != type.getShape())
    return op.emitOpError() << "expects the parameter '" << *op.getName()
                            << "' to fit the result's type " << type << ", got "
                            << describe(tensor);
  auto code = dyn_cast<QuantizedType>(type.getElementType());
  if (code && !holdsCodes(tensor, code))
    return op.emitOpError() << "expects the parameter '" << *op.getName()
                            << "' to hold codes in [" << code.getMinCode()
                            << ", " << code.getMaxCode() << "]";
  return success();
}

FailureOr<Tensor> mixq::getParameterValue(ParameterOp op) {
  RankedTensorType type = op.getResult().getType();
  if (op.getValue())
    return readInline(type, *op.getValue());
  std::optional<uint64_t> hash = parseHash(op.getHash()->str());
  absl::StatusOr<Tensor> tensor =
      getParameterStore(op).lookup(op.getName()->str(), *hash);
  if (!tensor.ok())
    return op.emitOpError() << toStringRef(tensor.status().message());
  if (failed(checkStored(op, *tensor)))
    return failure();
  return *std::move(tensor);
}

ParameterOp mixq::createParameter(OpBuilder &builder, Location loc,
                                  StringRef name, Tensor tensor,
                                  RankedTensorType type) {
  auto *dialect = builder.getContext()->getOrLoadDialect<MixqDialect>();
  uint64_t hash =
      dialect->getParameterStore().insert(name.str(), std::move(tensor));
  return builder.create<ParameterOp>(loc, type, builder.getStringAttr(name),
                                     builder.getStringAttr(formatHash(hash)),
                                     DenseIntOrFPElementsAttr());
}

/// The constants segment of a lowered module, which it names by hash.
static LogicalResult addConstants(Operation *root, Archive &archive) {
  auto hash = root->getAttrOfType<StringAttr>(kConstantsName);
  if (!hash)
    return success();
  std::optional<uint64_t> value = parseHash(hash.str());
  if (!value)
    return root->emitError()
           << "expects `" << kConstantsName << "` to be a hash, got " << hash;
  absl::StatusOr<Tensor> tensor =
      getParameterStore(root).lookup(kConstantsName.str(), *value);
  if (!tensor.ok())
    return root->emitError() << toStringRef(tensor.status().message());
  archive.tensors[kConstantsName.str()] = *std::move(tensor);
  return success();
}

LogicalResult mixq::saveParameters(Operation *root, const std::string &path) {
  Archive archive;
  WalkResult result = root->walk([&](ParameterOp op) {
    if (!op.getName())
      return WalkResult::advance();
    FailureOr<Tensor> tensor = getParameterValue(op);
    if (failed(tensor))
      return WalkResult::interrupt();
    archive.tensors[op.getName()->str()] = *std::move(tensor);
    return WalkResult::advance();
  });
  if (result.wasInterrupted() || failed(addConstants(root, archive)))
    return failure();
  absl::Status status = writeSafetensors(path, archive);
  if (!status.ok())
    return root->emitError() << toStringRef(status.message());
  return success();
}
