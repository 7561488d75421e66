//===- Config.cpp - What a checkpoint's config.json says ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"

#include "absl/strings/str_cat.h"
#include "dialect/store/JsonFields.h"
#include "frontend/Architectures.h"
#include "frontend/ClassNames.h"
#include "frontend/ConfigKeys.h"
#include "frontend/VitParameters.h"

#include <cfloat>
#include <cmath>
#include <filesystem>

using nlohmann::json;

namespace mixq {
namespace {

class ConfigParser {
public:
  ConfigParser(const json &document, const std::string &source)
      : source(source), root(document, source), args(root.nested("model_args")),
        pretrained(root.nested("pretrained_cfg")) {}

  absl::StatusOr<ModelConfig> run() {
    if (absl::Status status = readArchitecture(); !status.ok())
      return status;
    readSizes();
    readClasses();
    readImageSize();
    readPreprocessing();
    readFixedArguments();
    for (const JsonFields *fields : {&root, &args, &pretrained})
      if (absl::Status status = fields->finish(); !status.ok())
        return status;
    if (absl::Status status = checkSizes(); !status.ok())
      return status;
    return std::move(config);
  }

private:
  absl::Status invalid(const std::string &message) const {
    return absl::InvalidArgumentError(absl::StrCat(source, ": ", message));
  }

  absl::Status readArchitecture() {
    for (const char *key : {"model_type", "architectures"})
      if (root.find(key))
        return invalid(absl::StrCat(
            "'", key,
            "' belongs to a Hugging Face transformers config, which "
            "is not supported; expects a timm config with 'architecture'"));
    const json *name = root.find("architecture");
    if (!name || !name->is_string())
      root.fail("architecture", "the name of a timm model",
                name ? *name : json());
    if (!root.error().ok())
      return root.error();
    config.architecture = name->get<std::string>();
    const auto found = findArchitecture(config.architecture);
    if (!found.ok())
      return absl::Status(found.status().code(),
                          absl::StrCat(source, ": ", found.status().message()));
    architecture = *found;
    return absl::OkStatus();
  }

  void readSizes() {
    config.channels = 3;
    config.embedDim =
        args.integer("embed_dim", architecture->embedDim, kMaxExtent);
    config.depth = args.integer("depth", architecture->depth, kMaxDepth);
    config.heads = args.integer("num_heads", architecture->heads, kMaxExtent);
    config.patch = args.square("patch_size", architecture->patch, kMaxExtent);
    // timm truncates as Python's int() does.
    config.mlpHidden = static_cast<int64_t>(
        config.embedDim * args.number("mlp_ratio", 4.0, 1e-3, 1e3));
    config.qkvBias = args.boolean("qkv_bias", true);
    config.normEps = args.number("norm_eps", 1e-6, FLT_MIN, 1.0);
    config.activation = "gelu";
    features = root.integer("num_features", config.embedDim, kMaxExtent);
  }

  /// pretrained_cfg describes the weights before a fine-tuning: it counts where
  /// nothing else says how many classes there are.
  void readClasses() {
    const bool isGiven = root.find("num_classes") || args.find("num_classes");
    const int64_t original =
        isGiven ? 0 : pretrained.integer("num_classes", 1000, kMaxExtent);
    const int64_t argument = args.integer("num_classes", original, kMaxExtent);
    config.numClasses = root.integer("num_classes", argument, kMaxExtent);
    if (args.find("num_classes") && argument != config.numClasses)
      args.fail("num_classes",
                absl::StrCat(config.numClasses, ", as the model has"),
                argument);
    root.find("label_descriptions");
    if (const json *labels = root.find("label_names"))
      readLabels(*labels);
  }

  void readLabels(const json &labels) {
    if (!labels.is_array() ||
        labels.size() != static_cast<size_t>(config.numClasses))
      return root.fail("label_names",
                       absl::StrCat("an array of strings, one for each of the ",
                                    config.numClasses, " classes"),
                       labels.is_array() ? json(labels.size()) : labels);
    for (const json &label : labels) {
      if (!label.is_string() || !isClassName(label.get<std::string>()))
        return root.fail("label_names", "an array of printable strings", label);
      config.classNames.push_back(label.get<std::string>());
    }
  }

  void readImageSize() {
    const std::vector<double> input =
        pretrained.numbers("input_size", {3.0, 0.0, 0.0});
    const bool isGiven = pretrained.find("input_size");
    const int64_t fallback = isGiven && input[1] >= 1 && input[1] <= kMaxExtent
                                 ? static_cast<int64_t>(input[1])
                                 : architecture->imageSize;
    const int64_t size = args.square("img_size", fallback, kMaxExtent);
    config.imageHeight = config.imageWidth = size;
    const std::vector<double> expected = {3.0, double(size), double(size)};
    if (isGiven && input != expected)
      pretrained.fail("input_size",
                      absl::StrCat("[3, ", size, ", ", size,
                                   "], the channels and the size of the image"),
                      *pretrained.find("input_size"));
  }

  void readPreprocessing() {
    PreprocessingConfig &images = config.preprocessing;
    images.interpolation =
        pretrained
            .choice("interpolation", R"(["bilinear", "bicubic"])", "bicubic")
            .get<std::string>();
    pretrained.choice("crop_mode", R"(["center"])");
    const Architecture &defaults = *architecture;
    images.mean = pretrained.numbers(
        "mean", {defaults.mean.begin(), defaults.mean.end()});
    images.std =
        pretrained.numbers("std", {defaults.std.begin(), defaults.std.end()});
    for (const double std : images.std)
      if (!(std > 0))
        pretrained.fail("std", "positive numbers", std);
    const double crop =
        pretrained.number("crop_pct", defaults.cropPct, 1e-3, 1.0);
    images.resize = static_cast<int64_t>(std::floor(config.imageHeight / crop));
    if (images.resize > kMaxExtent)
      pretrained.fail(
          "crop_pct",
          absl::StrCat("a resized image of at most ", kMaxExtent, " pixels"),
          images.resize);
    pretrained.ignore(kOriginKeys);
  }

  void readFixedArguments() {
    root.choice("global_pool", R"(["token"])");
    for (const FixedArgument &argument : kFixedArguments)
      args.choice(argument.key, argument.accepted);
    args.ignore(kTrainingArguments);
  }

  absl::Status checkSizes() const {
    if (features != config.embedDim)
      return invalid(absl::StrCat("'num_features' expects 'embed_dim' ",
                                  config.embedDim, ", found ", features));
    if (config.embedDim % config.heads != 0)
      return invalid(
          absl::StrCat("'num_heads' expects a divisor of 'embed_dim' ",
                       config.embedDim, ", found ", config.heads));
    if (config.headDim() % kLanes != 0)
      return invalid(
          absl::StrCat("the head dimension 'embed_dim' / 'num_heads' "
                       "expects a multiple of ",
                       kLanes, ", found ", config.headDim()));
    if (config.mlpHidden < 1 || config.mlpHidden > kMaxExtent ||
        config.mlpHidden % kLanes != 0)
      return invalid(absl::StrCat("the MLP width 'embed_dim' * 'mlp_ratio' "
                                  "expects a multiple of ",
                                  kLanes, " up to ", kMaxExtent, ", found ",
                                  config.mlpHidden));
    if (config.imageHeight % config.patch != 0)
      return invalid(
          absl::StrCat("'patch_size' expects a divisor of 'img_size' ",
                       config.imageHeight, ", found ", config.patch));
    return checkLimits();
  }

  absl::Status checkLimits() const {
    if (config.tokens() > kMaxTokens)
      return invalid(absl::StrCat("the model expects at most ", kMaxTokens,
                                  " tokens, found ", config.tokens()));
    if (const int64_t count = countVitParameters(config);
        count > kMaxParameters)
      return invalid(absl::StrCat("the model expects at most ", kMaxParameters,
                                  " parameters, found ", count));
    return absl::OkStatus();
  }

  std::string source;
  JsonFields root;
  JsonFields args;
  JsonFields pretrained;
  const Architecture *architecture = nullptr;
  ModelConfig config;
  int64_t features = 0; ///< num_features, if given
};

absl::StatusOr<ModelConfig> configOf(const absl::StatusOr<json> &document,
                                     const std::string &source) {
  if (!document.ok())
    return document.status();
  return ConfigParser(*document, source).run();
}

} // namespace

absl::StatusOr<ModelConfig> parseConfig(absl::string_view text,
                                        const std::string &source) {
  return configOf(parseJson(text, source), source);
}

absl::StatusOr<ModelConfig> readConfig(const std::string &path) {
  absl::StatusOr<ModelConfig> config = configOf(readJson(path), path);
  const std::filesystem::path table =
      std::filesystem::path(path).replace_filename("classes.tsv");
  std::error_code error;
  if (!config.ok() || !std::filesystem::exists(table, error))
    return config;
  auto names = readClassNames(table, config->numClasses);
  if (!names.ok())
    return names.status();
  config->classNames = *std::move(names);
  return config;
}

} // namespace mixq
