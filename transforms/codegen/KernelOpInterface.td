//===- KernelOpInterface.td - Ops that become kernels ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_KERNEL_OP_INTERFACE_TD
#define MIXQ_KERNEL_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def Mixq_KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::mixq";
  let description = [{
    How an op of the kernel level becomes generated code and steps. Implemented
    as external models in transforms/codegen/ops, one file an op.
  }];
  let methods = [
    InterfaceMethod<[{
        Adds the op's constants, kernels and steps to the context and places its
        results. Emits a diagnostic on failure.
      }],
      "::llvm::LogicalResult", "lowerToSteps",
      (ins "::mixq::LoweringContext &":$context)>];
}

#endif // MIXQ_KERNEL_OP_INTERFACE_TD
