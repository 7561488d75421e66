//===- GraphBuilder.cpp - Emit the graph level, op by op ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/GraphBuilder.h"

#include "absl/strings/str_cat.h"
#include "dialect/Parameters.h"

#include "mlir/IR/Location.h"

using namespace mlir;

namespace mixq {
namespace {

ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

} // namespace

GraphBuilder::GraphBuilder(MLIRContext &context, ArrayRef<int64_t> inputShape,
                           ArrayRef<int64_t> outputShape)
    : builder(&context) {
  context.getOrLoadDialect<MixqDialect>();
  context.getOrLoadDialect<func::FuncDialect>();
  module = ModuleOp::create(builder.getUnknownLoc());
  builder.setInsertionPointToEnd(module->getBody());
  const FunctionType type =
      builder.getFunctionType({floats(inputShape)}, {floats(outputShape)});
  function = builder.create<func::FuncOp>(at("main"), "main", type);
  function.addEntryBlock();
  function.getArgument(0).setLoc(at("image"));
  builder.setInsertionPointToEnd(&function.front());
}

Value GraphBuilder::image() { return function.getArgument(0); }

RankedTensorType GraphBuilder::floats(ArrayRef<int64_t> shape) {
  return RankedTensorType::get(shape, builder.getF32Type());
}

Location GraphBuilder::at(const std::string &name) {
  return NameLoc::get(builder.getStringAttr(name));
}

void GraphBuilder::define(const std::string &name, Tensor tensor) {
  parameters[name] = std::move(tensor);
}

Value GraphBuilder::parameter(const std::string &name) {
  auto [found, isUndefined] = parameters.try_emplace(name);
  if (isUndefined) {
    undefined = undefined.empty() ? name : undefined;
    found->second = Tensor(DataType::F32, {1, 1, 1, 1});
  }
  const Tensor &tensor = found->second;
  return createParameter(builder, at(name), name, tensor,
                         floats(tensor.shape()));
}

Value GraphBuilder::patchEmbed(Value image, const std::string &name,
                               const std::string &unit) {
  const Value weight = parameter(name + ".weight");
  const Value bias = parameter(name + ".bias");
  const auto pixels = shapeOf(image), kernel = shapeOf(weight);
  const int64_t patches = (pixels[1] / kernel[2]) * (pixels[2] / kernel[3]);
  return builder.create<PatchEmbedOp>(at(unit), floats({patches, kernel[0]}),
                                      image, weight, bias,
                                      builder.getStringAttr(unit));
}

Value GraphBuilder::linear(Value input, const std::string &unit) {
  const Value weight = parameter(unit + ".weight");
  const Value bias = parameter(unit + ".bias");
  return builder.create<LinearOp>(
      at(unit), floats({shapeOf(input)[0], shapeOf(weight)[0]}), input, weight,
      bias, builder.getStringAttr(unit));
}

Value GraphBuilder::layerNorm(Value input, const std::string &name,
                              double epsilon) {
  const Value gamma = parameter(name + ".weight");
  const Value beta = parameter(name + ".bias");
  return builder.create<LayerNormOp>(
      at(name), input.getType(), input, gamma, beta,
      builder.getF32FloatAttr(static_cast<float>(epsilon)));
}

Value GraphBuilder::product(Value lhs, Value rhs, bool transposeRhs,
                            int64_t columns, double multiplier,
                            const std::string &unit) {
  const auto rows = shapeOf(lhs);
  return builder.create<MatmulOp>(
      at(unit), floats({rows[0], rows[1], columns}), lhs, rhs,
      transposeRhs ? builder.getUnitAttr() : UnitAttr(),
      builder.getF32FloatAttr(static_cast<float>(multiplier)),
      builder.getStringAttr(unit));
}

Value GraphBuilder::matmulTransposed(Value lhs, Value rhs, double multiplier,
                                     const std::string &unit) {
  return product(lhs, rhs, true, shapeOf(rhs)[1], multiplier, unit);
}

Value GraphBuilder::matmul(Value lhs, Value rhs, const std::string &unit) {
  return product(lhs, rhs, false, shapeOf(rhs)[2], 1.0, unit);
}

Value GraphBuilder::softmax(Value input, const std::string &name) {
  return builder.create<SoftmaxOp>(at(name), input.getType(), input);
}

Value GraphBuilder::gelu(Value input, Activation activation,
                         const std::string &name) {
  const bool isTanh = activation == Activation::GeluTanh;
  return builder.create<GeluOp>(at(name), input.getType(), input,
                                isTanh ? builder.getUnitAttr() : UnitAttr(),
                                /*codes=*/UnitAttr());
}

Value GraphBuilder::add(Value lhs, Value rhs, const std::string &name) {
  return builder.create<AddOp>(at(name), lhs.getType(), lhs, rhs);
}

Value GraphBuilder::concat(ValueRange parts, const std::string &name) {
  int64_t rows = 0;
  for (const Value part : parts)
    rows += shapeOf(part)[0];
  return builder.create<ConcatOp>(
      at(name), floats({rows, shapeOf(parts.front())[1]}), parts);
}

Value GraphBuilder::slice(Value input, int64_t begin, int64_t rows,
                          const std::string &name) {
  return builder.create<SliceOp>(at(name), floats({rows, shapeOf(input)[1]}),
                                 input, builder.getI64IntegerAttr(begin));
}

Value GraphBuilder::pool(Value input, const std::string &name) {
  return builder.create<PoolOp>(at(name), floats({1, shapeOf(input)[1]}),
                                input);
}

SplitQkvOp GraphBuilder::splitQkv(Value input, int64_t heads,
                                  const std::string &name, int64_t windows) {
  const auto shape = shapeOf(input);
  const Type type =
      floats({windows * heads, shape[0] / windows, shape[1] / (3 * heads)});
  return builder.create<SplitQkvOp>(at(name), TypeRange{type, type, type},
                                    input, builder.getI64IntegerAttr(windows));
}

Value GraphBuilder::mergeHeads(Value input, const std::string &name,
                               int64_t windows) {
  const auto shape = shapeOf(input);
  return builder.create<MergeHeadsOp>(
      at(name), floats({windows * shape[1], shape[0] / windows * shape[2]}),
      input, builder.getI64IntegerAttr(windows));
}

Value GraphBuilder::roll(Value input, ArrayRef<int64_t> map,
                         ArrayRef<int64_t> shift, const std::string &name) {
  return builder.create<RollOp>(at(name), input.getType(), input, map, shift);
}

Value GraphBuilder::padMap(Value input, ArrayRef<int64_t> map,
                           ArrayRef<int64_t> to, const std::string &name) {
  return builder.create<PadMapOp>(
      at(name), floats({to[0] * to[1], shapeOf(input)[1]}), input, map, to);
}

Value GraphBuilder::cropMap(Value input, ArrayRef<int64_t> map,
                            ArrayRef<int64_t> to, const std::string &name) {
  return builder.create<CropMapOp>(
      at(name), floats({to[0] * to[1], shapeOf(input)[1]}), input, map, to);
}

Value GraphBuilder::windowPartition(Value input, ArrayRef<int64_t> map,
                                    ArrayRef<int64_t> window,
                                    const std::string &name) {
  return builder.create<WindowPartitionOp>(at(name), input.getType(), input,
                                           map, window);
}

Value GraphBuilder::windowReverse(Value input, ArrayRef<int64_t> map,
                                  ArrayRef<int64_t> window,
                                  const std::string &name) {
  return builder.create<WindowReverseOp>(at(name), input.getType(), input, map,
                                         window);
}

Value GraphBuilder::patchMerge(Value input, ArrayRef<int64_t> map,
                               const std::string &name) {
  const int64_t rows = ((map[0] + 1) / 2) * ((map[1] + 1) / 2);
  return builder.create<PatchMergeOp>(
      at(name), floats({rows, 4 * shapeOf(input)[1]}), input, map);
}

Value GraphBuilder::windowBias(Value scores, Value bias, ArrayRef<int64_t> grid,
                               const std::string &name) {
  return builder.create<WindowBiasOp>(at(name), scores.getType(), scores, bias,
                                      grid);
}

void GraphBuilder::annotate(StringRef name, Attribute value) {
  module.get()->setAttr(("mixq." + name).str(), value);
}

absl::StatusOr<OwningOpRef<ModuleOp>> GraphBuilder::finish(Value result) {
  if (!undefined.empty())
    return absl::InternalError(
        absl::StrCat("the network needs tensor '", undefined,
                     "', which is not among those that were checked for it"));
  builder.create<func::ReturnOp>(function.getLoc(), result);
  return std::move(module);
}

} // namespace mixq
