//===- AnnotateCalibration.cpp - Chooses activation quantizers ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/AnnotateCalibration/AnnotateCalibration.h"

#include "dialect/store/Safetensors.h"

#include <string>

namespace mixq {
#define GEN_PASS_DEF_ANNOTATECALIBRATION
#include "analysis/AnnotateCalibration/AnnotateCalibration.h.inc"
} // namespace mixq

using namespace mixq;

/// The tensor `input` [N, C, H, W] of an archive as N images.
static mlir::FailureOr<std::vector<Tensor>>
readImages(mlir::ModuleOp module, const std::string &path) {
  if (path.empty())
    return module.emitError("mixq-annotate-calibration expects the option "
                            "images=<safetensors archive>, found none");
  absl::StatusOr<Archive> archive = readSafetensors(path);
  if (!archive.ok())
    return module.emitError("cannot read calibration images: ")
           << std::string(archive.status().message());
  auto found = archive->tensors.find("input");
  if (found == archive->tensors.end())
    return module.emitError("expects calibration images as tensor 'input' of ")
           << path << ", found no such tensor";
  const Tensor &input = found->second;
  if (input.type() != DataType::F32 || input.rank() != 4)
    return module.emitError("expects calibration images as f32 [N, C, H, W] "
                            "in tensor 'input' of ")
           << path << ", found " << describe(input);
  return splitBatch(input);
}

namespace {

struct AnnotateCalibration
    : mixq::impl::AnnotateCalibrationBase<AnnotateCalibration> {
  using AnnotateCalibrationBase::AnnotateCalibrationBase;

  void runOnOperation() override {
    mlir::FailureOr<std::vector<Tensor>> read =
        readImages(getOperation(), images);
    CalibrationOptions options;
    options.method = method;
    options.threads = threads;
    if (mlir::failed(read) ||
        mlir::failed(annotateCalibration(getOperation(), *read, options)))
      signalPassFailure();
  }
};

} // namespace
