//===- Session.cpp - An MLIR context with Status errors -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Session.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "analysis/ops/Registration.h"
#include "dialect/IrText.h"
#include "dialect/MixqDialect.h"
#include "dialect/Parameters.h"
#include "frontend/Import.h"
#include "runtime/AtomicFile.h"
#include "transforms/codegen/KernelOpInterface.h"
#include "transforms/native/Native.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

namespace mixq {

static DialectRegistry makeRegistry() {
  DialectRegistry registry;
  registry.insert<MixqDialect, func::FuncDialect>();
  // Those of kernels, to read a module that was lowered before.
  registry.insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect,
                  scf::SCFDialect, vector::VectorDialect>();
  registerOpModels(registry);
  registerKernelModels(registry);
  registerNativeTranslation(registry);
  return registry;
}

/// What a location adds for a user: the layer's name, or a place in a file.
static std::string describe(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return absl::StrCat(name.getName().str(), ": ");
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return absl::StrCat(file.getFilename().str(), ":", file.getLine(), ":",
                        file.getColumn(), ": ");
  return "";
}

Session::Session() : mlirContext(makeRegistry()) {
  mlirContext.loadDialect<MixqDialect, func::FuncDialect>();
  mlirContext.getDiagEngine().registerHandler([this](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error &&
        firstError.empty())
      firstError =
          absl::StrCat(describe(diagnostic.getLocation()), diagnostic.str());
  });
}

absl::Status Session::run(const std::function<mlir::LogicalResult()> &step) {
  firstError.clear();
  if (succeeded(step()))
    return absl::OkStatus();
  return absl::InternalError(firstError.empty() ? "the compiler failed without "
                                                  "a diagnostic"
                                                : firstError);
}

absl::Status
Session::runPasses(ModuleOp module,
                   const std::function<void(OpPassManager &)> &build) {
  PassManager manager(&mlirContext);
  build(manager);
  return run([&] { return manager.run(module); });
}

static std::string parametersPath(const std::string &path) {
  return absl::StrCat(path.substr(0, path.size() - strlen(".mlir")),
                      ".safetensors");
}

absl::StatusOr<OwningOpRef<ModuleOp>> Session::parse(const std::string &path) {
  absl::Status status =
      mlirContext.getLoadedDialect<MixqDialect>()->getParameterStore().load(
          parametersPath(path));
  if (!status.ok())
    return status;
  absl::StatusOr<std::string> text = readIrText(path);
  if (!text.ok())
    return text.status();
  OwningOpRef<ModuleOp> module;
  status = run([&] {
    module = parseSourceString<ModuleOp>(*text, &mlirContext, path);
    return success(static_cast<bool>(module));
  });
  if (!status.ok())
    return status;
  return module;
}

absl::Status parseImageSize(const std::string &text,
                            CheckpointOptions &options) {
  if (text.empty())
    return absl::OkStatus();
  std::vector<std::string> sides = absl::StrSplit(text, 'x');
  if (sides.size() == 1)
    sides.push_back(sides[0]);
  Extent size = {0, 0};
  if (sides.size() == 2 && absl::SimpleAtoi(sides[0], &size.height) &&
      absl::SimpleAtoi(sides[1], &size.width) && size.height >= 1 &&
      size.width >= 1 && std::max(size.height, size.width) <= kMaxExtent) {
    options.imageSize = size;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--image-size: expected N or HxW, of 1 to ", kMaxExtent,
                   " pixels, got '", text, "'"));
}

absl::StatusOr<OwningOpRef<ModuleOp>>
Session::load(const std::string &model, const CheckpointOptions &options) {
  if (absl::EndsWith(model, ".mlir")) {
    if (options.imageSize)
      return absl::InvalidArgumentError(absl::StrCat(
          model, ": --image-size expects a checkpoint, got a graph"));
    return parse(model);
  }
  absl::StatusOr<Checkpoint> checkpoint = Checkpoint::open(model, options);
  if (!checkpoint.ok())
    return checkpoint.status();
  return importModel(mlirContext, *checkpoint);
}

absl::Status Session::save(ModuleOp module, const std::string &path) {
  if (!absl::EndsWith(path, ".mlir"))
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": expected a name that ends in .mlir"));
  absl::Status status =
      run([&] { return saveParameters(module, parametersPath(path)); });
  if (!status.ok())
    return status;
  std::string text;
  llvm::raw_string_ostream stream(text);
  OpPrintingFlags flags;
  // Locations name the layers; errors of later steps quote them.
  flags.enableDebugInfo();
  module.print(stream, flags);
  stream << "\n";
  return writeFile(path, stream.str());
}

} // namespace mixq
