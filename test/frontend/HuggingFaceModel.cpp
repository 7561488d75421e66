//===- HuggingFaceModel.cpp - A checkpoint of transformers ----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/frontend/HuggingFaceModel.h"

#include "absl/strings/str_cat.h"
#include "frontend/Config.h"
#include "frontend/RandomWeights.h"
#include "test/frontend/TinyModel.h"

#include "gtest/gtest.h"

namespace mixq::test {
namespace {

/// Share `index` of `count` of a tensor's rows.
Tensor shareOf(const Tensor &tensor, size_t index, size_t count) {
  std::vector<int64_t> shape = tensor.shape();
  shape[0] /= static_cast<int64_t>(count);
  Tensor share(tensor.type(), shape);
  std::copy_n(tensor.raw() + index * share.bytes(), share.bytes(),
              share.mutableRaw());
  return share;
}

} // namespace

std::string HuggingFaceModel::huggingFaceConfig() {
  return R"({
  "architectures": ["ViTForImageClassification"], "model_type": "vit",
  "image_size": 8, "patch_size": 4, "num_channels": 3, "hidden_size": 32,
  "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
  "hidden_act": "gelu", "layer_norm_eps": 1e-5, "qkv_bias": true,
  "id2label": {"2": "cow", "0": "ant", "1": "bee"},
  "label2id": {"ant": 0, "bee": 1, "cow": 2}, "dtype": "float32",
  "hidden_dropout_prob": 0.0, "transformers_version": "5.0.0"
})";
}

HuggingFaceModel::HuggingFaceModel(std::string text)
    : config(std::move(text)), processor(R"({
  "image_processor_type": "ViTImageProcessor", "do_resize": true,
  "do_rescale": true, "do_normalize": true, "rescale_factor": 0.00392156862745098,
  "size": {"height": 8, "width": 8}, "resample": 2,
  "image_mean": [0.25, 0.5, 0.75], "image_std": [0.5, 0.25, 1.0]
})") {
  const absl::StatusOr<ModelConfig> parsed = parseConfig(config, "config.json");
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  if (!parsed.ok())
    return;
  const std::vector<ParameterSpec> specs = parametersOf(*parsed);
  const auto weights = randomWeights(specs, 1);
  for (const ParameterSpec &spec : specs)
    for (size_t i = 0; i < spec.sources.size(); ++i)
      archive.tensors[spec.sources[i]] =
          shareOf(weights.at(spec.name), i, spec.sources.size());
}

std::string HuggingFaceModel::writeConfigs() const {
  const std::string folder = newFolder();
  writeFile(folder + "/config.json", config);
  writeFile(folder + "/preprocessor_config.json", processor);
  return folder;
}

std::string HuggingFaceModel::write() const {
  const std::string folder = writeConfigs();
  const absl::Status status =
      writeSafetensors(folder + "/model.safetensors", archive);
  EXPECT_TRUE(status.ok()) << status;
  return folder;
}

std::string HuggingFaceModel::writeShards() const {
  const std::string folder = writeConfigs();
  nlohmann::json map;
  int count = 0;
  for (const auto &[name, tensor] : archive.tensors) {
    const std::string file = absl::StrCat("model-", count++, ".safetensors");
    EXPECT_TRUE(
        writeSafetensors(folder + "/" + file, {{{name, tensor}}, {}}).ok());
    map[name] = file;
  }
  const nlohmann::json index = {{"metadata", {{"total_size", 1}}},
                                {"weight_map", map}};
  writeFile(folder + "/model.safetensors.index.json", index.dump());
  return folder;
}

} // namespace mixq::test
