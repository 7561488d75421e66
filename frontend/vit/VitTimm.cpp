//===- VitTimm.cpp - timm's arguments of a vision transformer -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

#include "absl/strings/match.h"

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
    {"scale_attn_norm", "[false]"},
    {"scale_mlp_norm", "[false]"},
    {"norm_layer", R"([null, "", "layernorm", "layernormfp32"])"},
    {"embed_norm_layer", "[null]"},
    {"embed_layer", "[null]"},
    {"block_fn", "[null]"},
    {"mlp_layer", "[null]"},
    {"attn_layer", R"([null, ""])"},
};

/// Arguments that matter in training only. With an image of the model's own
/// size, which patches tile exactly, the last two change nothing either.
constexpr const char *kTrainingArguments[] = {
    "drop_rate",      "pos_drop_rate",  "patch_drop_rate",  "proj_drop_rate",
    "attn_drop_rate", "drop_path_rate", "weight_init",      "fix_init",
    "device",         "dtype",          "dynamic_img_size", "dynamic_img_pad"};

/// Reads the arguments of one network, in the order of timm's constructor.
class VitReader {
public:
  VitReader(const ModelConfig &config, JsonFields &arguments)
      : config(config), arguments(arguments) {}

  VitNetwork run(bool isDistilled) {
    readSizes();
    readTokens(isDistilled);
    readBlocks();
    readHead(isDistilled);
    for (const FixedArgument &argument : kFixedArguments)
      arguments.choice(argument.key, argument.accepted);
    arguments.ignore(kTrainingArguments);
    return network;
  }

private:
  void readSizes() {
    const Extent patch = arguments.extent("patch_size", {16, 16}, kMaxExtent);
    network.patchHeight = patch.height;
    network.patchWidth = patch.width;
    network.gridHeight = config.imageHeight / patch.height;
    network.gridWidth = config.imageWidth / patch.width;
    network.embedDim = arguments.integer("embed_dim", 768, kMaxExtent);
    network.depth = arguments.integer("depth", 12, kMaxDepth);
    network.heads = arguments.integer("num_heads", 12, kMaxExtent);
    network.headDim = network.embedDim / network.heads;
    // timm truncates as Python's int() does.
    network.mlpHidden = static_cast<int64_t>(
        network.embedDim * arguments.number("mlp_ratio", 4.0, 1e-3, 1e3));
  }

  void readTokens(bool isDistilled) {
    // VisionTransformerDistilled adds a token and makes its own positions; with
    // these arguments timm itself fails, or ignores them.
    network.distillationToken = isDistilled;
    network.classToken = arguments.boolean("class_token", true);
    network.registers = arguments.integer("reg_tokens", 0, kMaxTokens, 0);
    network.prefixPositions = !arguments.boolean("no_embed_class", false);
    const json positions =
        arguments.choice("pos_embed", R"(["learn", "none", ""])", "learn");
    network.positions = positions == "learn";
    if (isDistilled && !network.classToken)
      arguments.fail("class_token", "true in a distilled model", false);
    if (isDistilled && network.registers)
      arguments.fail("reg_tokens", "0 in a distilled model", network.registers);
    if (isDistilled && !network.prefixPositions)
      arguments.fail("no_embed_class", "false in a distilled model", true);
    if (isDistilled && !network.positions)
      arguments.fail("pos_embed", "\"learn\" in a distilled model", positions);
  }

  void readBlocks() {
    network.preNorm = arguments.boolean("pre_norm", false);
    network.patchBias = !network.preNorm; // as CLIP has it
    network.qkvBias = arguments.boolean("qkv_bias", true);
    network.qkNorm = arguments.boolean("qk_norm", false);
    network.blockBias = arguments.boolean("proj_bias", true);
    // The value is where training starts from; the factors are tensors.
    const json *scale = arguments.find("init_values");
    if (scale && !scale->is_null() && !scale->is_number())
      arguments.fail("init_values", "a number or null", *scale);
    network.layerScale = scale && scale->is_number() && *scale != 0;
    network.normEps = arguments.number("norm_eps", 1e-6, FLT_MIN, 1.0);
    const json activation = arguments.choice(
        "act_layer", R"([null, "", "gelu", "gelu_tanh"])", nullptr);
    network.activation =
        activation == "gelu_tanh" ? Activation::GeluTanh : Activation::Gelu;
  }

  void readHead(bool isDistilled) {
    network.distillationHead = isDistilled;
    const json pool = arguments.choice(
        "global_pool", isDistilled ? R"(["token"])" : R"(["token", "avg"])",
        "token");
    const bool isMean = pool == "avg";
    const bool includesPrefix = arguments.boolean("pool_include_prefix", false);
    if (isMean)
      network.pooling =
          includesPrefix ? VitPooling::AllTokens : VitPooling::Patches;
    else if (!network.classToken)
      arguments.fail("global_pool", "\"avg\" without a class token", pool);
    const json *given = arguments.find("fc_norm");
    const bool isAfterPool = given && !given->is_null()
                                 ? arguments.boolean("fc_norm", false)
                                 : isMean;
    if (isDistilled && isAfterPool)
      arguments.fail("fc_norm", "false in a distilled model", true);
    const bool hasNorm = arguments.boolean("final_norm", true);
    network.tokenNorm = hasNorm && !isAfterPool;
    network.poolNorm = hasNorm && isAfterPool;
  }

  const ModelConfig &config;
  JsonFields &arguments;
  VitNetwork network;
};

} // namespace

Network readTimmVit(const TimmArchitecture &architecture,
                    const ModelConfig &config, JsonFields &arguments) {
  const bool isDistilled = absl::StrContains(architecture.name, "_distilled");
  return VitReader(config, arguments).run(isDistilled);
}

} // namespace mixq
