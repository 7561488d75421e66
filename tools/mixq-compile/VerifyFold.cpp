//===- VerifyFold.cpp - Folding leaves the float network as it is ---------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/VerifyFold.h"

#include "absl/strings/str_format.h"
#include "analysis/Calibration.h"
#include "analysis/Interpreter.h"

#include <cmath>

using namespace mlir;

namespace mixq {
namespace {

constexpr double kTolerance = 1e-4;

absl::StatusOr<std::vector<Tensor>> logitsOf(Session &session, ModuleOp module,
                                             const std::vector<Tensor> &images,
                                             unsigned threads) {
  std::vector<Tensor> logits;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
    if (failed(interpreter))
      return failure();
    auto results = interpretBatch(*interpreter, images, threads);
    if (failed(results))
      return failure();
    for (const auto &result : *results)
      logits.push_back(result[0]);
    return success();
  });
  if (!status.ok())
    return status;
  return logits;
}

double largest(const Tensor &tensor) {
  double most = 0;
  for (int64_t i = 0; i < tensor.size(); ++i)
    most = std::max<double>(most, std::abs(tensor.data<float>()[i]));
  return most;
}

/// NaN where either has one.
double largestDifference(const Tensor &a, const Tensor &b) {
  double most = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    double difference =
        std::abs(double(a.data<float>()[i]) - b.data<float>()[i]);
    most = difference <= most ? most : difference;
  }
  return most;
}

} // namespace

absl::StatusOr<FoldVerification>
FoldVerification::begin(Session &session, ModuleOp module,
                        const std::vector<Tensor> &images, unsigned threads) {
  FoldVerification verification;
  auto logits = logitsOf(session, module, images, threads);
  if (!logits.ok())
    return logits.status();
  verification.before = *std::move(logits);
  return verification;
}

absl::Status FoldVerification::finish(Session &session, ModuleOp module,
                                      const std::vector<Tensor> &images,
                                      unsigned threads) const {
  auto after = logitsOf(session, module, images, threads);
  if (!after.ok())
    return after.status();
  double most = 0;
  for (size_t image = 0; image < before.size(); ++image) {
    const double difference = largestDifference(before[image], (*after)[image]);
    const double allowed = kTolerance * std::max(largest(before[image]), 1.0);
    if (!(difference <= allowed))
      return absl::InternalError(absl::StrFormat(
          "--verify: calibration image %d: folding ranges into weights may "
          "move a logit by %.3g at most, but moves one by %.3g",
          image, allowed, difference));
    most = std::max(most, difference);
  }
  absl::PrintF("verified: folding moves the logits of %d images by %.2g at "
               "most\n",
               before.size(), most);
  return absl::OkStatus();
}

} // namespace mixq
