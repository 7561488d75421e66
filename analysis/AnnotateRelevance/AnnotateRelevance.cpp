//===- AnnotateRelevance.cpp - Writes how much units matter ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/AnnotateRelevance/AnnotateRelevance.h"

#include "analysis/ImageArchive.h"

#include <string>

namespace mixq {
#define GEN_PASS_DEF_ANNOTATERELEVANCE
#include "analysis/AnnotateRelevance/AnnotateRelevance.h.inc"
} // namespace mixq

using namespace mixq;

namespace {

struct AnnotateRelevance
    : mixq::impl::AnnotateRelevanceBase<AnnotateRelevance> {
  using AnnotateRelevanceBase::AnnotateRelevanceBase;

  void runOnOperation() override {
    mlir::FailureOr<std::vector<Tensor>> read =
        readImageArchive(getOperation(), images);
    if (mlir::failed(read))
      return signalPassFailure();
    RelevanceOptions options;
    options.threads = threads;
    if (target >= 0)
      options.targets.assign(read->size(), target);
    auto report = measureRelevance(getOperation(), *read, options);
    if (mlir::failed(report))
      return signalPassFailure();
    annotateRelevance(getOperation(), relevanceScores(*report, score, byType));
  }
};

} // namespace
