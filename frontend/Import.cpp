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
#include "frontend/swin/SwinGraph.h"
#include "frontend/vit/VitGraph.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

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
  return PreprocessingAttr::get(&context, images.resize, images.resizeWidth,
                                images.keepRatio, *interpolation,
                                builder.getDenseF64ArrayAttr(images.mean),
                                builder.getDenseF64ArrayAttr(images.std));
}

void annotate(GraphBuilder &graph, const Checkpoint &checkpoint,
              PreprocessingAttr preprocessing) {
  const ModelConfig &config = checkpoint.config();
  Builder &builder = graph.attributes();
  graph.annotate("model", builder.getStringAttr(config.architecture));
  graph.annotate("preprocessing", preprocessing);
  graph.annotate("provenance", builder.getStringAttr(checkpoint.provenance()));
  if (config.classNames.empty())
    return;
  const SmallVector<StringRef> names(config.classNames.begin(),
                                     config.classNames.end());
  graph.annotate("class_names", builder.getStrArrayAttr(names));
}

/// The diagnostics of a module that does not verify.
absl::Status checkModule(ModuleOp module, const std::string &architecture) {
  std::string problem;
  ScopedDiagnosticHandler collect(
      module.getContext(), [&](Diagnostic &diagnostic) {
        absl::StrAppend(&problem, problem.empty() ? "" : "; ",
                        diagnostic.str());
        return success();
      });
  if (failed(verify(module)))
    return absl::InternalError(
        absl::StrCat("import of '", architecture, "' is invalid: ", problem));
  return absl::OkStatus();
}

} // namespace

absl::StatusOr<OwningOpRef<ModuleOp>>
importModel(MLIRContext &context, const Checkpoint &checkpoint) {
  const ModelConfig &config = checkpoint.config();
  absl::StatusOr<PreprocessingAttr> preprocessing =
      preprocessingOf(context, config.preprocessing);
  if (!preprocessing.ok())
    return preprocessing.status();
  GraphBuilder graph(context,
                     {config.channels, config.imageHeight, config.imageWidth},
                     {1, config.numClasses});
  annotate(graph, checkpoint, *preprocessing);
  const Value logits = std::visit(
      [&](const auto &network) {
        return buildNetwork(graph, checkpoint, network);
      },
      config.network);
  absl::StatusOr<OwningOpRef<ModuleOp>> module = graph.finish(logits);
  if (!module.ok())
    return module.status();
  if (absl::Status status = checkModule(**module, config.architecture);
      !status.ok())
    return status;
  return module;
}

} // namespace mixq
