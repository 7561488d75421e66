//===- Import.cpp - Checkpoints to graph IR -------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "frontend/Import.h"

#include "absl/strings/str_cat.h"
#include "frontend/GraphBuilder.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

absl::StatusOr<PreprocessingAttr>
preprocessingOf(MLIRContext &context, const PreprocessingConfig &images) {
  const auto interpolation = symbolizeInterpolation(images.interpolation);
  if (!interpolation)
    return absl::UnimplementedError(absl::StrCat(
        "interpolation '", images.interpolation, "' is not supported"));
  context.getOrLoadDialect<MixqDialect>();
  Builder builder(&context);
  return PreprocessingAttr::get(&context, images.resize, *interpolation,
                                builder.getDenseF64ArrayAttr(images.mean),
                                builder.getDenseF64ArrayAttr(images.std));
}

/// timm's VisionTransformer.
class VitImporter {
public:
  VitImporter(MLIRContext &context, const Checkpoint &checkpoint,
              PreprocessingAttr preprocessing)
      : config(checkpoint.config()),
        graph(context, {config.channels, config.imageHeight, config.imageWidth},
              {1, config.numClasses}) {
    defineParameters(checkpoint);
    annotate(preprocessing, checkpoint.provenance());
  }

  OwningOpRef<ModuleOp> run() {
    Value tokens = embed();
    for (int64_t i = 0; i < config.depth; ++i)
      tokens = block(tokens, absl::StrCat("blocks.", i));
    tokens = graph.layerNorm(tokens, "norm", config.normEps);
    const Value classToken = graph.slice(tokens, 0, 1, "pool");
    return graph.finish(graph.linear(classToken, "head"));
  }

private:
  /// The IR describes one image: the leading 1 of the token tensors goes.
  void defineParameters(const Checkpoint &checkpoint) {
    for (const auto &[name, tensor] : checkpoint.tensors())
      graph.define(name, tensor.rank() == 3
                             ? tensor.reshaped({tensor.dim(1), tensor.dim(2)})
                             : tensor);
    if (!config.qkvBias)
      for (int64_t i = 0; i < config.depth; ++i)
        graph.define(absl::StrCat("blocks.", i, ".attn.qkv.bias"),
                     Tensor(DataType::F32, {3 * config.embedDim}));
  }

  void annotate(PreprocessingAttr preprocessing,
                const std::string &provenance) {
    Builder &builder = graph.attributes();
    graph.annotate("model", builder.getStringAttr(config.architecture));
    graph.annotate("preprocessing", preprocessing);
    graph.annotate("provenance", builder.getStringAttr(provenance));
    if (config.classNames.empty())
      return;
    const SmallVector<StringRef> names(config.classNames.begin(),
                                       config.classNames.end());
    graph.annotate("class_names", builder.getStrArrayAttr(names));
  }

  Value embed() {
    const Value patches =
        graph.patchEmbed(graph.image(), "patch_embed.proj", "patch_embed");
    const Value classToken = graph.parameter("cls_token");
    const Value tokens = graph.concat(classToken, patches, "tokens");
    const Value position = graph.parameter("pos_embed");
    return graph.add(tokens, position, "embed");
  }

  Value block(Value tokens, const std::string &name) {
    const Value attended =
        attention(graph.layerNorm(tokens, name + ".norm1", config.normEps),
                  name + ".attn");
    tokens = graph.add(tokens, attended, name + ".attn.residual");
    const Value mixed =
        mlp(graph.layerNorm(tokens, name + ".norm2", config.normEps),
            name + ".mlp");
    return graph.add(tokens, mixed, name + ".mlp.residual");
  }

  Value attention(Value input, const std::string &name) {
    const Value projected = graph.linear(input, name + ".qkv");
    SplitQkvOp heads = graph.splitQkv(projected, config.heads, name + ".split");
    const double scale = 1.0 / std::sqrt(static_cast<double>(config.headDim()));
    const Value scores = graph.matmulTransposed(
        heads.getQuery(), heads.getKey(), scale, name + ".qk");
    const Value weights = graph.softmax(scores, name + ".softmax");
    const Value mixed = graph.matmul(weights, heads.getValue(), name + ".av");
    return graph.linear(graph.mergeHeads(mixed, name + ".merge"),
                        name + ".proj");
  }

  Value mlp(Value input, const std::string &name) {
    const Value hidden = graph.linear(input, name + ".fc1");
    return graph.linear(graph.gelu(hidden, name + ".act"), name + ".fc2");
  }

  const ModelConfig &config;
  GraphBuilder graph;
};

} // namespace

absl::StatusOr<OwningOpRef<ModuleOp>>
importModel(MLIRContext &context, const Checkpoint &checkpoint) {
  absl::StatusOr<PreprocessingAttr> preprocessing =
      preprocessingOf(context, checkpoint.config().preprocessing);
  if (!preprocessing.ok())
    return preprocessing.status();
  OwningOpRef<ModuleOp> module =
      VitImporter(context, checkpoint, *preprocessing).run();
  std::string problem;
  ScopedDiagnosticHandler collect(&context, [&](Diagnostic &diagnostic) {
    absl::StrAppend(&problem, problem.empty() ? "" : "; ", diagnostic.str());
    return success();
  });
  if (failed(verify(*module)))
    return absl::InternalError(absl::StrCat("import of '",
                                            checkpoint.config().architecture,
                                            "' is invalid: ", problem));
  return module;
}

} // namespace mixq
