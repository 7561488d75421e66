//===- ConfigKeys.h - Keys of config.json that are not sizes ----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every key of a timm config is read by ConfigParser, listed here, or unknown.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_CONFIGKEYS_H
#define MIXQ_FRONTEND_CONFIGKEYS_H

namespace mixq {

/// Arguments of timm's VisionTransformer that change what it computes, with the
/// values that mean what this importer builds.
struct FixedArgument {
  const char *key;
  const char *accepted; ///< a JSON array
};

inline constexpr FixedArgument kFixedArguments[] = {
    {"in_chans", "[3]"},
    {"global_pool", R"(["token"])"},
    {"class_token", "[true]"},
    {"pos_embed", R"(["learn"])"},
    {"no_embed_class", "[false]"},
    {"reg_tokens", "[0]"},
    {"pre_norm", "[false]"},
    {"final_norm", "[true]"},
    {"fc_norm", "[null, false]"},
    {"qk_norm", "[false]"},
    {"scale_attn_norm", "[false]"},
    {"scale_mlp_norm", "[false]"},
    {"proj_bias", "[true]"},
    {"init_values", "[null]"},
    {"dynamic_img_size", "[false]"},
    {"dynamic_img_pad", "[false]"},
    {"act_layer", R"([null, "gelu"])"},
    {"norm_layer", R"([null, "layernorm"])"},
    {"embed_norm_layer", "[null]"},
    {"embed_layer", "[null]"},
    {"block_fn", "[null]"},
    {"mlp_layer", "[null]"},
    {"attn_layer", "[null]"},
};

/// Arguments that matter in training only, or not with class-token pooling.
inline constexpr const char *kTrainingArguments[] = {
    "drop_rate",      "pos_drop_rate",  "patch_drop_rate",
    "proj_drop_rate", "attn_drop_rate", "drop_path_rate",
    "weight_init",    "fix_init",       "pool_include_prefix"};

/// Keys of pretrained_cfg that say where weights come from or how timm would
/// adapt them.
inline constexpr const char *kOriginKeys[] = {
    "url",           "file",
    "hf_hub_id",     "hf_hub_filename",
    "source",        "architecture",
    "tag",           "custom_load",
    "num_classes",   "test_input_size",
    "test_crop_pct", "min_input_size",
    "label_offset",  "fixed_input_size",
    "pool_size",     "test_pool_size",
    "first_conv",    "classifier",
    "license",       "description",
    "origin_url",    "paper_name",
    "paper_ids",     "notes",
    "label_names",   "label_descriptions"};

} // namespace mixq

#endif // MIXQ_FRONTEND_CONFIGKEYS_H
