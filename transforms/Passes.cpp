//===- Passes.cpp - Pipelines and registration ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/Passes.h"

#include "transforms/AssignBits/AssignBits.h"
#include "transforms/CorrectBias/CorrectBias.h"
#include "transforms/Fuse/Fuse.h"
#include "transforms/LowerToKernels/LowerToKernels.h"
#include "transforms/Quantize/Quantize.h"
#include "transforms/QuantizeWeights/QuantizeWeights.h"
#include "transforms/Reparameterize/Reparameterize.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace mixq {

void buildCleanupPipeline(OpPassManager &manager) {
  manager.addPass(createCanonicalizerPass());
  manager.addPass(createCSEPass());
}

static void addFuseAndLower(OpPassManager &manager,
                            const std::string &targetCpu) {
  manager.addNestedPass<func::FuncOp>(createFuse());
  buildCleanupPipeline(manager);
  LowerToKernelsOptions options;
  options.targetCpu = targetCpu;
  manager.addPass(createLowerToKernels(options));
}

void buildFp32Pipeline(OpPassManager &manager, const std::string &targetCpu) {
  buildCleanupPipeline(manager);
  addFuseAndLower(manager, targetCpu);
}

void addQuantizePipeline(OpPassManager &manager,
                         const QuantizeOptions &options) {
  buildCleanupPipeline(manager);
  manager.addNestedPass<func::FuncOp>(createQuantize(options));
}

void buildQuantizePipeline(OpPassManager &manager) {
  addQuantizePipeline(manager, QuantizeOptions());
}

void addIntegerPipeline(OpPassManager &manager, const std::string &targetCpu,
                        const QuantizeOptions &options) {
  addQuantizePipeline(manager, options);
  addFuseAndLower(manager, targetCpu);
}

void buildW8A8Pipeline(OpPassManager &manager, const std::string &targetCpu) {
  addIntegerPipeline(manager, targetCpu, QuantizeOptions());
}

namespace {
struct TargetOptions : PassPipelineOptions<TargetOptions> {
  Option<std::string> targetCpu{
      *this, "target-cpu",
      llvm::cl::desc("host, a target, or an x86-64 CPU that LLVM knows"),
      llvm::cl::init("host")};
};
} // namespace

void registerTransformsPasses() {
  registerAssignBitsPasses();
  registerCorrectBiasPasses();
  registerQuantizeWeightsPasses();
  registerFusePasses();
  registerLowerToKernelsPasses();
  registerQuantizePasses();
  registerReparameterizePasses();
  PassPipelineRegistration<TargetOptions>(
      "mixq-fp32-pipeline", "graph to fp32 kernels and steps",
      [](OpPassManager &manager, const TargetOptions &options) {
        buildFp32Pipeline(manager, options.targetCpu);
      });
  PassPipelineRegistration<TargetOptions>(
      "mixq-w8a8-pipeline", "calibrated graph to 8-bit kernels and steps",
      [](OpPassManager &manager, const TargetOptions &options) {
        buildW8A8Pipeline(manager, options.targetCpu);
      });
}

} // namespace mixq
