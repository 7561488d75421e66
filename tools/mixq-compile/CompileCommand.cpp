//===- CompileCommand.cpp - mixq compile ----------------------------*- C++
//-*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Calibrate.h"
#include "tools/mixq-compile/ChooseBits.h"
#include "tools/mixq-compile/Commands.h"
#include "tools/mixq-compile/Embed.h"
#include "tools/mixq-compile/EmitWeights.h"
#include "tools/mixq-compile/Session.h"

#include "absl/strings/str_cat.h"
#include "dialect/Parameters.h"
#include "runtime/AtomicFile.h"
#include "transforms/Passes.h"
#include "transforms/native/Native.h"
#include "transforms/serialize/ModuleWriter.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr const char *kQuantizedGraph = "quantized-graph";
constexpr const char *kWeights = "safetensors";

/// Whether what is written comes before kernels, from the quantized graph.
bool emitsQuantized(absl::string_view kind) {
  return kind == kQuantizedGraph || kind == kWeights;
}

struct CompileOptions {
  std::string output;
  BitsFlags bits;
  std::string targetCpu = "host";
  std::string emit = "module";
  CalibrateOptions calibrate;
  CheckpointOptions checkpoint;
  std::string imageSize;
  std::string softmaxScale = "tensor";

  QuantizeOptions quantizeOptions() const {
    QuantizeOptions options;
    options.softmaxScale =
        softmaxScale == "row" ? SoftmaxScale::Row : SoftmaxScale::Tensor;
    return options;
  }
};

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

absl::Status emit(Session &session, ModuleOp module, const Target &target,
                  const CompileOptions &options) {
  if (options.emit == "mlir")
    return session.save(module, options.output);
  if (options.emit == "llvm")
    return emitLlvmText(module, target, options.output);
  if (options.emit == "module" || wrapsModule(options.emit))
    return emitModule(session, module, target, options);
  absl::StatusOr<std::vector<uint8_t>> object = compileObject(module, target);
  return object.ok() ? writeFile(options.output, *object) : object.status();
}

/// What calibration sees, and its attributes.
absl::Status cleanAndCalibrate(Session &session, ModuleOp module,
                               const CompileOptions &options) {
  if (options.calibrate.images.empty() && !options.checkpoint.randomWeights)
    return absl::InvalidArgumentError(
        "units have `mixq.bits`: that needs --calibration DIR, a folder of "
        "images, or --precision fp32");
  absl::Status status = session.runPasses(module, buildCleanupPipeline);
  if (status.ok())
    status = chooseBits(session, module, options.bits, options.calibrate);
  return status.ok() ? calibrate(session, module, options.calibrate) : status;
}

/// The graph that computes in fp32 what its codes stand for.
absl::Status quantizeGraph(Session &session, ModuleOp module,
                           const CompileOptions &options) {
  if (module->hasAttr(kConstantsName))
    return absl::InvalidArgumentError(
        absl::StrCat("expected a graph for --emit ", options.emit,
                     ", got a lowered module"));
  absl::Status status = cleanAndCalibrate(session, module, options);
  if (!status.ok())
    return status;
  return session.runPasses(module, [&](OpPassManager &manager) {
    addQuantizePipeline(manager, options.quantizeOptions());
  });
}

/// --emit quantized-graph and safetensors.
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

/// Graph to steps. A module that mixq-opt has lowered already stays as it is.
absl::Status lower(Session &session, ModuleOp module,
                   const CompileOptions &options) {
  if (module->hasAttr(kConstantsName))
    return absl::OkStatus();
  const bool isQuantized = options.bits.isQuantized(module);
  if (isQuantized)
    if (absl::Status status = cleanAndCalibrate(session, module, options);
        !status.ok())
      return status;
  if (isQuantized)
    module->setAttr(
        "mixq.precision",
        StringAttr::get(module.getContext(), options.bits.precisionName()));
  return session.runPasses(module, [&](OpPassManager &manager) {
    if (isQuantized)
      addIntegerPipeline(manager, options.targetCpu, options.quantizeOptions());
    else
      buildFp32Pipeline(manager, options.targetCpu);
  });
}

/// What a float graph without bits cannot give.
absl::Status checkHasBits(ModuleOp module, const CompileOptions &options) {
  if (options.bits.isQuantized(module))
    return absl::OkStatus();
  std::string what;
  if (emitsQuantized(options.emit))
    what = absl::StrCat("--emit ", options.emit);
  else if (!options.bits.savePlan.empty())
    what = "--save-plan";
  if (what.empty())
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, " needs --plan, a --precision other than fp32, or "
                         "units with `mixq.bits`"));
}

llvm::Expected<const Target *> loweredTarget(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>("mixq.target");
  if (!name)
    return llvm::createStringError("expected the module attribute "
                                   "`mixq.target` of a lowered module");
  return selectTarget(name.getValue());
}

absl::Status compile(const std::string &model, const CompileOptions &options) {
  absl::Status status = checkWritable(options.output);
  if (status.ok() && !options.bits.savePlan.empty())
    status = checkWritable(options.bits.savePlan);
  if (status.ok() && wrapsModule(options.emit))
    status = checkWrapping(options.emit, options.output);
  if (!status.ok())
    return status;
  auto target = selectTarget(options.targetCpu);
  if (!target)
    return toStatus(target.takeError());
  Session session;
  auto module = session.load(model, options.checkpoint);
  if (!module.ok())
    return module.status();
  if (status = checkHasBits(**module, options); !status.ok())
    return status;
  if (emitsQuantized(options.emit))
    return emitQuantized(session, **module, model, options);
  status = lower(session, **module, options);
  if (!status.ok())
    return status;
  target = loweredTarget(**module);
  if (!target)
    return toStatus(target.takeError());
  return emit(session, **module, **target, options);
}

absl::Status checkTarget(const std::string &cpu) {
  auto target = selectTarget(cpu);
  if (!target)
    return absl::InvalidArgumentError(
        absl::StrCat("--target-cpu: ", llvm::toString(target.takeError())));
  return absl::OkStatus();
}

/// "avx512-vnni, ..., x86-64"
std::string targetNames() {
  return llvm::join(
      llvm::map_range(allTargets(),
                      [](const Target &target) { return target.name; }),
      ", ");
}

absl::Status oneOf(absl::string_view flag, absl::string_view value,
                   std::initializer_list<absl::string_view> allowed) {
  std::string list;
  for (absl::string_view name : allowed) {
    if (name == value)
      return absl::OkStatus();
    absl::StrAppend(&list, list.empty() ? "" : ", ", name);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, " is one of ", list, ", got '", value, "'"));
}

absl::Status check(const CompileOptions &options) {
  if (options.output.empty())
    return absl::InvalidArgumentError("-o is missing: the file to write");
  absl::Status status = options.bits.check();
  if (status.ok())
    status = checkCalibrateOptions(options.calibrate);
  if (status.ok())
    status = oneOf("softmax-scale", options.softmaxScale, {"tensor", "row"});
  if (status.ok())
    status = oneOf("emit", options.emit,
                   {"module", "shared", "executable", kQuantizedGraph, kWeights,
                    "mlir", "llvm", "object"});
  if (status.ok())
    status = checkTarget(options.targetCpu);
  if (status.ok() && options.bits.isQuantized() &&
      options.calibrate.images.empty() && !options.checkpoint.randomWeights)
    return absl::InvalidArgumentError(absl::StrCat(
        options.bits.name(), " needs --calibration DIR: a folder of images"));
  return status;
}

} // namespace

int compileMain(Arguments arguments) {
  CompileOptions options;
  CommandLine command;
  command.usage = "mixq compile MODEL -o M.mixq";
  command.summary =
      "Compiles a model ahead of time to a module of native code. MODEL is a\n"
      "checkpoint folder (model.safetensors and config.json), a .mlir file of\n"
      "`mixq import`, or a config.json with --random-weights.";
  command.minPositional = command.maxPositional = 1;
  command.flags = {
      {"o", "FILE", "the file to write", &options.output},
      {"calibration", "DIR", "images that quantizers are chosen on",
       &options.calibrate.images},
      {"calibration-count", "N", "how many of them (default 32)",
       &options.calibrate.count},
      {"ranges", "METHOD", "output-error (default), percentile or minmax",
       &options.calibrate.ranges},
      {"fold", "RULE",
       "how ranges of channels move into weights: search (default), none, "
       "plain, power or clipped (see mixq-reparameterize)",
       &options.calibrate.fold},
      {"clip", "K",
       "channels wider than mean + K deviations are clipped when folding by "
       "the clipped rule (default searched)",
       &options.calibrate.clip},
      {"rounding", "METHOD",
       "weights of fewer than 8 bits by gptq (default, see "
       "mixq-quantize-weights) or nearest",
       &options.calibrate.rounding},
      {"softmax-scale", "S",
       "what attention probabilities are coded relative to: tensor (default), "
       "or row, the maximum of each row",
       &options.softmaxScale},
      {"no-codebook", "", "uniform codes after softmax and gelu, too",
       &options.calibrate.noCodebook},
      {"no-bias-correction", "",
       "with --rounding nearest: leave the mean error in the output",
       &options.calibrate.noBiasCorrection},
      {"seed", "N", "seed of the draw of images and of random weights",
       &options.calibrate.seed},
      {"target-cpu", "CPU",
       "host (default), a target (" + targetNames() +
           ") or a CPU such as haswell or znver5",
       &options.targetCpu},
      {"emit", "KIND",
       "module (default), shared (and its C header), executable, "
       "quantized-graph (see mixq compare), safetensors (what the codes of the "
       "weights stand for), mlir, llvm or object",
       &options.emit},
      {"threads", "N", "threads to calibrate with (default all)",
       &options.calibrate.threads},
      {"random-weights", "", "MODEL is a config.json; make up the weights",
       &options.checkpoint.randomWeights},
      {"image-size", "N|HxW",
       "take images of that size; the position embedding is resampled",
       &options.imageSize}};
  for (const Flag &flag : options.bits.list())
    command.flags.push_back(flag);
  return runCommand(
      command, arguments,
      [&] {
        absl::Status status =
            parseImageSize(options.imageSize, options.checkpoint);
        return status.ok() ? check(options) : status;
      },
      [&] {
        options.checkpoint.seed = options.calibrate.seed.value;
        return compile(command.positional[0], options);
      });
}

} // namespace mixq
