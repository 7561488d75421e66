//===- Vit.cpp - ViT and DeiT ---------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

namespace mixq {

static constexpr HuggingFaceClass kClasses[] = {
    {"ViTForImageClassification", "vit"},
    {"DeiTForImageClassification", "deit"},
    {"DeiTForImageClassificationWithTeacher", "deit"},
};

static constexpr const char *kOptions =
    "timm's model_args:\n"
    "  img_size, patch_size      a number or [height, width]; patches tile the "
    "image\n"
    "  in_chans, num_classes, embed_dim, depth, num_heads, mlp_ratio\n"
    "  class_token, reg_tokens, no_embed_class, pos_embed (learn, none), "
    "pre_norm\n"
    "  qkv_bias, proj_bias, qk_norm, init_values (layer scale)\n"
    "  act_layer (gelu, gelu_tanh), norm_layer (layernorm), norm_eps\n"
    "  global_pool (token, avg), pool_include_prefix, fc_norm, final_norm\n"
    "keys of transformers:\n"
    "  image_size, patch_size, num_channels, hidden_size, num_hidden_layers,\n"
    "  num_attention_heads, intermediate_size, qkv_bias, layer_norm_eps,\n"
    "  hidden_act (gelu, gelu_new, gelu_fast, gelu_pytorch_tanh), id2label\n";

const Family &vitFamily() {
  static const Family family = {
      "ViT and DeiT", vitArchitectures(), "token", readTimmVit,
      kClasses,       readHuggingFaceVit, kOptions};
  return family;
}

} // namespace mixq
