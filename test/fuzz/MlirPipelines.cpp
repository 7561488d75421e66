//===- MlirPipelines.cpp - What a .mlir text goes through -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/MlirPipelines.h"

#include "analysis/ops/Registration.h"
#include "dialect/IrText.h"
#include "dialect/Parameters.h"
#include "transforms/Passes.h"
#include "transforms/codegen/KernelOpInterface.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <limits>

using namespace mlir;

namespace mixq::fuzz {
namespace {

DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registry.insert<MixqDialect, func::FuncDialect>();
  registerOpModels(registry);
  registerKernelModels(registry);
  return registry;
}

void require(bool holds, ModuleOp module, const char *what) {
  if (holds)
    return;
  llvm::errs() << what << ":\n";
  module.getOperation()->print(llvm::errs(),
                               OpPrintingFlags().assumeVerified());
  llvm::errs() << "\n";
  std::abort();
}

void checkPrinting(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  module.print(os);
  OwningOpRef<ModuleOp> again =
      parseSourceString<ModuleOp>(text, module.getContext());
  require(static_cast<bool>(again), module, "not accepted when printed");
}

float valueFor(char kind, int64_t index) {
  switch (kind) {
  case 'f':
    return std::numeric_limits<float>::quiet_NaN();
  case 'e':
    return std::numeric_limits<float>::infinity();
  case 'd':
    return std::numeric_limits<float>::max();
  case 'c':
    return 0.0f;
  default:
    return static_cast<float>(index * 7 % 31 - 15) / 16;
  }
}

/// A tensor for a parameter that the text names, if its type has a host form.
void bindParameter(ParameterOp op) {
  constexpr int64_t mostElements = 1 << 16;
  RankedTensorType type = op.getResult().getType();
  Type element = type.getElementType();
  if (!op.getName() || type.getNumElements() > mostElements)
    return;
  DataType dataType = DataType::S32;
  if (element.isF32())
    dataType = DataType::F32;
  else if (auto code = dyn_cast<QuantizedType>(element))
    dataType = code.getIsSigned() ? DataType::S8 : DataType::U8;
  Tensor tensor(dataType, type.getShape().vec());
  if (element.isF32())
    for (int64_t i = 0; i < tensor.size(); ++i)
      tensor.mutableData<float>()[i] = valueFor(op.getHash()->front(), i);
  // By type and kind too: the same name may stand for several tensors.
  const std::string name =
      op.getName()->str() + "." + describe(tensor) + op.getHash()->front();
  const uint64_t hash = getParameterStore(op).insert(name, tensor);
  op.setName(name);
  op.setHash(formatHash(hash));
}

using Pipeline = void (*)(OpPassManager &, const std::string &);

bool runPipeline(ModuleOp module, Pipeline build) {
  OwningOpRef<ModuleOp> copy = module.clone();
  PassManager manager(module.getContext());
  // Instead of the manager's own verifier, whose failure would look like a
  // pass's refusal of its input.
  manager.enableVerifier(false);
  build(manager, "x86-64-v3");
  if (failed(manager.run(*copy)))
    return false;
  require(succeeded(verify(*copy)), *copy, "invalid after the pipeline");
  return true;
}

} // namespace

Accepted processMlir(llvm::StringRef text) {
  if (!checkBrackets({text.data(), text.size()}, "fuzz").ok())
    return Accepted::No;
  static const DialectRegistry registry = makeRegistry();
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  // Rendered, since rendering is code of ours, and dropped.
  ScopedDiagnosticHandler handler(&context, [](Diagnostic &diagnostic) {
    diagnostic.str();
    return success();
  });
  // MLIR's lexer looks for the NUL that ends a file's buffer.
  const std::string terminated = text.str();
  OwningOpRef<ModuleOp> module =
      parseSourceString<ModuleOp>(terminated, &context);
  if (!module)
    return Accepted::No;
  checkPrinting(*module);
  module->walk(bindParameter);
  const bool isFp32 = runPipeline(*module, buildFp32Pipeline);
  const bool isW8A8 = runPipeline(*module, buildW8A8Pipeline);
  if (isW8A8)
    return Accepted::W8A8;
  return isFp32 ? Accepted::Fp32 : Accepted::Parsed;
}

} // namespace mixq::fuzz
