//===- SwinArchitectures.cpp - timm's registered Swins --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/swin/Swin.h"

namespace mixq {
namespace {

using Triple = std::array<double, 3>;
constexpr Triple kImageNetMean = {0.485, 0.456, 0.406};
constexpr Triple kImageNetStd = {0.229, 0.224, 0.225};

// clang-format off
constexpr TimmArchitecture kArchitectures[] = {
    // name, arguments, image, crop, mean, std
    {"swin_base_patch4_window12_384", R"({"window_size": 12, "embed_dim": 128, "depths": [2, 2, 18, 2], "num_heads": [4, 8, 16, 32]})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"swin_base_patch4_window7_224", R"({"embed_dim": 128, "depths": [2, 2, 18, 2], "num_heads": [4, 8, 16, 32]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_large_patch4_window12_384", R"({"window_size": 12, "embed_dim": 192, "depths": [2, 2, 18, 2], "num_heads": [6, 12, 24, 48]})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"swin_large_patch4_window7_224", R"({"embed_dim": 192, "depths": [2, 2, 18, 2], "num_heads": [6, 12, 24, 48]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_s3_base_224", R"({"window_size": [7, 7, 14, 7], "depths": [2, 2, 30, 2]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_s3_small_224", R"({"window_size": [14, 14, 14, 7], "depths": [2, 2, 18, 2]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_s3_tiny_224", R"({"window_size": [7, 7, 14, 7]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_small_patch4_window7_224", R"({"depths": [2, 2, 18, 2]})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"swin_tiny_patch4_window7_224", R"({})", 224, 0.9, kImageNetMean, kImageNetStd},
};
// clang-format on

} // namespace

absl::Span<const TimmArchitecture> swinArchitectures() {
  return kArchitectures;
}

} // namespace mixq
