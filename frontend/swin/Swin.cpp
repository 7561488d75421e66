//===- Swin.cpp - Swin Transformers ---------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/Swin.h"

#include "absl/strings/str_cat.h"

namespace mixq {

static constexpr HuggingFaceClass kClasses[] = {
    {"SwinForImageClassification", "swin"},
};

static constexpr const char *kOptions =
    "timm's model_args:\n"
    "  img_size, patch_size      a number or [height, width]; patches tile the "
    "image\n"
    "  in_chans, num_classes, depths, num_heads\n"
    "  embed_dim, head_dim, mlp_ratio\n"
    "                            a number, or one for each stage\n"
    "  window_size               a number or [height, width], or one for each "
    "stage\n"
    "  always_partition, qkv_bias, norm_eps, global_pool (avg)\n"
    "keys of transformers:\n"
    "  image_size, patch_size, num_channels, embed_dim, depths, num_heads,\n"
    "  window_size, mlp_ratio, qkv_bias, use_absolute_embeddings,\n"
    "  layer_norm_eps, hidden_act (gelu), id2label\n";

const Family &swinFamily() {
  static const Family family = {
      "Swin",   swinArchitectures(), "avg",   readTimmSwin,
      kClasses, readHuggingFaceSwin, kOptions};
  return family;
}

std::string swinBlockName(int64_t stage, int64_t block) {
  return absl::StrCat("layers.", stage, ".blocks.", block);
}

} // namespace mixq
