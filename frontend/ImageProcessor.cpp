//===- ImageProcessor.cpp - preprocessor_config.json ----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/HuggingFaceConfig.h"

#include "absl/strings/str_cat.h"
#include "dialect/store/JsonFields.h"

#include <cmath>

using nlohmann::json;

namespace mixq {
namespace {

/// Keys that say who reads the file, or how results are handed over.
constexpr const char *kOtherKeys[] = {
    "image_processor_type",  "feature_extractor_type",
    "processor_class",       "_processor_class",
    "_valid_processor_keys", "do_convert_rgb",
    "data_format",           "input_data_format",
    "return_tensors",        "device",
    "disable_grouping",      "default_to_square"};

/// What an image processor does where its file is silent.
struct Defaults {
  int64_t size;
  int64_t resample; ///< PIL's number of a filter
  bool crops;
};
constexpr Defaults kVit = {224, 2, false};
constexpr Defaults kDeit = {256, 3, true};

struct Processor {
  const char *name;
  Defaults defaults;
};
constexpr Processor kProcessors[] = {
    {"ViTImageProcessor", kVit},      {"ViTImageProcessorFast", kVit},
    {"ViTImageProcessorPil", kVit},   {"ViTFeatureExtractor", kVit},
    {"DeiTImageProcessor", kDeit},    {"DeiTImageProcessorFast", kDeit},
    {"DeiTImageProcessorPil", kDeit}, {"DeiTFeatureExtractor", kDeit}};

class ProcessorReader {
public:
  ProcessorReader(const json &document, const std::string &source,
                  ModelConfig &config)
      : source(source), root(document, source), config(config),
        images(config.preprocessing) {}

  absl::Status run() {
    readType();
    for (const char *step : {"do_resize", "do_rescale", "do_normalize"})
      root.choice(step, "[true]");
    root.choice("do_pad", "[null, false]");
    readFilter();
    readResize();
    readNormalization();
    root.ignore(kOtherKeys);
    return root.finish();
  }

private:
  void readType() {
    const json *type = root.find("image_processor_type");
    if (!type)
      type = root.find("feature_extractor_type");
    std::string names;
    for (const Processor &processor : kProcessors) {
      absl::StrAppend(&names, names.empty() ? "" : ", ", processor.name);
      if (type && *type == processor.name)
        defaults = processor.defaults;
    }
    if (!defaults.size)
      root.fail("image_processor_type", "one of " + names,
                type ? *type : json());
  }

  /// PIL's numbers.
  void readFilter() {
    const json filter = root.choice("resample", "[2, 3]", defaults.resample);
    images.interpolation = filter == 3 ? "bicubic" : "bilinear";
  }

  /// A size: one number for both sides, or both, or the shorter side.
  void readSize(const json &value, const char *key) {
    if (value.is_number()) {
      const int64_t side = root.integer(key, 1, kMaxExtent);
      images.resize = images.resizeWidth = side;
      return;
    }
    JsonFields size(value, source, std::string(key) + ".");
    if (value.is_object() && value.contains("shortest_edge")) {
      images.resize = size.integer("shortest_edge", 1, kMaxExtent);
      images.resizeWidth = 0;
    } else {
      images.resize = needed(size, "height");
      images.resizeWidth = needed(size, "width");
    }
    keep(size.finish());
  }

  int64_t needed(JsonFields &size, const char *key) {
    if (!size.find(key))
      size.fail(key, "the pixels of that side", json());
    return size.integer(key, 1, kMaxExtent);
  }

  void readResize() {
    images.resize = images.resizeWidth = defaults.size;
    images.keepRatio = false;
    if (const json *size = root.find("size"))
      readSize(*size, "size");
    const bool crops = root.boolean("do_center_crop", defaults.crops);
    const Extent crop = readCrop();
    const Extent image = {config.imageHeight, config.imageWidth};
    if (crops)
      checkCrop(crop, image);
    else if (images.resize != image.height || images.resizeWidth != image.width)
      root.fail("size", describe(image), sizeText());
  }

  Extent readCrop() {
    const json *crop = root.find("crop_size");
    if (!crop || crop->is_null())
      return {224, 224};
    if (crop->is_number())
      return root.extent("crop_size", {224, 224}, kMaxExtent);
    JsonFields size(*crop, source, "crop_size.");
    const Extent extent = {needed(size, "height"), needed(size, "width")};
    keep(size.finish());
    return extent;
  }

  void checkCrop(const Extent &crop, const Extent &image) {
    if (crop.height != image.height || crop.width != image.width)
      return root.fail("crop_size", describe(image),
                       json::array({crop.height, crop.width}));
    const int64_t width =
        images.resizeWidth ? images.resizeWidth : images.resize;
    if (images.resize < crop.height || width < crop.width)
      root.fail("size",
                absl::StrCat("at least the ", crop.height, " x ", crop.width,
                             " pixels of the crop"),
                sizeText());
  }

  static std::string describe(const Extent &image) {
    return absl::StrCat("the image of ", image.height, " x ", image.width,
                        " pixels that config.json says");
  }
  json sizeText() const {
    return json::array({images.resize, images.resizeWidth});
  }

  void readNormalization() {
    const double factor = root.number("rescale_factor", 1.0 / 255, 0.0, 1.0);
    // 8 digits stand for 1 / 255 in some files.
    if (std::abs(factor * 255 - 1) > 1e-6)
      root.fail("rescale_factor", "1 / 255", factor);
    images.mean =
        root.numbers("image_mean", std::vector<double>(config.channels, 0.5));
    images.std =
        root.numbers("image_std", std::vector<double>(config.channels, 0.5));
    for (const double std : images.std)
      if (!(std > 0))
        root.fail("image_std", "positive numbers", std);
  }

  /// The first error counts.
  void keep(absl::Status status) { root.fail(std::move(status)); }

  std::string source;
  JsonFields root;
  ModelConfig &config;
  PreprocessingConfig &images;
  Defaults defaults = {};
};

} // namespace

absl::Status readImageProcessor(const json &document, const std::string &source,
                                ModelConfig &config) {
  return ProcessorReader(document, source, config).run();
}

} // namespace mixq
