//===- RelevanceScores.cpp - How much each unit matters -------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/RelevanceScores.h"

#include "analysis/Blocks.h"
#include "analysis/Conservation.h"
#include "analysis/Gradient.h"
#include "analysis/Parallel.h"
#include "analysis/TensorTypes.h"
#include "analysis/plan/ModelUnits.h"

#include "llvm/ADT/StringMap.h"

#include <cmath>
#include <map>

using namespace mixq;

namespace {

using ByUnit = llvm::DenseMap<mlir::Operation *, UnitRelevance>;
using Amounts = std::map<std::string, double>;

/// Of one image.
struct ImageRelevance {
  ByUnit units;
  Amounts ends;
  Amounts losses;
};

class Measurement {
public:
  Measurement(const Interpreter &interpreter, llvm::ArrayRef<Tensor> images,
              const RelevanceOptions &options)
      : interpreter(interpreter), images(images), options(options),
        byImage(images.size()) {}

  mlir::LogicalResult run();
  RelevanceReport report(llvm::ArrayRef<CostOpInterface> units) const;

private:
  using Outputs = llvm::DenseMap<mlir::Operation *, Tensor>;
  mlir::LogicalResult measure(int64_t image);
  mlir::FailureOr<Outputs> unitGradients(const Tape &tape,
                                         int64_t target) const;

  const Interpreter &interpreter;
  llvm::ArrayRef<Tensor> images;
  const RelevanceOptions &options;
  std::vector<ImageRelevance> byImage;
};

/// The gradients of the target's logit at the outputs of units.
mlir::FailureOr<Measurement::Outputs>
Measurement::unitGradients(const Tape &tape, int64_t target) const {
  auto seeds = classSeeds(tape, target);
  if (mlir::failed(seeds))
    return mlir::failure();
  Outputs gradients;
  auto ends = backpropagate(tape, *seeds, /*parameters=*/false,
                            [&](const BackwardStep &step) {
                              if (!unitName(step.entry.op).empty())
                                gradients[step.entry.op] = step.flows[0];
                            });
  if (mlir::failed(ends))
    return mlir::failure();
  return gradients;
}

UnitRelevance summarize(const Tensor &relevance, const Tensor &gradient) {
  UnitRelevance result;
  const auto *r = relevance.data<double>();
  const auto *g = gradient.size() ? gradient.data<double>() : nullptr;
  for (int64_t i = 0, n = relevance.size(); i < n; ++i) {
    result.sum += r[i];
    result.positive += std::max(r[i], 0.0);
    result.absolute += std::abs(r[i]);
    result.gradientWeighted += g ? std::max(g[i] * r[i], 0.0) : 0;
  }
  return result;
}

mlir::LogicalResult Measurement::measure(int64_t image) {
  mlir::FailureOr<Tape> tape = record(interpreter, toDouble(images[image]));
  if (mlir::failed(tape))
    return mlir::failure();
  mlir::FailureOr<int64_t> target = explainedClass(*tape, options, image);
  if (mlir::failed(target))
    return mlir::failure();
  auto gradients = unitGradients(*tape, *target);
  if (mlir::failed(gradients))
    return mlir::failure();
  ImageRelevance &result = byImage[image];
  Conservation conservation(tape->function);
  auto ends = propagateRelevance(*tape, *target, [&](const BackwardStep &step) {
    if (!unitName(step.entry.op).empty()) {
      UnitRelevance &unit = result.units[step.entry.op];
      unit = summarize(step.flows[0], gradients->lookup(step.entry.op));
      unit.total = conservation.total().relevance;
      unit.totalAbsolute = conservation.total().absolute;
    }
    conservation.add(step);
  });
  if (mlir::failed(ends))
    return mlir::failure();
  result.ends = conservation.ends();
  result.losses = conservation.losses();
  return mlir::success();
}

mlir::LogicalResult Measurement::run() {
  ProgressCounter progress(options.progress, images.size());
  return parallelFor(images.size(), interpreter.threadsOf(options.threads),
                     [&](int64_t image) -> mlir::LogicalResult {
                       if (mlir::failed(measure(image)))
                         return mlir::failure();
                       progress.advance();
                       return mlir::success();
                     });
}

void addShare(const UnitRelevance &from, double weight, UnitRelevance &to) {
  to.sum += weight * from.sum;
  to.positive += weight * from.positive;
  to.absolute += weight * from.absolute;
  to.gradientWeighted += weight * from.gradientWeighted;
  to.total += weight * from.total;
  to.totalAbsolute += weight * from.totalAbsolute;
}

std::vector<RelevanceAmount> listOf(const Amounts &amounts) {
  std::vector<RelevanceAmount> list;
  for (const auto &[name, relevance] : amounts)
    list.push_back({name, relevance});
  return list;
}

/// In the order of the images, so that it does not depend on the threads.
RelevanceReport
Measurement::report(llvm::ArrayRef<CostOpInterface> units) const {
  RelevanceReport report;
  report.images = byImage.size();
  double weight = 1.0 / static_cast<double>(byImage.size());
  for (CostOpInterface op : units) {
    UnitRelevance &unit = report.units.emplace_back();
    unit.unit = unitName(op).str();
    for (const ImageRelevance &image : byImage)
      addShare(image.units.lookup(op), weight, unit);
  }
  Amounts ends, losses;
  for (const ImageRelevance &image : byImage) {
    for (const auto &[name, relevance] : image.ends)
      ends[name] += weight * relevance;
    for (const auto &[name, relevance] : image.losses)
      losses[name] += weight * relevance;
  }
  report.ends = listOf(ends);
  report.losses = listOf(losses);
  return report;
}

} // namespace

mlir::FailureOr<Interpreter>
mixq::prepareBackward(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                      DataType precision) {
  auto function = module.lookupSymbol<mlir::func::FuncOp>("main");
  if (!function)
    return module.emitError("expects a function @main, found none");
  if (images.empty())
    return function.emitOpError("expects at least one image, found none");
  return Interpreter::create(function, precision);
}

mlir::FailureOr<int64_t> mixq::explainedClass(const Tape &tape,
                                              const RelevanceOptions &options,
                                              int64_t image) {
  if (options.targets.empty())
    return predictedClass(tape);
  if (image < static_cast<int64_t>(options.targets.size()))
    return options.targets[image];
  mlir::func::FuncOp function = tape.function;
  return function.emitOpError("expects a class for each image, found ")
         << options.targets.size();
}

mlir::FailureOr<RelevanceReport>
mixq::measureRelevance(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                       const RelevanceOptions &options) {
  auto interpreter = prepareBackward(module, images, DataType::F64);
  if (mlir::failed(interpreter))
    return mlir::failure();
  Measurement measurement(*interpreter, images, options);
  if (mlir::failed(measurement.run()))
    return mlir::failure();
  return measurement.report(findUnits(module));
}

llvm::StringRef mixq::nameOf(RelevanceScore score) {
  switch (score) {
  case RelevanceScore::Positive:
    return "positive";
  case RelevanceScore::Absolute:
    return "absolute";
  case RelevanceScore::GradientWeighted:
    return "gradient";
  case RelevanceScore::Signed:
    return "signed";
  }
  llvm_unreachable("a score of none of the kinds");
}

static double scoreOf(const UnitRelevance &unit, RelevanceScore score) {
  switch (score) {
  case RelevanceScore::Positive:
    return unit.positive;
  case RelevanceScore::Absolute:
    return unit.absolute;
  case RelevanceScore::GradientWeighted:
    return unit.gradientWeighted;
  case RelevanceScore::Signed:
    return unit.sum;
  }
  llvm_unreachable("a score of none of the kinds");
}

/// Divides each by the mean absolute value of its type.
static void normalizeTypes(const RelevanceReport &report,
                           std::vector<double> &scores) {
  struct Type {
    double sum = 0;
    double count = 0;
  };
  llvm::StringMap<Type> types;
  for (auto [unit, score] : llvm::zip_equal(report.units, scores)) {
    Type &type = types[unitTypeOf(unit.unit)];
    type.sum += std::abs(score);
    type.count += 1;
  }
  for (auto [unit, score] : llvm::zip_equal(report.units, scores)) {
    const Type &type = types[unitTypeOf(unit.unit)];
    score = type.sum == 0 ? 0 : score * type.count / type.sum;
  }
}

std::vector<double> mixq::relevanceScores(const RelevanceReport &report,
                                          RelevanceScore score, bool byType) {
  std::vector<double> scores;
  for (const UnitRelevance &unit : report.units)
    scores.push_back(scoreOf(unit, score));
  if (byType)
    normalizeTypes(report, scores);
  double sum = 0;
  for (double value : scores)
    sum += std::abs(value);
  for (double &value : scores)
    value = sum == 0 ? 0 : value / sum;
  return scores;
}

void mixq::annotateRelevance(mlir::ModuleOp module,
                             llvm::ArrayRef<double> scores) {
  mlir::Builder builder(module.getContext());
  for (auto [unit, score] : llvm::zip_equal(findUnits(module), scores))
    unit->setAttr(kRelevanceAttr, builder.getF64FloatAttr(score));
}
