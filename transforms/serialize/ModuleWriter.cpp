//===- ModuleWriter.cpp - The .mixq file of a lowered module --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/serialize/ModuleWriter.h"

#include "dialect/MixqDialect.h"
#include "dialect/Parameters.h"
#include "runtime/Container.h"
#include "runtime/ModuleVerifier.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace mixq {
namespace {

constexpr const char *kProducer = "mixq 0.1.0";

/// Reads the attributes that earlier passes left; remembers the first that is
/// missing or of another kind.
class AttributeReader {
public:
  explicit AttributeReader(ModuleOp module) : module(module) {}

  template <typename Attr> Attr get(StringRef name) {
    auto attribute = module->getAttrOfType<Attr>(name);
    if (!attribute && missing.empty())
      missing = name.str();
    return attribute;
  }

  LogicalResult status() {
    if (missing.empty())
      return success();
    return module.emitError("expects the module attribute `") << missing << "`";
  }

private:
  ModuleOp module;
  std::string missing;
};

schema::ElementType elementType(StringRef name) {
  if (name == "f32")
    return schema::ElementType::F32;
  if (name == "u8")
    return schema::ElementType::U8;
  return name == "s8" ? schema::ElementType::S8 : schema::ElementType::None;
}

schema::Space space(Space space) {
  switch (space) {
  case Space::Input:
    return schema::Space::Input;
  case Space::Arena:
    return schema::Space::Arena;
  case Space::Constants:
    return schema::Space::Constants;
  }
  return schema::Space::Arena;
}

std::unique_ptr<schema::PreprocessingT>
toSchema(PreprocessingAttr preprocessing) {
  auto result = std::make_unique<schema::PreprocessingT>();
  result->resize = preprocessing.getResize();
  result->resize_width = preprocessing.getResizeWidth();
  result->keep_ratio = preprocessing.getKeepRatio();
  result->interpolation =
      preprocessing.getInterpolation() == Interpolation::Bicubic
          ? schema::Interpolation::Bicubic
          : schema::Interpolation::Bilinear;
  for (double value : preprocessing.getMean().asArrayRef())
    result->mean.push_back(static_cast<float>(value));
  for (double value : preprocessing.getStd().asArrayRef())
    result->std.push_back(static_cast<float>(value));
  return result;
}

std::unique_ptr<schema::SignatureT> toSchema(DenseI64ArrayAttr sizes,
                                             ArgumentAttr output) {
  auto result = std::make_unique<schema::SignatureT>();
  ArrayRef<int64_t> values = sizes.asArrayRef();
  result->channels = values[0];
  result->height = values[1];
  result->width = values[2];
  result->classes = values[3];
  result->output_offset = output.getOffset();
  return result;
}

std::unique_ptr<schema::LayerT> toSchema(DictionaryAttr layer) {
  auto number = [&](StringRef name) {
    auto attribute = layer.getAs<IntegerAttr>(name);
    return attribute ? attribute.getInt() : 0;
  };
  auto text = [&](StringRef name) {
    auto attribute = layer.getAs<StringAttr>(name);
    return attribute ? attribute.str() : std::string();
  };
  auto result = std::make_unique<schema::LayerT>();
  result->name = text("name");
  result->kind = text("kind");
  result->parameters = number("parameters");
  result->macs = number("macs");
  result->packed_elements = number("packed_elements");
  result->weights_offset = number("weights_offset");
  result->weights_size = number("weights_size");
  return result;
}

std::unique_ptr<schema::KernelT> toSchema(func::FuncOp kernel,
                                          uint64_t offset) {
  auto result = std::make_unique<schema::KernelT>();
  result->name = kernel.getName().str();
  result->op = kernel->getAttrOfType<StringAttr>("mixq.kernel_op").str();
  result->offset = offset;
  auto types = kernel->getAttrOfType<ArrayAttr>("mixq.types");
  auto typeAt = [&](unsigned index) {
    return elementType(cast<StringAttr>(types[index]).getValue());
  };
  result->lhs = typeAt(0);
  result->rhs = typeAt(1);
  result->result = typeAt(2);
  return result;
}

std::unique_ptr<schema::StepT>
toSchema(StepOp step, const llvm::StringMap<uint32_t> &kernels) {
  auto result = std::make_unique<schema::StepT>();
  result->name = step.getName().str();
  result->kernel = kernels.lookup(step.getKernel());
  result->tasks = step.getTasks();
  result->macs = step.getMacs();
  for (auto argument : step.getArguments().getAsRange<ArgumentAttr>()) {
    auto entry = std::make_unique<schema::ArgumentT>();
    entry->space = space(argument.getSpace());
    entry->offset = argument.getOffset();
    entry->size = argument.getSize();
    result->arguments.push_back(std::move(entry));
  }
  return result;
}

LogicalResult addKernelsAndSteps(ModuleOp module, const CodeImage &code,
                                 schema::HeaderT &header) {
  llvm::StringMap<uint32_t> indices;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function->hasAttr("mixq.kernel_op"))
      continue;
    auto offset = code.offsets.find(function.getName());
    if (offset == code.offsets.end())
      return function.emitError("kernel is missing from the linked code");
    indices[function.getName()] = header.kernels.size();
    header.kernels.push_back(toSchema(function, offset->second));
  }
  auto main = module.lookupSymbol<func::FuncOp>("main");
  if (!main || main.isExternal())
    return module.emitError("expects a function @main with the steps");
  for (StepOp step : main.getOps<StepOp>()) {
    if (!indices.contains(step.getKernel()))
      return step.emitOpError("names an unknown kernel ") << step.getKernel();
    header.steps.push_back(toSchema(step, indices));
  }
  return success();
}

LogicalResult fillHeader(ModuleOp module, const Target &target,
                         const CodeImage &code, schema::HeaderT &header) {
  AttributeReader reader(module);
  auto model = reader.get<StringAttr>("mixq.model");
  auto precision = reader.get<StringAttr>("mixq.precision");
  auto provenance = reader.get<StringAttr>("mixq.provenance");
  auto preprocessing = reader.get<PreprocessingAttr>("mixq.preprocessing");
  // Not every checkpoint names its classes.
  auto classNames = module->getAttrOfType<ArrayAttr>("mixq.class_names");
  auto signature = reader.get<DenseI64ArrayAttr>("mixq.signature");
  auto output = reader.get<ArgumentAttr>("mixq.output");
  auto layers = reader.get<ArrayAttr>("mixq.layers");
  auto arena = reader.get<IntegerAttr>("mixq.arena_bytes");
  if (failed(reader.status()))
    return failure();
  if (signature.size() != 4)
    return module.emitError("expects `mixq.signature` to hold channels, "
                            "height, width and classes");
  header.producer = kProducer;
  header.model = model.str();
  header.precision = precision.str();
  header.target = target.name.str();
  header.provenance = provenance.str();
  for (StringRef feature : target.requiredFeatures)
    header.features.push_back(feature.str());
  header.signature = toSchema(signature, output);
  header.preprocessing = toSchema(preprocessing);
  if (classNames)
    for (auto name : classNames.getAsRange<StringAttr>())
      header.class_names.push_back(name.str());
  for (auto layer : layers.getAsRange<DictionaryAttr>())
    header.layers.push_back(toSchema(layer));
  header.arena_size = arena.getInt();
  return addKernelsAndSteps(module, code, header);
}

/// The constants segment, by its hash.
FailureOr<Tensor> constantsOf(ModuleOp module) {
  auto text = module->getAttrOfType<StringAttr>(kConstantsName);
  uint64_t hash = 0;
  if (!text || text.getValue().getAsInteger(16, hash))
    return module.emitError("expects `mixq.constants` to hold a hash");
  auto &store =
      module.getContext()->getOrLoadDialect<MixqDialect>()->getParameterStore();
  absl::StatusOr<Tensor> constants = store.lookup(kConstantsName.str(), hash);
  if (!constants.ok())
    return module.emitError(std::string(constants.status().message()));
  return *constants;
}

} // namespace

FailureOr<std::vector<uint8_t>>
writeModule(ModuleOp module, const Target &target, const CodeImage &code) {
  schema::HeaderT header;
  FailureOr<Tensor> constants = constantsOf(module);
  if (failed(constants) || failed(fillHeader(module, target, code, header)))
    return failure();
  auto file =
      assembleModule(std::move(header), code.bytes,
                     absl::MakeConstSpan(constants->raw(), constants->bytes()));
  if (!file.ok())
    return module.emitError(std::string(file.status().message()));
  if (auto verified = verifyModule(*file); !verified.ok())
    return module.emitError("the module would not load: ")
           << std::string(verified.status().message());
  return *file;
}

} // namespace mixq
