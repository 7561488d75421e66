//===- KernelHarness.cpp - Functions to modules ---------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/transforms/KernelHarness.h"

#include "dialect/Parameters.h"
#include "runtime/CpuFeatures.h"
#include "test/transforms/MatrixEmulator.h"
#include "transforms/codegen/KernelOpInterface.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/codegen/Roof.h"
#include "transforms/native/Native.h"
#include "transforms/serialize/ModuleWriter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace mixq {

void loadKernelDialects(MLIRContext &context) {
  DialectRegistry registry;
  registerKernelModels(registry);
  registerNativeTranslation(registry);
  context.appendDialectRegistry(registry);
  context.loadDialect<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect,
                      scf::SCFDialect, vector::VectorDialect>();
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

std::string tensorType(llvm::ArrayRef<int64_t> shape,
                       const std::string &element) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element + ">";
}

std::string parameterText(MLIRContext &context, const std::string &name,
                          const Tensor &tensor,
                          const std::string &elementType) {
  auto &store = context.getLoadedDialect<MixqDialect>()->getParameterStore();
  return "%" + name + " = mixq.parameter \"" + name + "\" hash \"" +
         formatHash(store.insert(name, tensor)) +
         "\" : " + tensorType(tensor.shape(), elementType) + "\n";
}

std::string functionText(const std::string &imageType, const std::string &body,
                         const std::string &resultType) {
  return "func.func @main(%image: " + imageType + ") -> " + resultType +
         " {\n" + body + "\nreturn %result : " + resultType + "\n}";
}

//===----------------------------------------------------------------------===//
// Targets
//===----------------------------------------------------------------------===//

static bool runsHere(const Target &target) {
  return llvm::all_of(target.requiredFeatures, [](llvm::StringRef name) {
    return hasCpuFeature(name.str());
  });
}

/// The AVX-VNNI target with its instructions in their EVEX encoding: what a CPU
/// with AVX512-VNNI but without AVX-VNNI can run of the same kernels.
static const Target &avxVnniInEvex() {
  static const llvm::StringRef required[] = {"avx2", "fma", "avx512f",
                                             "avx512vl", "avx512vnni"};
  static const Target stand = [] {
    auto vnni = llvm::find_if(allTargets(), [](const Target &target) {
      return target.name == "avx-vnni";
    });
    Target target = *vnni;
    target.llvmFeatures = "+avx512vl,+avx512vnni";
    target.requiredFeatures = required;
    return target;
  }();
  return stand;
}

/// The AMX target without what MatrixEmulator.h executes.
static const Target &amxEmulated() {
  static const Target &amx = *llvm::find_if(
      allTargets(), [](const Target &target) { return target.hasMatrices(); });
  static const auto required = llvm::to_vector(
      llvm::make_filter_range(amx.requiredFeatures, [](llvm::StringRef name) {
        return !name.starts_with("amx-");
      }));
  static const Target stand = [] {
    Target target = amx;
    target.requiredFeatures = required;
    return target;
  }();
  return stand;
}

std::vector<const Target *> runnableTargets(bool withEmulated) {
  std::vector<const Target *> targets;
  for (const Target &target : allTargets()) {
    if (runsHere(target))
      targets.push_back(&target);
    else if (target.name == "avx-vnni" && runsHere(avxVnniInEvex()))
      targets.push_back(&avxVnniInEvex());
    else if (withEmulated && target.hasMatrices() && runsHere(amxEmulated()))
      targets.push_back(&amxEmulated());
    else
      std::printf("SKIPPED: this CPU has no %s\n", target.name.str().c_str());
  }
  return targets;
}

void prepareToRun() {
  if (!hasCpuFeature("amx-int8"))
    emulateMatrixRegisters();
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// What the importer and the driver would have left.
static void setOrigin(ModuleOp module, int64_t channels) {
  Builder b(module.getContext());
  for (auto name : {"mixq.model", "mixq.precision", "mixq.provenance"})
    module->setAttr(name, b.getStringAttr("test"));
  std::vector<double> ones(channels, 1.0);
  module->setAttr("mixq.preprocessing",
                  PreprocessingAttr::get(module.getContext(), 4096, 0, false,
                                         Interpolation::Bilinear,
                                         b.getDenseF64ArrayAttr(ones),
                                         b.getDenseF64ArrayAttr(ones)));
}

static LogicalResult lower(ModuleOp module, const Target &target,
                           bool withRoof) {
  LoweringContext context(module, target);
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (Operation &op : main.getBody().front().without_terminator())
    if (!isa<ParameterOp>(op) &&
        failed(cast<KernelOpInterface>(op).lowerToSteps(context)))
      return failure();
  if (withRoof)
    addRoofKernel(context, module.getLoc(), ProductType::U8S8);
  return context.finish(main);
}

llvm::Expected<std::vector<uint8_t>> assembleModule(ModuleOp module,
                                                    const Target &target) {
  llvm::LLVMContext llvmContext;
  auto code = emitLlvm(module, target, llvmContext);
  if (!code)
    return code.takeError();
  auto object = emitObject(**code, target);
  if (!object)
    return object.takeError();
  auto image = linkImage(*object);
  if (!image)
    return image.takeError();
  auto file = writeModule(module, target, *image);
  if (failed(file))
    return llvm::createStringError("the module was not written");
  return *std::move(file);
}

static Tensor zerosOf(RankedTensorType type) {
  DataType data = isa<QuantizedType, CodebookType>(type.getElementType())
                      ? DataType::U8
                      : DataType::F32;
  return Tensor(data, type.getShape().vec());
}

/// How the result of a lowered module lies in its logits.
static CompiledFunction describe(ModuleOp lowered, RankedTensorType type) {
  CompiledFunction function;
  function.shape = zerosOf(type);
  function.rows = function.shape.dim(0);
  function.columnBytes = function.shape.bytes() / function.rows;
  auto output = lowered->getAttrOfType<ArgumentAttr>("mixq.output");
  function.rowBytes = output.getSize() / function.rows;
  return function;
}

llvm::Expected<CompiledFunction>
compileFunction(ModuleOp module, const Target &target, bool withRoof) {
  OwningOpRef<ModuleOp> copy = module.clone();
  FunctionType type =
      copy->lookupSymbol<func::FuncOp>("main").getFunctionType();
  auto image = cast<RankedTensorType>(type.getInput(0)).getShape();
  setOrigin(*copy, image[0]);
  if (failed(lower(*copy, target, withRoof)))
    return llvm::createStringError("an op was not lowered");
  CompiledFunction result =
      describe(*copy, cast<RankedTensorType>(type.getResult(0)));
  const int64_t bytes = result.rows * result.rowBytes;
  (*copy)->setAttr("mixq.signature",
                   Builder(module.getContext())
                       .getDenseI64ArrayAttr({image[0], image[1], image[2],
                                              bytes / int64_t(sizeof(float))}));
  auto file = assembleModule(*copy, target);
  if (!file)
    return file.takeError();
  auto loaded = mixq::Module::fromMemory(*file);
  if (!loaded.ok())
    return llvm::createStringError(loaded.status().ToString());
  result.module = *std::move(loaded);
  return result;
}

} // namespace mixq
