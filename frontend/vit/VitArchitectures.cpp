//===- VitArchitectures.cpp - timm's ViT and DeiT names -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/vit/Vit.h"

namespace mixq {
namespace {

using Triple = std::array<double, 3>;
constexpr Triple kHalf = {0.5, 0.5, 0.5};
constexpr Triple kZero = {0, 0, 0};
constexpr Triple kOne = {1, 1, 1};
constexpr Triple kImageNetMean = {0.485, 0.456, 0.406};
constexpr Triple kImageNetStd = {0.229, 0.224, 0.225};
constexpr Triple kClipMean = {0.48145466, 0.4578275, 0.40821073};
constexpr Triple kClipStd = {0.26862954, 0.26130258, 0.27577711};

// The names of timm 1.0.31 whose networks this importer can build; absent are
// those with attention pooling, RMSNorm, SwiGLU, other activations or blocks.
// norm_eps is ours: timm passes a LayerNorm of that epsilon.
// clang-format off
constexpr TimmArchitecture kArchitectures[] = {
    // name, arguments, image, crop, mean, std
    {"eva_large_patch14_196", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "global_pool": "avg"})", 196, 1.0, kClipMean, kClipStd},
    {"eva_large_patch14_336", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "global_pool": "avg"})", 336, 1.0, kClipMean, kClipStd, "bicubic", "squash"},
    {"flexivit_base", R"({"no_embed_class": true})", 240, 0.95, kHalf, kHalf},
    {"flexivit_large", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "no_embed_class": true})", 240, 0.95, kHalf, kHalf},
    {"flexivit_small", R"({"embed_dim": 384, "num_heads": 6, "no_embed_class": true})", 240, 0.95, kHalf, kHalf},
    {"vit_base_patch8_224", R"({"patch_size": 8})", 224, 0.9, kHalf, kHalf},
    {"vit_base_patch14_dinov2", R"({"patch_size": 14, "init_values": 1e-05})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_base_patch14_reg1_tipsv2", R"({"patch_size": 14, "init_values": 1.0, "reg_tokens": 1, "no_embed_class": true})", 448, 1.0, kZero, kOne},
    {"vit_base_patch14_reg4_dinov2", R"({"patch_size": 14, "init_values": 1e-05, "reg_tokens": 4, "no_embed_class": true})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_base_patch16_224", R"({})", 224, 0.9, kHalf, kHalf},
    {"vit_base_patch16_224_miil", R"({"qkv_bias": false})", 224, 0.875, kZero, kOne, "bilinear"},
    {"vit_base_patch16_384", R"({})", 384, 1.0, kHalf, kHalf},
    {"vit_base_patch16_clip_224", R"({"pre_norm": true, "norm_eps": 1e-05})", 224, 0.95, kClipMean, kClipStd},
    {"vit_base_patch16_clip_384", R"({"pre_norm": true, "norm_eps": 1e-05})", 384, 1.0, kClipMean, kClipStd, "bicubic", "squash"},
    {"vit_base_patch16_gap_224", R"({"num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false})", 224, 0.9, kHalf, kHalf},
    {"vit_base_patch16_plus_240", R"({"embed_dim": 896, "num_heads": 14, "init_values": 1e-05})", 240, 0.95, kHalf, kHalf},
    {"vit_base_patch16_plus_clip_240", R"({"embed_dim": 896, "num_heads": 14, "pre_norm": true, "norm_eps": 1e-05})", 240, 1.0, kClipMean, kClipStd},
    {"vit_base_patch16_radio_v3", R"({"img_size": 512, "init_values": 1e-05, "reg_tokens": 7, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_base_patch16_reg4_gap_256", R"({"class_token": false, "no_embed_class": true, "global_pool": "avg", "reg_tokens": 4})", 256, 0.9, kHalf, kHalf},
    {"vit_base_patch16_siglip_gap_224", R"({"class_token": false, "global_pool": "avg", "fc_norm": false})", 224, 0.9, kHalf, kHalf},
    {"vit_base_patch16_siglip_gap_256", R"({"class_token": false, "global_pool": "avg", "fc_norm": false})", 256, 0.9, kHalf, kHalf},
    {"vit_base_patch16_siglip_gap_384", R"({"class_token": false, "global_pool": "avg", "fc_norm": false})", 384, 0.9, kHalf, kHalf},
    {"vit_base_patch16_siglip_gap_512", R"({"class_token": false, "global_pool": "avg", "fc_norm": false})", 512, 0.9, kHalf, kHalf},
    {"vit_base_patch32_224", R"({"patch_size": 32})", 224, 0.9, kHalf, kHalf},
    {"vit_base_patch32_384", R"({"patch_size": 32})", 384, 1.0, kHalf, kHalf},
    {"vit_base_patch32_clip_224", R"({"patch_size": 32, "pre_norm": true, "norm_eps": 1e-05})", 224, 0.9, kClipMean, kClipStd},
    {"vit_base_patch32_clip_256", R"({"patch_size": 32, "pre_norm": true, "norm_eps": 1e-05})", 256, 1.0, kClipMean, kClipStd},
    {"vit_base_patch32_clip_384", R"({"patch_size": 32, "pre_norm": true, "norm_eps": 1e-05})", 384, 1.0, kClipMean, kClipStd},
    {"vit_base_patch32_clip_448", R"({"patch_size": 32, "pre_norm": true, "norm_eps": 1e-05})", 448, 1.0, kClipMean, kClipStd},
    {"vit_base_patch32_plus_256", R"({"patch_size": 32, "embed_dim": 896, "num_heads": 14, "init_values": 1e-05})", 256, 0.95, kHalf, kHalf},
    {"vit_base_patch32_siglip_gap_256", R"({"patch_size": 32, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 256, 0.9, kHalf, kHalf},
    {"vit_betwixt_patch16_gap_256", R"({"embed_dim": 640, "num_heads": 10, "class_token": false, "global_pool": "avg", "qkv_bias": false, "init_values": 1e-06, "fc_norm": false})", 256, 0.95, kHalf, kHalf},
    {"vit_betwixt_patch16_reg1_gap_256", R"({"embed_dim": 640, "num_heads": 10, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_betwixt_patch16_reg4_gap_256", R"({"embed_dim": 640, "num_heads": 10, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_betwixt_patch16_reg4_gap_384", R"({"embed_dim": 640, "num_heads": 10, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 384, 1.0, kHalf, kHalf},
    {"vit_betwixt_patch32_clip_224", R"({"patch_size": 32, "embed_dim": 640, "num_heads": 10, "pre_norm": true, "norm_eps": 1e-05})", 224, 0.9, kClipMean, kClipStd},
    {"vit_dlittle_patch16_reg1_gap_256", R"({"embed_dim": 320, "depth": 14, "num_heads": 5, "init_values": 1e-05, "mlp_ratio": 5.6, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg", "attn_layer": "diff"})", 256, 0.95, kHalf, kHalf},
    {"vit_dwee_patch16_reg1_gap_256", R"({"embed_dim": 256, "depth": 14, "num_heads": 4, "init_values": 1e-05, "mlp_ratio": 5, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg", "attn_layer": "diff"})", 256, 0.95, kHalf, kHalf},
    {"vit_giant_patch14_224", R"({"patch_size": 14, "embed_dim": 1408, "mlp_ratio": 4.363636363636363, "depth": 40, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_giant_patch14_clip_224", R"({"patch_size": 14, "embed_dim": 1408, "mlp_ratio": 4.363636363636363, "depth": 40, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 224, 1.0, kClipMean, kClipStd},
    {"vit_giant_patch16_gap_224", R"({"embed_dim": 1408, "depth": 40, "num_heads": 16, "mlp_ratio": 4.363636363636363, "class_token": false, "global_pool": "avg", "fc_norm": false})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"vit_giant_patch16_radio_v3", R"({"img_size": 512, "embed_dim": 1536, "depth": 40, "num_heads": 24, "reg_tokens": 7, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_giantopt_patch16_siglip_gap_256", R"({"embed_dim": 1536, "depth": 40, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 256, 0.9, kHalf, kHalf},
    {"vit_giantopt_patch16_siglip_gap_384", R"({"embed_dim": 1536, "depth": 40, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 384, 0.9, kHalf, kHalf},
    {"vit_gigantic_patch14_224", R"({"patch_size": 14, "embed_dim": 1664, "mlp_ratio": 4.923076923076923, "depth": 48, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_gigantic_patch14_clip_224", R"({"patch_size": 14, "embed_dim": 1664, "mlp_ratio": 4.923076923076923, "depth": 48, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 224, 1.0, kClipMean, kClipStd},
    {"vit_gigantic_patch14_clip_378", R"({"patch_size": 14, "embed_dim": 1664, "mlp_ratio": 4.923076923076923, "depth": 48, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 378, 1.0, kClipMean, kClipStd, "bicubic", "squash"},
    {"vit_huge_patch14_224", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_huge_patch14_clip_224", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 224, 1.0, kClipMean, kClipStd},
    {"vit_huge_patch14_clip_336", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 336, 1.0, kClipMean, kClipStd, "bicubic", "squash"},
    {"vit_huge_patch14_clip_378", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 378, 1.0, kClipMean, kClipStd},
    {"vit_huge_patch14_gap_224", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"vit_huge_patch16_gap_448", R"({"embed_dim": 1280, "depth": 32, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false})", 448, 1.0, kImageNetMean, kImageNetStd},
    {"vit_huge_patch16_radio_v3", R"({"img_size": 512, "embed_dim": 1280, "depth": 32, "num_heads": 16, "reg_tokens": 7, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_huge_patch16_radio_v4", R"({"img_size": 512, "embed_dim": 1280, "depth": 32, "num_heads": 16, "reg_tokens": 9, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_intern300m_patch14_448", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "init_values": 0.1, "final_norm": false, "dynamic_img_size": true})", 448, 1.0, kImageNetMean, kImageNetStd},
    {"vit_large_patch14_224", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_large_patch14_clip_224", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 224, 1.0, kHalf, kHalf},
    {"vit_large_patch14_clip_336", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "pre_norm": true, "norm_eps": 1e-05})", 336, 1.0, kHalf, kHalf, "bicubic", "squash"},
    {"vit_large_patch14_dinov2", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "init_values": 1e-05})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_large_patch14_reg1_tipsv2", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "init_values": 1.0, "reg_tokens": 1, "no_embed_class": true})", 448, 1.0, kZero, kOne},
    {"vit_large_patch14_reg4_dinov2", R"({"patch_size": 14, "embed_dim": 1024, "depth": 24, "num_heads": 16, "init_values": 1e-05, "reg_tokens": 4, "no_embed_class": true})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_large_patch16_224", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_large_patch16_384", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16})", 384, 1.0, kHalf, kHalf},
    {"vit_large_patch16_radio_v3", R"({"img_size": 512, "embed_dim": 1024, "depth": 24, "num_heads": 16, "init_values": 1e-05, "reg_tokens": 7, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_large_patch16_siglip_gap_256", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false})", 256, 0.9, kHalf, kHalf},
    {"vit_large_patch16_siglip_gap_384", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false})", 384, 0.9, kHalf, kHalf},
    {"vit_large_patch16_siglip_gap_512", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 512, 0.9, kHalf, kHalf},
    {"vit_large_patch32_224", R"({"patch_size": 32, "embed_dim": 1024, "depth": 24, "num_heads": 16})", 224, 0.9, kHalf, kHalf},
    {"vit_large_patch32_384", R"({"patch_size": 32, "embed_dim": 1024, "depth": 24, "num_heads": 16})", 384, 1.0, kHalf, kHalf},
    {"vit_little_patch16_reg1_gap_256", R"({"embed_dim": 320, "depth": 14, "num_heads": 5, "init_values": 1e-05, "mlp_ratio": 5.6, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_little_patch16_reg4_gap_256", R"({"embed_dim": 320, "depth": 14, "num_heads": 5, "init_values": 1e-05, "mlp_ratio": 5.6, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_medium_patch16_clip_224", R"({"embed_dim": 512, "num_heads": 8, "pre_norm": true, "norm_eps": 1e-05})", 224, 0.9, kClipMean, kClipStd},
    {"vit_medium_patch16_gap_240", R"({"embed_dim": 512, "num_heads": 8, "class_token": false, "global_pool": "avg", "qkv_bias": false, "init_values": 1e-06, "fc_norm": false})", 240, 0.95, kHalf, kHalf},
    {"vit_medium_patch16_gap_256", R"({"embed_dim": 512, "num_heads": 8, "class_token": false, "global_pool": "avg", "qkv_bias": false, "init_values": 1e-06, "fc_norm": false})", 256, 0.95, kHalf, kHalf},
    {"vit_medium_patch16_gap_384", R"({"embed_dim": 512, "num_heads": 8, "class_token": false, "global_pool": "avg", "qkv_bias": false, "init_values": 1e-06, "fc_norm": false})", 384, 0.95, kHalf, kHalf, "bicubic", "squash"},
    {"vit_medium_patch16_reg1_gap_256", R"({"embed_dim": 512, "num_heads": 8, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_medium_patch16_reg4_gap_256", R"({"embed_dim": 512, "num_heads": 8, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_medium_patch32_clip_224", R"({"patch_size": 32, "embed_dim": 512, "num_heads": 8, "pre_norm": true, "norm_eps": 1e-05})", 224, 0.9, kClipMean, kClipStd},
    {"vit_mediumd_patch16_reg4_gap_256", R"({"embed_dim": 512, "depth": 20, "num_heads": 8, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_mediumd_patch16_reg4_gap_384", R"({"embed_dim": 512, "depth": 20, "num_heads": 8, "init_values": 1e-05, "class_token": false, "no_embed_class": true, "reg_tokens": 4, "global_pool": "avg"})", 384, 1.0, kHalf, kHalf},
    {"vit_small_patch8_224", R"({"patch_size": 8, "embed_dim": 384, "num_heads": 6})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"vit_small_patch14_dinov2", R"({"patch_size": 14, "embed_dim": 384, "num_heads": 6, "init_values": 1e-05})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_small_patch14_reg4_dinov2", R"({"patch_size": 14, "embed_dim": 384, "num_heads": 6, "init_values": 1e-05, "reg_tokens": 4, "no_embed_class": true})", 518, 1.0, kImageNetMean, kImageNetStd},
    {"vit_small_patch16_36x1_224", R"({"embed_dim": 384, "depth": 36, "num_heads": 6, "init_values": 1e-05})", 224, 0.9, kHalf, kHalf},
    {"vit_small_patch16_224", R"({"embed_dim": 384, "num_heads": 6})", 224, 0.9, kHalf, kHalf},
    {"vit_small_patch16_384", R"({"embed_dim": 384, "num_heads": 6})", 384, 1.0, kHalf, kHalf},
    {"vit_small_patch32_224", R"({"patch_size": 32, "embed_dim": 384, "num_heads": 6})", 224, 0.9, kHalf, kHalf},
    {"vit_small_patch32_384", R"({"patch_size": 32, "embed_dim": 384, "num_heads": 6})", 384, 1.0, kHalf, kHalf},
    {"vit_so150m2_patch16_reg1_gap_256", R"({"embed_dim": 832, "depth": 21, "num_heads": 13, "mlp_ratio": 2.6153846153846154, "init_values": 1e-05, "qkv_bias": false, "class_token": false, "reg_tokens": 1, "global_pool": "avg"})", 256, 1.0, kHalf, kHalf},
    {"vit_so150m2_patch16_reg1_gap_384", R"({"embed_dim": 832, "depth": 21, "num_heads": 13, "mlp_ratio": 2.6153846153846154, "init_values": 1e-05, "qkv_bias": false, "class_token": false, "reg_tokens": 1, "global_pool": "avg"})", 384, 1.0, kHalf, kHalf},
    {"vit_so150m2_patch16_reg1_gap_448", R"({"embed_dim": 832, "depth": 21, "num_heads": 13, "mlp_ratio": 2.6153846153846154, "init_values": 1e-05, "qkv_bias": false, "class_token": false, "reg_tokens": 1, "global_pool": "avg"})", 448, 1.0, kHalf, kHalf, "bicubic", "squash"},
    {"vit_so150m_patch16_reg4_gap_256", R"({"embed_dim": 896, "depth": 18, "num_heads": 14, "mlp_ratio": 2.572, "class_token": false, "reg_tokens": 4, "global_pool": "avg", "fc_norm": false})", 256, 0.95, kHalf, kHalf},
    {"vit_so150m_patch16_reg4_gap_384", R"({"embed_dim": 896, "depth": 18, "num_heads": 14, "mlp_ratio": 2.572, "class_token": false, "reg_tokens": 4, "global_pool": "avg", "fc_norm": false})", 384, 1.0, kHalf, kHalf},
    {"vit_so400m_patch14_reg1_tipsv2", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "init_values": 1.0, "mlp_ratio": 3.736111111111111, "reg_tokens": 1, "no_embed_class": true})", 448, 1.0, kZero, kOne},
    {"vit_so400m_patch14_siglip_gap_224", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false})", 224, 0.9, kHalf, kHalf},
    {"vit_so400m_patch14_siglip_gap_378", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false})", 378, 0.9, kHalf, kHalf},
    {"vit_so400m_patch14_siglip_gap_384", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false})", 384, 1.0, kHalf, kHalf},
    {"vit_so400m_patch14_siglip_gap_448", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false})", 448, 1.0, kHalf, kHalf},
    {"vit_so400m_patch14_siglip_gap_896", R"({"patch_size": 14, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false})", 896, 1.0, kHalf, kHalf},
    {"vit_so400m_patch16_radio_v4", R"({"img_size": 512, "embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.736111111111111, "reg_tokens": 9, "no_embed_class": true, "final_norm": false})", 512, 1.0, kClipMean, kClipStd},
    {"vit_so400m_patch16_siglip_gap_256", R"({"embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 256, 0.9, kHalf, kHalf},
    {"vit_so400m_patch16_siglip_gap_384", R"({"embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 384, 0.9, kHalf, kHalf},
    {"vit_so400m_patch16_siglip_gap_512", R"({"embed_dim": 1152, "depth": 27, "num_heads": 16, "mlp_ratio": 3.7362, "class_token": false, "global_pool": "avg", "fc_norm": false, "act_layer": "gelu_tanh"})", 512, 0.9, kHalf, kHalf},
    {"vit_tiny_patch16_224", R"({"embed_dim": 192, "num_heads": 3})", 224, 0.9, kHalf, kHalf},
    {"vit_tiny_patch16_384", R"({"embed_dim": 192, "num_heads": 3})", 384, 1.0, kHalf, kHalf},
    {"vit_wee_patch16_reg1_gap_256", R"({"embed_dim": 256, "depth": 14, "num_heads": 4, "init_values": 1e-05, "mlp_ratio": 5, "class_token": false, "no_embed_class": true, "reg_tokens": 1, "global_pool": "avg"})", 256, 0.95, kHalf, kHalf},
    {"vit_xsmall_patch16_clip_224", R"({"embed_dim": 256, "depth": 10, "num_heads": 4, "pre_norm": true, "norm_eps": 1e-05})", 224, 0.9, kClipMean, kClipStd},
    {"deit3_base_patch16_224", R"({"no_embed_class": true, "init_values": 1e-06})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit3_base_patch16_384", R"({"no_embed_class": true, "init_values": 1e-06})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"deit3_huge_patch14_224", R"({"patch_size": 14, "embed_dim": 1280, "depth": 32, "num_heads": 16, "no_embed_class": true, "init_values": 1e-06})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit3_large_patch16_224", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "no_embed_class": true, "init_values": 1e-06})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit3_large_patch16_384", R"({"embed_dim": 1024, "depth": 24, "num_heads": 16, "no_embed_class": true, "init_values": 1e-06})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"deit3_medium_patch16_224", R"({"embed_dim": 512, "num_heads": 8, "no_embed_class": true, "init_values": 1e-06})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit3_small_patch16_224", R"({"embed_dim": 384, "num_heads": 6, "no_embed_class": true, "init_values": 1e-06})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit3_small_patch16_384", R"({"embed_dim": 384, "num_heads": 6, "no_embed_class": true, "init_values": 1e-06})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"deit_base_distilled_patch16_224", R"({})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_base_distilled_patch16_384", R"({})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"deit_base_patch16_224", R"({})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_base_patch16_384", R"({})", 384, 1.0, kImageNetMean, kImageNetStd},
    {"deit_small_distilled_patch16_224", R"({"embed_dim": 384, "num_heads": 6})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_small_patch16_224", R"({"embed_dim": 384, "num_heads": 6})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_tiny_distilled_patch16_224", R"({"embed_dim": 192, "num_heads": 3})", 224, 0.9, kImageNetMean, kImageNetStd},
    {"deit_tiny_patch16_224", R"({"embed_dim": 192, "num_heads": 3})", 224, 0.9, kImageNetMean, kImageNetStd},
};
// clang-format on

} // namespace

absl::Span<const TimmArchitecture> vitArchitectures() { return kArchitectures; }

} // namespace mixq
