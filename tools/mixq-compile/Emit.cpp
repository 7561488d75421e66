//===- Emit.cpp - Writes what mixq compile was asked for ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Emit.h"

#include "runtime/AtomicFile.h"
#include "tools/mixq-compile/Embed.h"
#include "tools/mixq-compile/EmitWeights.h"
#include "tools/mixq-compile/Lower.h"
#include "transforms/Passes.h"
#include "transforms/native/Native.h"
#include "transforms/serialize/ModuleWriter.h"

#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace mixq {
namespace {

absl::Status toStatus(llvm::Error error) {
  return absl::InternalError(llvm::toString(std::move(error)));
}

absl::Status emitLlvmText(ModuleOp module, const Target &target,
                          const std::string &path) {
  llvm::LLVMContext context;
  auto llvmModule = emitLlvm(module, target, context);
  if (!llvmModule)
    return toStatus(llvmModule.takeError());
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << **llvmModule;
  return writeFile(path, stream.str());
}

absl::StatusOr<std::vector<uint8_t>> compileObject(ModuleOp module,
                                                   const Target &target) {
  llvm::LLVMContext context;
  auto llvmModule = emitLlvm(module, target, context);
  if (!llvmModule)
    return toStatus(llvmModule.takeError());
  auto object = emitObject(**llvmModule, target);
  if (!object)
    return toStatus(object.takeError());
  return *std::move(object);
}

absl::Status emitModule(Session &session, ModuleOp module, const Target &target,
                        const CompileOptions &options) {
  absl::StatusOr<std::vector<uint8_t>> object = compileObject(module, target);
  if (!object.ok())
    return object.status();
  auto image = linkImage(*object);
  if (!image)
    return toStatus(image.takeError());
  std::vector<uint8_t> file;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<std::vector<uint8_t>> bytes = writeModule(module, target, *image);
    if (failed(bytes))
      return failure();
    file = *std::move(bytes);
    return success();
  });
  if (!status.ok())
    return status;
  return wrapsModule(options.emit)
             ? writeWrapped(options.emit, options.output, file)
             : writeFile(options.output, file);
}

llvm::Expected<const Target *> loweredTarget(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>("mixq.target");
  if (!name)
    return llvm::createStringError("expected the module attribute "
                                   "`mixq.target` of a lowered module");
  return selectTarget(name.getValue());
}

} // namespace

absl::Status emitLowered(Session &session, ModuleOp module,
                         const CompileOptions &options) {
  auto found = loweredTarget(module);
  if (!found)
    return toStatus(found.takeError());
  const Target &target = **found;
  if (options.emit == "mlir")
    return session.save(module, options.output);
  if (options.emit == "llvm")
    return emitLlvmText(module, target, options.output);
  if (options.emit == "module" || wrapsModule(options.emit))
    return emitModule(session, module, target, options);
  absl::StatusOr<std::vector<uint8_t>> object = compileObject(module, target);
  return object.ok() ? writeFile(options.output, *object) : object.status();
}

absl::Status emitQuantized(Session &session, ModuleOp module,
                           const std::string &model,
                           const CompileOptions &options) {
  absl::Status status = session.runPasses(module, buildCleanupPipeline);
  if (!status.ok())
    return status;
  OwningOpRef<ModuleOp> original = module.clone();
  status = quantizeGraph(session, module, options);
  if (!status.ok())
    return status;
  return options.emit == kQuantizedGraph
             ? session.save(module, options.output)
             : emitWeights(session, *original, module, model, options.output);
}

absl::Status checkOutput(const CompileOptions &options) {
  absl::Status status = checkWritable(options.output);
  if (status.ok() && !options.bits.savePlan.empty())
    status = checkWritable(options.bits.savePlan);
  if (status.ok() && wrapsModule(options.emit))
    status = checkWrapping(options.emit, options.output);
  return status;
}

} // namespace mixq
