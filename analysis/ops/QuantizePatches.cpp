//===- QuantizePatches.cpp - mixq.quantize_patches ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Numerics.h"
#include "analysis/ops/OpModel.h"
#include "analysis/ops/Patches.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct QuantizePatchesModel
    : ExactModel<QuantizePatchesModel, QuantizePatchesOp> {
  static Tensor compute(QuantizePatchesOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataType::F32);
    std::vector<float> rows(result.size());
    extractPatches(operands[0], op.getPatch()[0], op.getPatch()[1],
                   rows.data());
    float multiplier = *operands[1].data<float>();
    float zeroPoint = *operands[2].data<float>();
    float highest =
        llvm::cast<QuantizedType>(op.getResult().getType().getElementType())
            .getMaxCode();
    auto *codes = result.mutableData<uint8_t>();
    for (size_t i = 0; i < rows.size(); ++i)
      codes[i] = static_cast<uint8_t>(static_cast<int32_t>(numerics::clampCode(
          numerics::roundEven(rows[i] * multiplier) + zeroPoint, 0.0f,
          highest)));
    return result;
  }
};

} // namespace

void mixq::ops::attachQuantizePatches(mlir::MLIRContext &context) {
  QuantizePatchesOp::attachInterface<QuantizePatchesModel>(context);
}
