//===- ExtractPatches.cpp - mixq.extract_patches --------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/ops/OpModel.h"
#include "analysis/ops/Patches.h"

using namespace mixq;
using namespace mixq::ops;

namespace {

struct ExtractPatchesModel : FloatModel<ExtractPatchesModel, ExtractPatchesOp> {
  template <typename T>
  static Tensor compute(ExtractPatchesOp op, llvm::ArrayRef<Tensor> operands) {
    Tensor result = makeResult(op, DataTypeOf<T>::value);
    extractPatches(operands[0], op.getPatch()[0], op.getPatch()[1],
                   result.mutableData<T>());
    return result;
  }
};

} // namespace

void mixq::ops::attachExtractPatches(mlir::MLIRContext &context) {
  ExtractPatchesOp::attachInterface<ExtractPatchesModel>(context);
}
