//===- LowerToKernels.cpp - Write the loop nests and the step table -------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/LowerToKernels/LowerToKernels.h"

#include "transforms/codegen/KernelOpInterface.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Roof.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mixq {
#define GEN_PASS_DEF_LOWERTOKERNELS
#include "transforms/LowerToKernels/LowerToKernels.h.inc"
} // namespace mixq

using namespace mlir;

namespace mixq {
namespace {

bool isStaticTensor(Type type, int64_t rank) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && tensor.getRank() == rank &&
         tensor.getNumElements() > 0;
}

/// @main maps one image [C, H, W] to one row of logits [1, classes].
FailureOr<func::FuncOp> findMain(ModuleOp module) {
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("expects a function @main with a body");
  FunctionType type = main.getFunctionType();
  if (type.getNumInputs() != 1 || type.getNumResults() != 1 ||
      !isStaticTensor(type.getInput(0), 3) ||
      !isStaticTensor(type.getResult(0), 2) ||
      cast<RankedTensorType>(type.getResult(0)).getDimSize(0) != 1 ||
      !main.getBody().hasOneBlock())
    return main.emitError("expects @main to map an image [C, H, W] to logits "
                          "[1, classes], got ")
           << type;
  return main;
}

struct LowerToKernelsPass : impl::LowerToKernelsBase<LowerToKernelsPass> {
  using LowerToKernelsBase::LowerToKernelsBase;

  LogicalResult lower(func::FuncOp main, LoweringContext &context) {
    for (Operation &op : main.getBody().front().without_terminator()) {
      if (isa<ParameterOp>(op))
        continue;
      auto kernelOp = dyn_cast<KernelOpInterface>(op);
      if (!kernelOp)
        return op.emitOpError("has no kernel: it was not fused into an op that "
                              "has one");
      if (failed(kernelOp.lowerToSteps(context)))
        return failure();
    }
    addRoofKernels(context);
    return context.finish(main);
  }

  /// One for each kind of product that the kernels compute.
  void addRoofKernels(LoweringContext &context) {
    SmallVector<ProductType> types;
    getOperation().walk([&](func::FuncOp function) {
      auto operands = function->getAttrOfType<ArrayAttr>("mixq.types");
      if (!operands || cast<StringAttr>(operands[0]).getValue() == "none")
        return;
      bool isFloat = cast<StringAttr>(operands[0]).getValue() == "f32";
      types.push_back(isFloat ? ProductType::F32 : ProductType::U8S8);
    });
    for (ProductType type : types)
      addRoofKernel(context, getOperation().getLoc(), type);
  }

  /// What the kernels multiply says whether the module is quantized; who chose
  /// the bits may have named them.
  void setPrecision() {
    bool isQuantized = false;
    getOperation().walk([&](func::FuncOp function) {
      if (auto types = function->getAttrOfType<ArrayAttr>("mixq.types"))
        isQuantized |= cast<StringAttr>(types[0]).getValue() == "u8";
    });
    auto given = getOperation()->getAttrOfType<StringAttr>("mixq.precision");
    if (isQuantized && given)
      return;
    getOperation()->setAttr(
        "mixq.precision",
        StringAttr::get(&getContext(), isQuantized ? "w8a8" : "fp32"));
  }

  void setSignature(func::FuncOp main) {
    Builder builder(&getContext());
    auto shapeOf = [](Type type) {
      return cast<RankedTensorType>(type).getShape();
    };
    SmallVector<int64_t> sizes(shapeOf(main.getFunctionType().getInput(0)));
    sizes.push_back(shapeOf(main.getFunctionType().getResult(0))[1]);
    getOperation()->setAttr("mixq.signature",
                            builder.getDenseI64ArrayAttr(sizes));
  }

  void runOnOperation() override {
    llvm::Expected<const Target *> target = selectTarget(targetCpu);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    FailureOr<func::FuncOp> main = findMain(getOperation());
    if (failed(main))
      return signalPassFailure();
    setSignature(*main);
    getOperation()->setAttr("mixq.target",
                            StringAttr::get(&getContext(), (*target)->name));
    LoweringContext context(getOperation(), **target);
    if (failed(lower(*main, context)))
      return signalPassFailure();
    setPrecision();
  }
};

} // namespace
} // namespace mixq
