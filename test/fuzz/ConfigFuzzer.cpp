//===- ConfigFuzzer.cpp - config.json and classes.tsv ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses a config.json. What is accepted must be within the limits that the
// rest of the compiler relies on.
//
//===----------------------------------------------------------------------===//

#include "frontend/Config.h"
#include "test/fuzz/TextMutator.h"

using namespace mixq;

static void require(bool holds) {
  if (!holds)
    __builtin_trap();
}

static void checkLimits(const VitNetwork &network) {
  for (int64_t extent :
       {network.patchHeight, network.patchWidth, network.embedDim,
        network.depth, network.heads, network.headDim, network.mlpHidden})
    require(extent >= 1 && extent <= kMaxExtent);
  require(network.depth <= kMaxDepth && network.tokens() <= kMaxTokens);
  require(network.embedDim == network.heads * network.headDim);
}

static void checkLimits(const SwinNetwork &network) {
  for (const SwinStage &stage : network.stages)
    for (int64_t extent :
         {stage.width, stage.heads, stage.headDim, stage.mlpHidden})
      require(extent >= 1 && extent <= kMaxExtent);
}

static void checkLimits(const ModelConfig &config) {
  for (int64_t extent : {config.numClasses, config.imageHeight,
                         config.imageWidth, config.channels})
    require(extent >= 1 && extent <= kMaxExtent);
  std::visit([](const auto &network) { checkLimits(network); }, config.network);
  require(countElements(parametersOf(config)) <= kMaxParameters);
  require(config.classNames.empty() ||
          int64_t(config.classNames.size()) == config.numClasses);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char *>(data), size);
  if (auto config = parseConfig(text, "config.json"); config.ok())
    checkLimits(*config);
  return 0;
}
