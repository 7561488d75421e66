//===- Describe.cpp - Tables of a module ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq/Describe.h"

#include <cstdio>
#include <unordered_map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/ModuleVerifier.h"

namespace mixq {
namespace {

using Json = nlohmann::ordered_json;
using schema::ElementType;

std::string typeName(ElementType type) {
  return type == ElementType::None
             ? "-"
             : absl::AsciiStrToLower(schema::EnumNameElementType(type));
}

std::string productName(const schema::Kernel &kernel) {
  if (kernel.lhs() == ElementType::None)
    return "-";
  return absl::StrCat(typeName(kernel.lhs()), " x ", typeName(kernel.rhs()));
}

std::string interpolationName(const schema::Header &header) {
  return absl::AsciiStrToLower(
      schema::EnumNameInterpolation(header.preprocessing()->interpolation()));
}

Json names(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>
               &texts) {
  Json json = Json::array();
  for (const flatbuffers::String *text : texts)
    json.push_back(text->str());
  return json;
}

Json floats(const flatbuffers::Vector<float> &values) {
  Json json = Json::array();
  for (float value : values)
    json.push_back(value);
  return json;
}

/// The operand types of each layer's product, from the first step with one
/// that carries the layer's name.
class LayerOperands {
public:
  explicit LayerOperands(const schema::Header &header) {
    for (const schema::Step *step : *header.steps()) {
      const schema::Kernel &kernel = kernelOf(header, *step);
      if (kernel.lhs() != ElementType::None)
        products.emplace(step->name()->str(), productName(kernel));
    }
  }

  /// "u8 x s8", "-" without a product.
  std::string of(const schema::Layer &layer) const {
    auto it = products.find(layer.name()->str());
    return it == products.end() ? "-" : it->second;
  }

private:
  std::unordered_map<std::string, std::string> products;
};

Json layerJson(const LayerOperands &operands, const schema::Layer &layer) {
  return {{"name", layer.name()->str()},
          {"kind", layer.kind()->str()},
          {"operands", operands.of(layer)},
          {"weight_bits", weightBits(layer)},
          {"parameters", layer.parameters()},
          {"packed_elements", layer.packed_elements()},
          {"weights_offset", layer.weights_offset()},
          {"weights_size", layer.weights_size()},
          {"macs", layer.macs()}};
}

Json bytesJson(const Module &module) {
  return {{"file", module.fileSize()},
          {"header", module.headerBytes().size()},
          {"code", module.code().size()},
          {"constants", module.constants().size()},
          {"arena", module.header().arena_size()}};
}

unsigned long long wide(uint64_t value) { return value; }

void printSummary(const Module &module) {
  const schema::Header &header = module.header();
  const schema::Signature &signature = *header.signature();
  std::vector<std::string> features;
  for (const flatbuffers::String *name : *header.features())
    features.push_back(name->str());
  std::printf("model          %s\n", header.model()->c_str());
  std::printf("precision      %s\n", header.precision()->c_str());
  std::printf("target         %s\n", header.target()->c_str());
  std::printf("features       %s\n", absl::StrJoin(features, " ").c_str());
  std::printf("producer       %s\n", header.producer()->c_str());
  std::printf("provenance     %s\n", header.provenance()->c_str());
  std::printf("input          f32 [%u, %u, %u]\n", signature.channels(),
              signature.height(), signature.width());
  std::printf("output         f32 [%u]%s\n", signature.classes(),
              header.class_names()->size() != 0 ? ", with class names" : "");
}

/// What the image is resized to.
std::string resizeText(const schema::Preprocessing &preprocessing) {
  if (preprocessing.resize_width() == 0)
    return absl::StrCat("shorter side to ", preprocessing.resize());
  return absl::StrCat(preprocessing.keep_ratio() ? "to cover " : "to ",
                      preprocessing.resize(), " x ",
                      preprocessing.resize_width());
}

void printPreprocessing(const schema::Header &header) {
  const schema::Preprocessing &preprocessing = *header.preprocessing();
  std::printf("preprocessing  %s (%s), centre crop %u x %u, "
              "mean [%s], std [%s]\n",
              resizeText(preprocessing).c_str(),
              interpolationName(header).c_str(), header.signature()->height(),
              header.signature()->width(),
              absl::StrJoin(*preprocessing.mean(), ", ").c_str(),
              absl::StrJoin(*preprocessing.std(), ", ").c_str());
}

void printBytes(const Module &module) {
  std::printf("bytes          file %llu: header %zu, code %zu, constants %zu; "
              "activations %llu an image\n",
              wide(module.fileSize()), module.headerBytes().size(),
              module.code().size(), module.constants().size(),
              wide(module.header().arena_size()));
}

void printLayers(const schema::Header &header) {
  std::printf("\n%12s %10s %-11s %12s %14s  %s\n", "weight bits", "bytes",
              "operands", "parameters", "macs", "layer");
  const LayerOperands operands(header);
  uint64_t parameters = 0, macs = 0, bytes = 0;
  for (const schema::Layer *layer : *header.layers()) {
    const uint32_t bits = weightBits(*layer);
    std::printf("%12s %10llu %-11s %12llu %14llu  %s (%s)\n",
                bits == 0 ? "-" : absl::StrCat(bits).c_str(),
                wide(layer->weights_size()), operands.of(*layer).c_str(),
                wide(layer->parameters()), wide(layer->macs()),
                layer->name()->c_str(), layer->kind()->c_str());
    parameters += layer->parameters();
    macs += layer->macs();
    bytes += layer->weights_size();
  }
  std::printf("%12s %10llu %-11s %12llu %14llu  in %u layers\n", "",
              wide(bytes), "", wide(parameters), wide(macs),
              header.layers()->size());
}

void printSteps(const schema::Header &header) {
  std::printf("\n%5s %-18s %7s %14s  %s\n", "step", "operands", "tasks", "macs",
              "name (op, kernel)");
  for (uint32_t i = 0; i < header.steps()->size(); ++i) {
    const schema::Step &step = *header.steps()->Get(i);
    const schema::Kernel &kernel = kernelOf(header, step);
    std::printf("%5u %-18s %7u %14llu  %s (%s, %s)\n", i,
                describeOperands(kernel).c_str(), step.tasks(),
                wide(step.macs()), step.name()->c_str(), kernel.op()->c_str(),
                kernel.name()->c_str());
  }
}

} // namespace

const schema::Kernel &kernelOf(const schema::Header &header,
                               const schema::Step &step) {
  return *header.kernels()->Get(step.kernel());
}

uint64_t bytesTouched(const schema::Step &step) {
  uint64_t bytes = 0;
  for (const schema::Argument *argument : *step.arguments())
    bytes += argument->size();
  return bytes;
}

std::string describeOperands(const schema::Kernel &kernel) {
  return absl::StrCat(productName(kernel), " -> ", typeName(kernel.result()));
}

Json stepJson(const schema::Header &header, uint32_t index) {
  const schema::Step &step = *header.steps()->Get(index);
  const schema::Kernel &kernel = kernelOf(header, step);
  return {
      {"name", step.name()->str()},     {"op", kernel.op()->str()},
      {"kernel", kernel.name()->str()}, {"lhs", typeName(kernel.lhs())},
      {"rhs", typeName(kernel.rhs())},  {"result", typeName(kernel.result())},
      {"tasks", step.tasks()},          {"macs", step.macs()}};
}

Json moduleJson(const Module &module) {
  const schema::Header &header = module.header();
  const schema::Signature &signature = *header.signature();
  const schema::Preprocessing &preprocessing = *header.preprocessing();
  Json json = {{"format_version", formatVersion},
               {"producer", header.producer()->str()},
               {"model", header.model()->str()},
               {"precision", header.precision()->str()},
               {"target", header.target()->str()},
               {"provenance", header.provenance()->str()},
               {"features", names(*header.features())}};
  json["signature"] = {{"channels", signature.channels()},
                       {"height", signature.height()},
                       {"width", signature.width()},
                       {"classes", signature.classes()}};
  json["preprocessing"] = {{"resize", preprocessing.resize()},
                           {"interpolation", interpolationName(header)},
                           {"mean", floats(*preprocessing.mean())},
                           {"std", floats(*preprocessing.std())}};
  if (preprocessing.resize_width() != 0) {
    json["preprocessing"]["resize_width"] = preprocessing.resize_width();
    json["preprocessing"]["keep_ratio"] = preprocessing.keep_ratio();
  }
  json["class_names"] = names(*header.class_names());
  json["bytes"] = bytesJson(module);
  const LayerOperands operands(header);
  json["layers"] = Json::array();
  for (const schema::Layer *layer : *header.layers())
    json["layers"].push_back(layerJson(operands, *layer));
  json["steps"] = Json::array();
  for (uint32_t i = 0; i < header.steps()->size(); ++i)
    json["steps"].push_back(stepJson(header, i));
  return json;
}

void printModule(const Module &module) {
  printSummary(module);
  printPreprocessing(module.header());
  printBytes(module);
  printLayers(module.header());
  printSteps(module.header());
}

} // namespace mixq
