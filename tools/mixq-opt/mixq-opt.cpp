//===- mixq-opt.cpp - Runs passes over mixq IR ----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with the mixq dialect, and with parameters: --params-in fills the
// store of every context, --params-out writes what the result names.
//
//===----------------------------------------------------------------------===//

#include "analysis/Passes.h"
#include "analysis/ops/Registration.h"
#include "dialect/IrText.h"
#include "dialect/Parameters.h"
#include "tools/mixq-opt/RegisterUpstream.h"
#include "transforms/Passes.h"
#include "transforms/codegen/KernelOpInterface.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/ToolOutputFile.h"

using namespace mlir;
using namespace mixq;

static llvm::cl::opt<std::string>
    paramsIn("params-in", llvm::cl::value_desc("file"),
             llvm::cl::desc("Parameters that the input names (safetensors)"));
static llvm::cl::opt<std::string>
    paramsOut("params-out", llvm::cl::value_desc("file"),
              llvm::cl::desc("Where to write what the output names"));

namespace {

/// Ends the pipeline, so that only the parameters of a valid result appear.
struct SaveParametersPass : PassWrapper<SaveParametersPass, OperationPass<>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SaveParametersPass)

  StringRef getArgument() const override { return "mixq-save-parameters"; }
  void runOnOperation() override {
    if (failed(saveParameters(getOperation(), paramsOut)))
      signalPassFailure();
  }
};

} // namespace

/// Every context that loads the dialect gets the tensors of --params-in.
static LogicalResult loadParameters(DialectRegistry &registry) {
  if (paramsIn.empty())
    return success();
  auto store = std::make_shared<ParameterStore>();
  if (absl::Status status = store->load(paramsIn); !status.ok()) {
    llvm::errs() << "mixq-opt: error: " << std::string(status.message())
                 << "\n";
    return failure();
  }
  std::function<void(MLIRContext *, MixqDialect *)> fill =
      [store](MLIRContext *, MixqDialect *dialect) {
        dialect->getParameterStore().addAll(*store);
      };
  registry.addExtension(std::move(fill));
  return success();
}

static MlirOptMainConfig makeConfig() {
  MlirOptMainConfig fromOptions = MlirOptMainConfig::createFromCLOptions();
  if (paramsOut.empty())
    return fromOptions;
  MlirOptMainConfig config = fromOptions;
  config.setPassPipelineSetupFn([fromOptions](PassManager &manager) {
    if (failed(fromOptions.setupPassPipeline(manager)))
      return failure();
    manager.addPass(std::make_unique<SaveParametersPass>());
    return success();
  });
  return config;
}

static LogicalResult run(StringRef inputName, StringRef outputName,
                         DialectRegistry &registry) {
  if (failed(loadParameters(registry)))
    return failure();
  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> input = openInputFile(inputName, &error);
  std::unique_ptr<llvm::ToolOutputFile> output;
  if (input)
    output = openOutputFile(outputName, &error);
  if (input) {
    const llvm::StringRef text = input->getBuffer();
    absl::Status status =
        checkBrackets({text.data(), text.size()}, inputName.str());
    error += std::string(status.message());
  }
  if (!error.empty()) {
    llvm::errs() << "mixq-opt: error: " << error << "\n";
    return failure();
  }
  if (failed(
          MlirOptMain(output->os(), std::move(input), registry, makeConfig())))
    return failure();
  output->keep();
  return success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  DialectRegistry registry;
  registerUpstream(registry);
  registry.insert<MixqDialect>();
  registerOpModels(registry);
  registerKernelModels(registry);
  registerAnalysisPasses();
  registerTransformsPasses();
  auto [input, output] = registerAndParseCLIOptions(
      argc, argv, "Mix-QViT pass pipelines\n", registry);
  return asMainReturnCode(run(input, output, registry));
}
