//===- TimmConfig.cpp - config.json as timm writes it ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/TimmConfig.h"

#include "absl/strings/str_cat.h"
#include "frontend/ClassNames.h"
#include "frontend/Family.h"
#include "frontend/swin/Swin.h"
#include "frontend/vit/Vit.h"

#include <cmath>

using nlohmann::json;

namespace mixq {
namespace {

/// Keys of pretrained_cfg that say where weights come from or how timm would
/// adapt them.
constexpr const char *kOriginKeys[] = {"url",           "file",
                                       "hf_hub_id",     "hf_hub_filename",
                                       "source",        "architecture",
                                       "tag",           "custom_load",
                                       "num_classes",   "test_input_size",
                                       "test_crop_pct", "test_crop_mode",
                                       "state_dict",    "min_input_size",
                                       "label_offset",  "fixed_input_size",
                                       "pool_size",     "test_pool_size",
                                       "first_conv",    "classifier",
                                       "license",       "description",
                                       "origin_url",    "paper_name",
                                       "paper_ids",     "notes",
                                       "label_names",   "label_descriptions"};

/// A registered name and its family.
struct Registration {
  const Family *family;
  const TimmArchitecture *architecture;
};

std::string knownNames() {
  std::string names;
  for (const Family *family : families())
    for (const TimmArchitecture &architecture : family->architectures)
      absl::StrAppend(&names, names.empty() ? "" : ", ", architecture.name);
  return names;
}

absl::StatusOr<Registration> findArchitecture(absl::string_view name) {
  for (const Family *family : families())
    for (const TimmArchitecture &architecture : family->architectures)
      if (name == architecture.name)
        return Registration{family, &architecture};
  return absl::UnimplementedError(
      absl::StrCat("'architecture': ", quoteForMessage(name),
                   " is unknown; expects one of ", knownNames()));
}

absl::StatusOr<Registration> readArchitecture(JsonFields &root,
                                              const std::string &source) {
  const json *name = root.find("architecture");
  if (!name || !name->is_string())
    root.fail("architecture", "the name of a timm model",
              name ? *name : json());
  if (!root.error().ok())
    return root.error();
  auto found = findArchitecture(name->get<std::string>());
  if (!found.ok())
    return absl::Status(found.status().code(),
                        absl::StrCat(source, ": ", found.status().message()));
  return found;
}

/// The pooling of the original weights, overridden by the registered arguments,
/// overridden by those of the config. What is no object is left for JsonFields
/// to refuse.
json mergedArguments(const json &document,
                     const TimmArchitecture &architecture) {
  json merged = json::object();
  if (const auto origin = document.find("pretrained_cfg");
      origin != document.end() && origin->contains("global_pool"))
    merged["global_pool"] = (*origin)["global_pool"];
  merged.update(json::parse(architecture.arguments));
  const auto given = document.find("model_args");
  if (given == document.end())
    return merged;
  if (!given->is_object())
    return *given;
  merged.update(*given);
  return merged;
}

class TimmReader {
public:
  TimmReader(JsonFields &root, const json &arguments,
             const Registration &registration, const std::string &source)
      : source(source), defaults(*registration.architecture),
        family(*registration.family), root(root),
        args(arguments, source, "model_args."),
        pretrained(root.nested("pretrained_cfg")) {}

  absl::StatusOr<ModelConfig> run() {
    root.find("model_args");
    config.architecture = defaults.name;
    readClasses();
    readImageSize();
    readPreprocessing();
    checkPooling();
    config.network = family.readTimm(defaults, config, args);
    checkFeatures();
    // Arguments first: the top level repeats some of them.
    for (const JsonFields *fields : {&args, &root, &pretrained})
      if (absl::Status status = fields->finish(); !status.ok())
        return status;
    return std::move(config);
  }

private:
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

  /// pretrained_cfg's size is the default of a model of fixed size, and must
  /// agree with the arguments where they say another.
  void readImageSize() {
    const int64_t side = defaults.imageSize;
    const std::vector<int64_t> input =
        pretrained.integers("input_size", {3, side, side}, kMaxExtent);
    const Extent size =
        args.extent("img_size", {input[1], input[2]}, kMaxExtent);
    config.imageHeight = size.height;
    config.imageWidth = size.width;
    config.channels = args.integer("in_chans", input[0], kMaxChannels);
    const std::vector<int64_t> expected = {config.channels, size.height,
                                           size.width};
    if (pretrained.find("input_size") && input != expected)
      pretrained.fail("input_size",
                      absl::StrCat("[", config.channels, ", ", size.height,
                                   ", ", size.width,
                                   "], the channels and the size of the image"),
                      input);
  }

  void readPreprocessing() {
    PreprocessingConfig &images = config.preprocessing;
    images.interpolation =
        pretrained
            .choice("interpolation", R"(["bilinear", "bicubic"])",
                    defaults.interpolation)
            .get<std::string>();
    images.mean = channelNumbers("mean", defaults.mean);
    images.std = channelNumbers("std", defaults.std);
    for (const double std : images.std)
      if (!(std > 0))
        pretrained.fail("std", "positive numbers", std);
    const double crop =
        pretrained.number("crop_pct", defaults.cropPct, 1e-3, 1.0);
    const json mode = pretrained.choice("crop_mode", R"(["center", "squash"])",
                                        defaults.cropMode);
    images.cropPct = crop;
    setResize(images, crop, mode == "squash");
    pretrained.ignore(kOriginKeys);
  }

  /// A model of other than three channels must say how they are normalized.
  std::vector<double> channelNumbers(const char *key,
                                     const std::array<double, 3> &fallback) {
    std::vector<double> values(fallback.begin(), fallback.end());
    values.resize(config.channels, fallback[0]);
    return pretrained.numbers(key, std::move(values));
  }

  /// timm's evaluation transform: the image's size divided by crop_pct; one
  /// number for squares, whose aspect ratio is kept.
  void setResize(PreprocessingConfig &images, double crop, bool isSquashed) {
    images.resize = static_cast<int64_t>(std::floor(config.imageHeight / crop));
    const auto width =
        static_cast<int64_t>(std::floor(config.imageWidth / crop));
    if (isSquashed || width != images.resize) {
      images.resizeWidth = width;
      images.keepRatio = !isSquashed;
    }
    if (std::max(images.resize, width) > kMaxExtent)
      pretrained.fail(
          "crop_pct",
          absl::StrCat("a resized image of at most ", kMaxExtent, " pixels"),
          std::max(images.resize, width));
  }

  /// timm writes the pooling that it built at the top level, but reads it from
  /// the arguments.
  void checkPooling() {
    pretrained.find("global_pool");
    const json *argument = args.find("global_pool");
    const json built = argument ? *argument : json(family.defaultPooling);
    const json *top = root.find("global_pool");
    if (top && *top != built)
      root.fail("global_pool", built.dump() + ", as the model's arguments say",
                *top);
  }

  /// timm repeats the width of what the head reads.
  void checkFeatures() {
    const int64_t width = std::visit(
        [](const auto &network) { return headWidth(network); }, config.network);
    if (const int64_t features =
            root.integer("num_features", width, kMaxExtent);
        features != width)
      root.fail("num_features",
                absl::StrCat(width, ", the width of what the head reads"),
                features);
  }

  std::string source;
  const TimmArchitecture &defaults;
  const Family &family;
  JsonFields &root;
  JsonFields args;
  JsonFields pretrained;
  ModelConfig config;
};

} // namespace

absl::StatusOr<ModelConfig> parseTimmConfig(const json &document,
                                            const std::string &source) {
  JsonFields root(document, source);
  absl::StatusOr<Registration> registration = readArchitecture(root, source);
  if (!registration.ok())
    return registration.status();
  const json arguments = mergedArguments(document, *registration->architecture);
  return TimmReader(root, arguments, *registration, source).run();
}

} // namespace mixq
