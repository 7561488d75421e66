//===- LowerToKernels.td - The lower-to-kernels pass ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_LOWERTOKERNELS_TD
#define MIXQ_TRANSFORMS_LOWERTOKERNELS_TD

include "mlir/Pass/PassBase.td"

def LowerToKernels : Pass<"mixq-lower-to-kernels", "::mlir::ModuleOp"> {
  let summary = "Write the loop nests and the step table";
  let description = [{
    Every op of `@main` becomes one or more `mixq.step`s. For each op, shape and
    epilogue there is one kernel, a `func.func` in the `scf`, `vector`, `arith`
    and `llvm` dialects with the signature
    `kernel(arguments: ptr, task_begin: i64, task_end: i64)`; blocks of one
    shape share kernels. Weights are packed into panels; all constants go into
    one segment, which the parameter store holds as `mixq.constants`; activation
    buffers get static offsets in an arena by their lifetimes.

    Module attributes: `mixq.target`, `mixq.constants` (hash of the segment),
    `mixq.arena_bytes`, `mixq.output` (where the logits lie), `mixq.layers` (the
    layer table), `mixq.signature` (channels, height, width, classes) and
    `mixq.precision`: fp32 where no kernel multiplies codes; else it stays as it
    is, or becomes w8a8 if there is none.

    An op without a kernel is an error: nothing falls back to another path.
  }];
  let options = [
    Option<"targetCpu", "target-cpu", "std::string", "\"host\"",
           "host, a target, or an x86-64 CPU that LLVM knows">
  ];
  let dependentDialects = [
    "::mixq::MixqDialect", "::mlir::arith::ArithDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

#endif // MIXQ_TRANSFORMS_LOWERTOKERNELS_TD
