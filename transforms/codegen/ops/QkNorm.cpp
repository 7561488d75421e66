//===- QkNorm.cpp - Kernels of qk_norm and qk_norm_quantize ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/ops/Models.h"

#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Packing.h"
#include "transforms/codegen/VectorMath.h"
#include "transforms/codegen/ops/RowNorm.h"

#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr int64_t kLanes = numerics::kSumLanes;

/// Arguments of both kernels; the last but one are of qk_norm_quantize only.
enum QkNormArgument {
  kInput,
  kQueryGamma,
  kQueryBeta,
  kKeyGamma,
  kKeyBeta,
  kValueMultiplier,
  kValueOffset
};

struct QkNormShape {
  int64_t tokens, heads, headColumns, inputRowBytes, resultRowBytes;
  float epsilon;
  bool codes;

  int64_t columns() const { return heads * headColumns; }
  int64_t resultBytes() const { return codes ? 1 : 4; }
};

/// The heads of the queries, or of the keys, of a token.
void emitHeads(KernelBuilder &k, const QkNormShape &shape, Value input,
               Value output, Value gamma, Value beta) {
  k.loop(0, shape.heads, 1, [&](Value head) {
    Value first = k.mul(head, shape.headColumns);
    RowNorm norm{{k.at(input, k.mul(first, 4))},
                 gamma,
                 beta,
                 shape.headColumns,
                 shape.epsilon};
    Value result = k.at(output, k.mul(first, shape.resultBytes()));
    emitRowNorm(k, norm, [&](ValueRange ys, Value column, int64_t valid) {
      k.storeFirst(shape.codes ? emitCodes(k, ys[0]) : ys[0], valid,
                   k.at(result, k.mul(column, shape.resultBytes())));
    });
  });
}

/// The values of a token, copied or quantized. The last vector may reach into
/// the row's padding.
void emitValues(KernelBuilder &k, const QkNormShape &shape, ValueRange args,
                Value input, Value output) {
  auto scalar = [&](int64_t index) {
    return k.broadcast(k.load(k.f32(), args[index]), kLanes);
  };
  k.loop(0, shape.columns(), kLanes, [&](Value column) {
    Value v = k.load(k.vec(k.f32(), kLanes), k.at(input, k.mul(column, 4)));
    if (shape.codes)
      v = emitCodes(
          k, emitFma(k, v, scalar(kValueMultiplier), scalar(kValueOffset)));
    k.store(v, k.at(output, k.mul(column, shape.resultBytes())));
  });
}

/// One task is one token.
void emitToken(KernelBuilder &k, const QkNormShape &shape, ValueRange args,
               Value token) {
  Value input = k.at(args[kInput], k.mul(token, shape.inputRowBytes));
  Value output = k.at(args.back(), k.mul(token, shape.resultRowBytes));
  auto part = [&](Value row, int64_t index, int64_t elementBytes) {
    return k.at(row, index * shape.columns() * elementBytes);
  };
  emitHeads(k, shape, input, output, args[kQueryGamma], args[kQueryBeta]);
  emitHeads(k, shape, part(input, 1, 4), part(output, 1, shape.resultBytes()),
            args[kKeyGamma], args[kKeyBeta]);
  emitValues(k, shape, args, part(input, 2, 4),
             part(output, 2, shape.resultBytes()));
}

template <typename Op>
LogicalResult lowerQkNorm(Op op, LoweringContext &context,
                          ArrayRef<Value> scalars) {
  auto type = cast<RankedTensorType>(op.getType());
  int64_t heads = op.getHeads();
  int64_t headColumns = type.getDimSize(1) / (3 * heads);
  FailureOr<Matrix> input = context.matrixOf(op.getInput());
  if (failed(input))
    return failure();
  SmallVector<Matrix> arguments = {*input};
  SmallVector<Value> vectors = {op.getQueryGamma(), op.getQueryBeta(),
                                op.getKeyGamma(), op.getKeyBeta()};
  vectors.append(scalars.begin(), scalars.end());
  for (Value vector : vectors) {
    FailureOr<Matrix> constant =
        context.addVector(vector, roundUp(headColumns, kLanes));
    if (failed(constant))
      return failure();
    arguments.push_back(*constant);
  }
  arguments.push_back(context.placeResult(op.getResult()));
  QkNormShape shape{type.getDimSize(0),
                    heads,
                    headColumns,
                    input->rowBytes,
                    arguments.back().rowBytes,
                    op.getEpsilon().convertToFloat(),
                    !scalars.empty()};
  StringRef result = shape.codes ? "u8" : "f32";
  std::string name = llvm::formatv(
      "f32_qk_norm_{0}x{1}_{2}_eps{3:x}_i{4}r{5}__{6}", heads, headColumns,
      result, llvm::bit_cast<uint32_t>(shape.epsilon), shape.inputRowBytes,
      shape.resultRowBytes, context.target.name);
  func::FuncOp kernel = context.getKernel(
      op.getLoc(), name, op->getName().stripDialect(), {"none", "none", result},
      arguments.size(),
      [&](KernelBuilder &k, ValueRange args, Value begin, Value end) {
        k.loop(begin, end, 1, {}, [&](Value token, ValueRange) {
          emitToken(k, shape, args, token);
          return KernelBuilder::Values();
        });
      });
  context.addStep(op, "", kernel, shape.tokens, 0, arguments);
  return success();
}

struct QkNormModel : KernelOpInterface::ExternalModel<QkNormModel, QkNormOp> {
  LogicalResult lowerToSteps(Operation *op, LoweringContext &context) const {
    return lowerQkNorm(cast<QkNormOp>(op), context, {});
  }
};

struct QkNormQuantizeModel
    : KernelOpInterface::ExternalModel<QkNormQuantizeModel, QkNormQuantizeOp> {
  LogicalResult lowerToSteps(Operation *operation,
                             LoweringContext &context) const {
    auto op = cast<QkNormQuantizeOp>(operation);
    return lowerQkNorm(op, context,
                       {op.getValueMultiplier(), op.getValueOffset()});
  }
};

} // namespace

void registerQkNormKernels(MLIRContext *context) {
  QkNormOp::attachInterface<QkNormModel>(*context);
  QkNormQuantizeOp::attachInterface<QkNormQuantizeModel>(*context);
}

} // namespace mixq
