//===- EmitObject.cpp - Kernels through LLVM to an object file ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/native/Native.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr const char *kTriple = "x86_64-unknown-linux-gnu";

/// Whether an option of LLVM's command line, where the only switch is one,
/// could be switched off.
bool switchOff(StringRef name) {
  auto &options = llvm::cl::getRegisteredOptions();
  auto option = options.find(name);
  return option != options.end() &&
         !option->second->addOccurrence(0, name, "false");
}

/// LLVM's scheduler of machine instructions would put chains of dependent steps
/// one after the other, which takes fewer registers; its combiner would regroup
/// sums to shorten chains, which takes more. The emitters have counted the
/// registers, and alternate the chains on purpose (see emitAlternating):
/// without the two, code has their order.
llvm::Error keepOrderOfInstructions() {
  static const bool isKept =
      switchOff("enable-misched") && switchOff("x86-machine-combiner");
  if (!isKept)
    return llvm::createStringError(
        "this LLVM has no option enable-misched or x86-machine-combiner");
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createMachine(const Target &target) {
  if (llvm::Error error = keepOrderOfInstructions())
    return std::move(error);
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86Target();
  LLVMInitializeX86TargetMC();
  LLVMInitializeX86AsmPrinter();
  std::string error;
  const llvm::Target *backend =
      llvm::TargetRegistry::lookupTarget(kTriple, error);
  if (!backend)
    return llvm::createStringError("no x86-64 back end in this LLVM: " + error);
  // Never contract: the kernels say where they want an fma.
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(backend->createTargetMachine(
      kTriple, target.cpu, target.llvmFeatures, options, llvm::Reloc::PIC_,
      llvm::CodeModel::Small, llvm::CodeGenOptLevel::Aggressive));
}

/// Only the kernels, in the LLVM dialect.
FailureOr<OwningOpRef<ModuleOp>> lowerToLlvmDialect(ModuleOp module) {
  OwningOpRef<ModuleOp> kernels = ModuleOp::create(module.getLoc());
  OpBuilder builder = OpBuilder::atBlockEnd(kernels->getBody());
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("mixq.kernel_op"))
      continue;
    auto kernel = cast<func::FuncOp>(builder.clone(*function));
    kernel->removeAttr("mixq.kernel_op");
    kernel->removeAttr("mixq.types");
  }
  PassManager pipeline(module.getContext());
  pipeline.addPass(createCanonicalizerPass());
  pipeline.addPass(createCSEPass());
  pipeline.addPass(createLoopInvariantCodeMotionPass());
  pipeline.addPass(createConvertSCFToCFPass());
  pipeline.addPass(createConvertVectorToLLVMPass());
  pipeline.addPass(createConvertMathToLLVMPass());
  pipeline.addPass(createArithToLLVMConversionPass());
  pipeline.addPass(createConvertControlFlowToLLVMPass());
  pipeline.addPass(createConvertFuncToLLVMPass());
  pipeline.addPass(createReconcileUnrealizedCastsPass());
  if (failed(pipeline.run(*kernels)))
    return failure();
  return kernels;
}

/// Attributes that keep the code free of calls, unwind tables and narrow
/// vectors.
void prepare(llvm::Module &module, const Target &target) {
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    function.addFnAttr("no-builtins");
    function.addFnAttr(llvm::Attribute::NoUnwind);
    function.addFnAttr("target-cpu", target.cpu);
    function.addFnAttr("target-features", target.llvmFeatures);
    function.addFnAttr("prefer-vector-width",
                       std::to_string(target.lanes * 32));
    function.addFnAttr("min-legal-vector-width",
                       std::to_string(target.lanes * 32));
  }
}

/// LLVM's -O3. Where products are instructions of their own, sums must stay in
/// the order in which tiles write them: regrouped, all products of a step live
/// at once and spill; unrolled, those of several.
void optimize(llvm::Module &module, const Target &target,
              llvm::TargetMachine &machine) {
  llvm::PassInstrumentationCallbacks callbacks;
  if (target.multipliesWords(ProductType::U8S8))
    callbacks.registerShouldRunOptionalPassCallback(
        [](StringRef pass, const llvm::Any &) {
          return pass != "ReassociatePass" && pass != "LoopFullUnrollPass";
        });
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager callGraph;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.SLPVectorization = true;
  llvm::PassBuilder builder(&machine, tuning, std::nullopt, &callbacks);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(callGraph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, callGraph, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O3)
      .run(module, modules);
}

} // namespace

void registerNativeTranslation(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

llvm::Expected<std::unique_ptr<llvm::Module>>
emitLlvm(ModuleOp module, const Target &target, llvm::LLVMContext &context) {
  FailureOr<OwningOpRef<ModuleOp>> kernels = lowerToLlvmDialect(module);
  if (failed(kernels))
    return llvm::createStringError("kernels did not lower to the LLVM dialect");
  std::unique_ptr<llvm::Module> result =
      translateModuleToLLVMIR(**kernels, context, "mixq");
  if (!result)
    return llvm::createStringError("kernels did not translate to LLVM IR");
  auto machine = createMachine(target);
  if (!machine)
    return machine.takeError();
  result->setTargetTriple(kTriple);
  result->setDataLayout((*machine)->createDataLayout());
  prepare(*result, target);
  optimize(*result, target, **machine);
  return result;
}

llvm::Expected<std::vector<uint8_t>> emitObject(llvm::Module &module,
                                                const Target &target) {
  auto machine = createMachine(target);
  if (!machine)
    return machine.takeError();
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, stream, nullptr,
                                      llvm::CodeGenFileType::ObjectFile))
    return llvm::createStringError("the x86-64 back end emits no objects");
  passes.run(module);
  return std::vector<uint8_t>(buffer.begin(), buffer.end());
}

} // namespace mixq
