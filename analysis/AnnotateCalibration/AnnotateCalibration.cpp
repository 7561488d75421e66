//===- AnnotateCalibration.cpp - Chooses activation quantizers ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/AnnotateCalibration/AnnotateCalibration.h"

#include "analysis/ImageArchive.h"

#include <string>

namespace mixq {
#define GEN_PASS_DEF_ANNOTATECALIBRATION
#include "analysis/AnnotateCalibration/AnnotateCalibration.h.inc"
} // namespace mixq

using namespace mixq;

namespace {

struct AnnotateCalibration
    : mixq::impl::AnnotateCalibrationBase<AnnotateCalibration> {
  using AnnotateCalibrationBase::AnnotateCalibrationBase;

  void runOnOperation() override {
    mlir::FailureOr<std::vector<Tensor>> read =
        readImageArchive(getOperation(), images);
    CalibrationOptions options;
    options.method = method;
    options.qkvScale = qkvScale;
    options.threads = threads;
    if (mlir::failed(read) ||
        mlir::failed(annotateCalibration(getOperation(), *read, options)))
      signalPassFailure();
  }
};

} // namespace
