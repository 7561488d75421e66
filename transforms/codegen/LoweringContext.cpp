//===- LoweringContext.cpp - What the kernels of one module share ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/LoweringContext.h"

#include "dialect/Parameters.h"
#include "transforms/Parameters.h"
#include "transforms/codegen/Packing.h"

using namespace mlir;

namespace mixq {

int64_t elementBytes(Type elementType) {
  return isa<QuantizedType, CodebookType>(elementType) ? 1 : 4;
}

std::string stepName(Operation *op) {
  if (auto unit = op->getAttrOfType<StringAttr>("unit"))
    return unit.str();
  if (auto loc = dyn_cast<NameLoc>(op->getLoc()))
    return loc.getName().str();
  return op->getName().stripDialect().str();
}

LoweringContext::LoweringContext(ModuleOp module, const Target &target)
    : target(target), module(module),
      kernelBuilder(OpBuilder::atBlockEnd(module.getBody())) {}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

/// The matrix of a [.., columns] tensor with padded rows, not placed yet.
static Matrix paddedMatrix(RankedTensorType type) {
  Matrix matrix;
  matrix.columns = type.getShape().back();
  matrix.rows = matrix.columns ? type.getNumElements() / matrix.columns : 0;
  matrix.rowBytes = roundUp(matrix.columns, kColumnPadding) *
                    elementBytes(type.getElementType());
  return matrix;
}

/// The image comes from the caller without padding.
static Matrix inputMatrix(RankedTensorType type) {
  Matrix matrix;
  matrix.space = Space::Input;
  matrix.rows = 1;
  matrix.columns = type.getNumElements();
  matrix.rowBytes = matrix.columns * elementBytes(type.getElementType());
  return matrix;
}

FailureOr<Matrix> LoweringContext::matrixOf(Value value) {
  if (auto found = placed.find(value); found != placed.end())
    return found->second;
  if (isa<BlockArgument>(value))
    return inputMatrix(cast<RankedTensorType>(value.getType()));
  if (value.getDefiningOp<ParameterOp>())
    return addParameterMatrix(value);
  return emitError(value.getLoc(), "operand was not lowered to a kernel");
}

/// Rows of `value` that come before it in the concat that alone uses it.
static std::optional<int64_t> rowInOnlyConcat(Value value, ConcatOp &concat) {
  if (!value.hasOneUse())
    return std::nullopt;
  concat = dyn_cast<ConcatOp>(*value.getUsers().begin());
  if (!concat)
    return std::nullopt;
  int64_t row = 0;
  for (Value input : concat.getInputs()) {
    if (input == value)
      return row;
    row += cast<RankedTensorType>(input.getType()).getDimSize(0);
  }
  return std::nullopt;
}

Matrix LoweringContext::placeResult(Value value) {
  if (auto found = placed.find(value); found != placed.end())
    return found->second;
  Matrix matrix = paddedMatrix(cast<RankedTensorType>(value.getType()));
  ConcatOp concat;
  if (std::optional<int64_t> row = rowInOnlyConcat(value, concat)) {
    Matrix whole = placeResult(concat.getResult());
    matrix.buffer = whole.buffer;
    matrix.offset = whole.offset + *row * whole.rowBytes;
  } else {
    matrix.buffer = scratch(matrix.bytes()).buffer;
  }
  placed[value] = matrix;
  return matrix;
}

void LoweringContext::placeAs(Value value, const Matrix &matrix) {
  placed[value] = matrix;
}

Matrix LoweringContext::scratch(int64_t bytes) {
  Matrix matrix;
  matrix.buffer = buffers.size();
  matrix.rows = 1;
  matrix.columns = matrix.rowBytes = bytes;
  buffers.push_back({bytes});
  return matrix;
}

FailureOr<Tensor> LoweringContext::parameterOf(Value value) {
  return readParameter(value);
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

Matrix LoweringContext::addConstant(ArrayRef<uint8_t> bytes) {
  constants.resize(roundUp(constants.size(), 64));
  Matrix matrix;
  matrix.space = Space::Constants;
  matrix.offset = constants.size();
  matrix.rows = 1;
  matrix.columns = matrix.rowBytes = bytes.size();
  constants.insert(constants.end(), bytes.begin(), bytes.end());
  return matrix;
}

FailureOr<Matrix> LoweringContext::addVector(Value parameter, int64_t count) {
  FailureOr<Tensor> tensor = parameterOf(parameter);
  if (failed(tensor))
    return failure();
  std::vector<uint8_t> bytes(count * 4);
  std::copy_n(tensor->raw(), std::min<int64_t>(tensor->bytes(), count * 4),
              bytes.data());
  return addConstant(bytes);
}

FailureOr<Matrix> LoweringContext::addParameterMatrix(Value parameter) {
  FailureOr<Tensor> tensor = parameterOf(parameter);
  if (failed(tensor))
    return failure();
  Matrix shape = paddedMatrix(cast<RankedTensorType>(parameter.getType()));
  int64_t width = shape.rows ? tensor->bytes() / shape.rows : 0;
  std::vector<uint8_t> bytes(shape.bytes());
  for (int64_t row = 0; row < shape.rows; ++row)
    std::copy_n(tensor->raw() + row * width, width,
                bytes.data() + row * shape.rowBytes);
  Matrix constant = addConstant(bytes);
  shape.space = constant.space;
  shape.offset = constant.offset;
  placed[parameter] = shape;
  return shape;
}

//===----------------------------------------------------------------------===//
// Kernels and steps
//===----------------------------------------------------------------------===//

func::FuncOp LoweringContext::getKernel(Location loc, const std::string &name,
                                        StringRef op, const KernelTypes &types,
                                        int64_t argumentCount,
                                        KernelBody body) {
  if (auto kernel = module.lookupSymbol<func::FuncOp>(name))
    return kernel;
  Builder &b = kernelBuilder;
  auto pointer = LLVM::LLVMPointerType::get(b.getContext());
  auto type = b.getFunctionType({pointer, b.getI64Type(), b.getI64Type()}, {});
  auto kernel = kernelBuilder.create<func::FuncOp>(loc, name, type);
  kernel->setAttr("mixq.kernel_op", b.getStringAttr(op));
  kernel->setAttr("mixq.types",
                  b.getStrArrayAttr({types.lhs, types.rhs, types.result}));
  OpBuilder builder = OpBuilder::atBlockBegin(kernel.addEntryBlock());
  KernelBuilder k(builder, loc, target);
  SmallVector<Value> arguments;
  for (int64_t i = 0; i < argumentCount; ++i)
    arguments.push_back(
        k.load(pointer, k.at(kernel.getArgument(0), i * sizeof(void *))));
  body(k, arguments, kernel.getArgument(1), kernel.getArgument(2));
  k.create<func::ReturnOp>();
  return kernel;
}

void LoweringContext::markUses(int64_t step, ArrayRef<Matrix> arguments) {
  for (const Matrix &matrix : arguments) {
    if (matrix.buffer < 0)
      continue;
    PlannedBuffer &buffer = buffers[matrix.buffer];
    buffer.firstStep = std::min(buffer.firstStep, step);
    buffer.lastStep = std::max(buffer.lastStep, step);
  }
}

void LoweringContext::addStep(Operation *op, StringRef suffix,
                              func::FuncOp kernel, int64_t tasks, int64_t macs,
                              ArrayRef<Matrix> arguments) {
  markUses(steps.size(), arguments);
  steps.push_back({op->getLoc(), stepName(op) + suffix.str(),
                   kernel.getName().str(), tasks, macs, arguments.vec()});
}

void LoweringContext::addLayer(Operation *op, StringRef kind,
                               int64_t parameters, int64_t macs,
                               int64_t packedElements, const Matrix &weights) {
  Builder &b = kernelBuilder;
  auto number = [&](StringRef name, int64_t value) {
    return b.getNamedAttr(name, b.getI64IntegerAttr(value));
  };
  layers.push_back(b.getDictionaryAttr(
      {b.getNamedAttr("name", b.getStringAttr(stepName(op))),
       b.getNamedAttr("kind", b.getStringAttr(kind)),
       number("parameters", parameters), number("macs", macs),
       number("packed_elements", packedElements),
       number("weights_offset", packedElements ? weights.offset : 0),
       number("weights_size", packedElements ? weights.bytes() : 0)}));
}

//===----------------------------------------------------------------------===//
// The result
//===----------------------------------------------------------------------===//

static ArgumentAttr toAttribute(const Matrix &matrix, const MemoryPlan &plan,
                                MLIRContext *context) {
  int64_t base = matrix.buffer < 0 ? 0 : plan.offsets[matrix.buffer];
  return ArgumentAttr::get(context, matrix.space, base + matrix.offset,
                           matrix.bytes());
}

void LoweringContext::emitSteps(func::FuncOp function, const MemoryPlan &plan) {
  // A function without results whose body is the step table.
  Block &body = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
    op.erase();
  body.eraseArguments(0, body.getNumArguments());
  OpBuilder builder = OpBuilder::atBlockEnd(&body);
  function.setType(builder.getFunctionType({}, {}));
  for (const Step &step : steps) {
    SmallVector<Attribute> arguments;
    for (const Matrix &matrix : step.arguments)
      arguments.push_back(toAttribute(matrix, plan, builder.getContext()));
    builder.create<StepOp>(step.loc, step.name, step.kernel, step.tasks,
                           step.macs, builder.getArrayAttr(arguments));
  }
  builder.create<func::ReturnOp>(function.getLoc());
}

LogicalResult LoweringContext::finish(func::FuncOp function) {
  Operation *terminator = function.getBody().front().getTerminator();
  FailureOr<Matrix> output = matrixOf(terminator->getOperand(0));
  if (failed(output))
    return failure();
  if (output->space != Space::Arena)
    return function.emitError("expects @main to compute its result");
  if (constants.empty()) // the format has no empty segments
    addConstant(std::vector<uint8_t>(64));
  markUses(steps.size(), {*output});
  MemoryPlan plan = planMemory(buffers);

  Builder &b = kernelBuilder;
  module->setAttr("mixq.output", toAttribute(*output, plan, b.getContext()));
  module->setAttr("mixq.arena_bytes", b.getI64IntegerAttr(plan.arenaBytes));
  module->setAttr("mixq.layers", b.getArrayAttr(layers));
  Tensor segment(DataType::U8, {static_cast<int64_t>(constants.size())});
  std::copy(constants.begin(), constants.end(), segment.mutableRaw());
  module->setAttr(kConstantsName,
                  b.getStringAttr(storeParameter(
                      b.getContext(), kConstantsName.str(), segment)));
  emitSteps(function, plan);
  return success();
}

} // namespace mixq
