//===- SwinTimm.cpp - timm's arguments of a Swin Transformer --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/StageFields.h"
#include "frontend/swin/Swin.h"
#include "frontend/swin/SwinMaps.h"

#include "absl/strings/str_cat.h"

#include <cfloat>

using nlohmann::json;

namespace mixq {
namespace {

/// Arguments that change what timm computes, with the values that this importer
/// knows.
struct FixedArgument {
  const char *key;
  const char *accepted; ///< a JSON array
};

constexpr FixedArgument kFixedArguments[] = {
    {"global_pool", R"(["avg"])"},
    {"norm_layer", R"([null, "", "layernorm"])"},
    {"embed_layer", "[null]"},
};

/// Arguments that matter in training only, or with images of another size.
constexpr const char *kTrainingArguments[] = {
    "drop_rate",      "proj_drop_rate",  "attn_drop_rate",
    "drop_path_rate", "weight_init",     "device",
    "dtype",          "strict_img_size", "dynamic_img_size"};

/// Reads the arguments of one network, in the order of timm's constructor.
class SwinReader {
public:
  SwinReader(const ModelConfig &config, JsonFields &arguments)
      : config(config), arguments(arguments) {}

  SwinNetwork run() {
    const Extent patch = arguments.extent("patch_size", {4, 4}, kMaxExtent);
    network.patchHeight = patch.height;
    network.patchWidth = patch.width;
    readSizes();
    readWindows();
    readMlps();
    layOutMaps(config, network);
    network.qkvBias = arguments.boolean("qkv_bias", true);
    network.blockEps = network.otherEps =
        arguments.number("norm_eps", 1e-5, FLT_MIN, 1.0);
    for (const FixedArgument &argument : kFixedArguments)
      arguments.choice(argument.key, argument.accepted);
    arguments.ignore(kTrainingArguments);
    return network;
  }

private:
  void readSizes() {
    network.stages = readStages(arguments);
    const std::vector<int64_t> widths = readWidths();
    const std::vector<int64_t> headDims = readHeadDims();
    for (size_t i = 0; i < network.stages.size(); ++i) {
      SwinStage &stage = network.stages[i];
      stage.width = widths[i];
      stage.headDim = headDims[i] ? headDims[i] : widths[i] / stage.heads;
    }
  }

  /// A width doubles from stage to stage, or each has its own.
  std::vector<int64_t> readWidths() {
    const size_t count = network.stages.size();
    const json *given = arguments.find("embed_dim");
    if (given && given->is_array())
      return readPerStage(arguments, "embed_dim", 96, count, kMaxExtent);
    int64_t width = arguments.integer("embed_dim", 96, kMaxExtent);
    std::vector<int64_t> widths;
    for (size_t i = 0; i < count; ++i, width *= 2)
      widths.push_back(width);
    return widths;
  }

  /// 0 where a head has its share of the width.
  std::vector<int64_t> readHeadDims() {
    const size_t count = network.stages.size();
    const json *given = arguments.find("head_dim");
    if (!given || given->is_null())
      return std::vector<int64_t>(count);
    return readPerStage(arguments, "head_dim", 32, count, kMaxExtent);
  }

  /// An integer or [height, width] for all stages, or one for each of other
  /// than two stages: of two integers, timm makes one window for all.
  std::vector<Extent> readWindowSizes() {
    const size_t count = network.stages.size();
    const json *given = arguments.find("window_size");
    const bool isPerStage = given && given->is_array() &&
                            (given->size() != 2 || (*given)[0].is_array());
    if (isPerStage)
      return readExtentPerStage(arguments, "window_size", count, kMaxExtent);
    return std::vector<Extent>(
        count, arguments.extent("window_size", {7, 7}, kMaxExtent));
  }

  void readWindows() {
    network.alwaysPartition = arguments.boolean("always_partition", false);
    const std::vector<Extent> windows = readWindowSizes();
    for (size_t i = 0; i < network.stages.size(); ++i) {
      network.stages[i].configHeight = windows[i].height;
      network.stages[i].configWidth = windows[i].width;
    }
  }

  void readMlps() {
    const std::vector<double> ratios = readNumberPerStage(
        arguments, "mlp_ratio", 4.0, network.stages.size(), 1e-3, 1e3);
    // timm truncates as Python's int() does.
    for (size_t i = 0; i < network.stages.size(); ++i)
      network.stages[i].mlpHidden =
          static_cast<int64_t>(network.stages[i].width * ratios[i]);
  }

  const ModelConfig &config;
  JsonFields &arguments;
  SwinNetwork network;
};

} // namespace

Network readTimmSwin(const TimmArchitecture &architecture,
                     const ModelConfig &config, JsonFields &arguments) {
  return SwinReader(config, arguments).run();
}

} // namespace mixq
