//===- HuggingFaceConfig.cpp - Configs of transformers --------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/HuggingFaceConfig.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "frontend/ClassNames.h"
#include "frontend/Family.h"

using nlohmann::json;

namespace mixq {
namespace {

/// What every config of transformers may carry, without an effect on the logits
/// of an image: where it comes from, training, and the generation of text.
constexpr const char *kCommonKeys[] = {"architectures",
                                       "model_type",
                                       "_name_or_path",
                                       "_commit_hash",
                                       "_attn_implementation_autoset",
                                       "transformers_version",
                                       "torch_dtype",
                                       "dtype",
                                       "torchscript",
                                       "use_bfloat16",
                                       "return_dict",
                                       "output_attentions",
                                       "output_hidden_states",
                                       "chunk_size_feed_forward",
                                       "problem_type",
                                       "finetuning_task",
                                       "task_specific_params",
                                       "label2id",
                                       "initializer_range",
                                       "initializer_factor",
                                       "hidden_dropout_prob",
                                       "attention_probs_dropout_prob",
                                       "drop_path_rate",
                                       "tf_legacy_loss",
                                       "tie_word_embeddings",
                                       "tie_encoder_decoder",
                                       "is_decoder",
                                       "is_encoder_decoder",
                                       "add_cross_attention",
                                       "cross_attention_hidden_size",
                                       "tokenizer_class",
                                       "prefix",
                                       "bos_token_id",
                                       "pad_token_id",
                                       "eos_token_id",
                                       "sep_token_id",
                                       "decoder_start_token_id",
                                       "max_length",
                                       "min_length",
                                       "do_sample",
                                       "early_stopping",
                                       "num_beams",
                                       "num_beam_groups",
                                       "diversity_penalty",
                                       "temperature",
                                       "top_k",
                                       "top_p",
                                       "typical_p",
                                       "repetition_penalty",
                                       "length_penalty",
                                       "no_repeat_ngram_size",
                                       "encoder_no_repeat_ngram_size",
                                       "bad_words_ids",
                                       "num_return_sequences",
                                       "output_scores",
                                       "return_dict_in_generate",
                                       "forced_bos_token_id",
                                       "forced_eos_token_id",
                                       "remove_invalid_values",
                                       "exponential_decay_length_penalty",
                                       "suppress_tokens",
                                       "begin_suppress_tokens"};

/// A class of transformers and its family.
struct Registration {
  const Family *family;
  const HuggingFaceClass *modelClass;
};

std::string knownClasses() {
  std::string names;
  for (const Family *family : families())
    for (const HuggingFaceClass &modelClass : family->classes)
      absl::StrAppend(&names, names.empty() ? "" : ", ", modelClass.name);
  return names;
}

absl::StatusOr<Registration> findClass(const json &document,
                                       const std::string &source) {
  const auto list = document.find("architectures");
  if (list == document.end() || !list->is_array() || list->size() != 1 ||
      !list->front().is_string())
    return absl::InvalidArgumentError(absl::StrCat(
        source, ": 'architectures' expects an array of one of ", knownClasses(),
        ", found ",
        list == document.end() ? "none" : list->dump().substr(0, 120)));
  const auto name = list->front().get<std::string>();
  for (const Family *family : families())
    for (const HuggingFaceClass &modelClass : family->classes)
      if (name == modelClass.name)
        return Registration{family, &modelClass};
  return absl::UnimplementedError(
      absl::StrCat(source, ": 'architectures': ", quoteForMessage(name),
                   " is not supported; expects one of ", knownClasses()));
}

class HuggingFaceReader {
public:
  HuggingFaceReader(const json &document, const std::string &source,
                    const Registration &registration)
      : root(document, source), registration(registration) {}

  absl::StatusOr<ModelConfig> run() {
    const HuggingFaceClass &modelClass = *registration.modelClass;
    config.architecture = modelClass.name;
    config.huggingFace = &modelClass;
    readType(modelClass);
    readClasses();
    readImage();
    config.network =
        registration.family->readHuggingFace(modelClass, config, root);
    root.choice("pruned_heads", "[null, {}]");
    root.ignore(kCommonKeys);
    if (absl::Status status = root.finish(); !status.ok())
      return status;
    return std::move(config);
  }

private:
  void readType(const HuggingFaceClass &modelClass) {
    const json *type = root.find("model_type");
    if (type && *type != modelClass.modelType)
      root.fail(
          "model_type",
          absl::StrCat("\"", modelClass.modelType, "\" of ", modelClass.name),
          *type);
  }

  /// transformers has two classes where nothing is said.
  void readClasses() {
    const json *labels = root.find("id2label");
    const bool isMap = labels && labels->is_object() && !labels->empty();
    if (labels && !isMap)
      root.fail("id2label", "an object of class names", *labels);
    const int64_t count = isMap ? static_cast<int64_t>(labels->size()) : 2;
    config.numClasses = root.integer("num_labels", count, kMaxExtent);
    if (isMap && (config.numClasses != count || count > kMaxExtent))
      return root.fail(
          "id2label",
          absl::StrCat(config.numClasses, " classes, at most ", kMaxExtent),
          count);
    if (isMap)
      readLabels(*labels);
  }

  /// The keys are the classes' numbers, in any order. Names that only say the
  /// number are none.
  void readLabels(const json &labels) {
    std::vector<std::string> names(config.numClasses);
    bool isNamed = false;
    for (const auto &[key, value] : labels.items()) {
      int64_t index = 0;
      if (!absl::SimpleAtoi(key, &index) || absl::StrCat(index) != key ||
          index < 0 || index >= config.numClasses)
        return root.fail(
            "id2label",
            absl::StrCat("keys \"0\" to \"", config.numClasses - 1, "\""), key);
      if (!value.is_string() || !isClassName(value.get<std::string>()))
        return root.fail("id2label", "printable strings", value);
      names[index] = value.get<std::string>();
      isNamed |= names[index] != absl::StrCat("LABEL_", index);
    }
    if (isNamed)
      config.classNames = std::move(names);
  }

  void readImage() {
    const Extent size = root.extent("image_size", {224, 224}, kMaxExtent);
    config.imageHeight = size.height;
    config.imageWidth = size.width;
    config.channels = root.integer("num_channels", 3, kMaxChannels);
    PreprocessingConfig &images = config.preprocessing;
    images.resize = size.height;
    images.resizeWidth = size.width;
    images.interpolation = "bilinear";
    images.mean.assign(config.channels, 0.5);
    images.std.assign(config.channels, 0.5);
  }

  JsonFields root;
  const Registration &registration;
  ModelConfig config;
};

} // namespace

bool isHuggingFaceConfig(const json &document) {
  return document.is_object() && (document.contains("model_type") ||
                                  document.contains("architectures"));
}

absl::StatusOr<ModelConfig> parseHuggingFaceConfig(const json &document,
                                                   const std::string &source) {
  absl::StatusOr<Registration> registration = findClass(document, source);
  if (!registration.ok())
    return registration.status();
  return HuggingFaceReader(document, source, *registration).run();
}

} // namespace mixq
