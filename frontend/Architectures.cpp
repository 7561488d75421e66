//===- Architectures.cpp - The timm models we know ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Architectures.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dialect/store/Json.h"

#include <string>

namespace mixq {
namespace {

using Triple = std::array<double, 3>;
constexpr Triple kHalf = {0.5, 0.5, 0.5};
constexpr Triple kImageNetMean = {0.485, 0.456, 0.406};
constexpr Triple kImageNetStd = {0.229, 0.224, 0.225};

// The only default weights of vit_small_patch8_224 are DINO's, which were
// trained with the ImageNet mean.
// clang-format off
constexpr Architecture kArchitectures[] = {
    // name, width, depth, heads, patch, image, crop, mean, std
    {"vit_tiny_patch16_224", 192, 12, 3, 16, 224, 0.9, kHalf, kHalf},
    {"vit_tiny_patch16_384", 192, 12, 3, 16, 384, 1.0, kHalf, kHalf},
    {"vit_small_patch32_224", 384, 12, 6, 32, 224, 0.9, kHalf, kHalf},
    {"vit_small_patch32_384", 384, 12, 6, 32, 384, 1.0, kHalf, kHalf},
    {"vit_small_patch16_224", 384, 12, 6, 16, 224, 0.9, kHalf, kHalf},
    {"vit_small_patch16_384", 384, 12, 6, 16, 384, 1.0, kHalf, kHalf},
    {"vit_small_patch8_224", 384, 12, 6, 8, 224, 0.9, kImageNetMean, kImageNetStd},
    {"vit_base_patch32_224", 768, 12, 12, 32, 224, 0.9, kHalf, kHalf},
    {"vit_base_patch32_384", 768, 12, 12, 32, 384, 1.0, kHalf, kHalf},
    {"vit_base_patch16_224", 768, 12, 12, 16, 224, 0.9, kHalf, kHalf},
    {"vit_base_patch16_384", 768, 12, 12, 16, 384, 1.0, kHalf, kHalf},
    {"vit_base_patch8_224", 768, 12, 12, 8, 224, 0.9, kHalf, kHalf},
    {"vit_large_patch32_224", 1024, 24, 16, 32, 224, 0.9, kHalf, kHalf},
    {"vit_large_patch32_384", 1024, 24, 16, 32, 384, 1.0, kHalf, kHalf},
    {"vit_large_patch16_224", 1024, 24, 16, 16, 224, 0.9, kHalf, kHalf},
    {"vit_large_patch16_384", 1024, 24, 16, 16, 384, 1.0, kHalf, kHalf},
    {"deit_tiny_patch16_224", 192, 12, 3, 16, 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_small_patch16_224", 384, 12, 6, 16, 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_base_patch16_224", 768, 12, 12, 16, 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_base_patch16_384", 768, 12, 12, 16, 384, 1.0, kImageNetMean, kImageNetStd},
};
// clang-format on

/// Names that timm registers and that need more than this importer does.
struct UnsupportedFamily {
  const char *part; ///< of the name
  const char *reason;
};

constexpr UnsupportedFamily kUnsupported[] = {
    {"_distilled", "it has a distillation token and two heads"},
    {"deit3", "it has layer scale and a class token without position"},
    {"swin", "it has windowed attention"},
};

std::string knownNames() {
  return absl::StrJoin(kArchitectures, ", ",
                       [](std::string *out, const Architecture &architecture) {
                         out->append(architecture.name);
                       });
}

} // namespace

absl::StatusOr<const Architecture *> findArchitecture(absl::string_view name) {
  for (const Architecture &architecture : kArchitectures)
    if (name == architecture.name)
      return &architecture;
  for (const UnsupportedFamily &family : kUnsupported)
    if (absl::StrContains(name, family.part))
      return absl::UnimplementedError(absl::StrCat(
          "'architecture': ", quoteForMessage(name), " is not supported (",
          family.reason, "); expects one of ", knownNames()));
  return absl::InvalidArgumentError(
      absl::StrCat("'architecture': ", quoteForMessage(name),
                   " is unknown; expects one of ", knownNames()));
}

} // namespace mixq
