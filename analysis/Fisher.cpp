//===- Fisher.cpp - What changing an operand does to the logits -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Fisher.h"

#include "analysis/Gradient.h"
#include "analysis/Parallel.h"
#include "analysis/RelevanceScores.h"
#include "analysis/TensorTypes.h"
#include "analysis/plan/ModelUnits.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <random>

using namespace mixq;

namespace {

std::vector<double> softmax(const Tensor &logits) {
  const auto *begin = logits.data<float>();
  double highest = *std::max_element(begin, begin + logits.size());
  std::vector<double> p(begin, begin + logits.size());
  double sum = 0;
  for (double &value : p)
    sum += value = std::exp(value - highest);
  for (double &value : p)
    value /= sum;
  return p;
}

void fillDivergence(llvm::ArrayRef<double> p, uint64_t seed, float *u) {
  std::mt19937_64 generator(seed);
  std::vector<double> roots(p.size());
  double sum = 0;
  for (size_t c = 0; c < p.size(); ++c) {
    roots[c] = std::sqrt(p[c]) * (generator() & 1 ? 1 : -1);
    sum += roots[c];
  }
  for (size_t c = 0; c < p.size(); ++c)
    u[c] = static_cast<float>(roots[c] - p[c] * sum);
}

void fillPrediction(llvm::ArrayRef<double> p, float *u) {
  std::copy(p.begin(), p.end(), u);
  u[std::max_element(p.begin(), p.end()) - p.begin()] -= 1;
}

/// Walks back from every probe of every image.
class Probing {
public:
  using StepObserver =
      llvm::function_ref<void(int64_t image, const BackwardStep &step)>;

  Probing(const Interpreter &interpreter, llvm::ArrayRef<Tensor> images,
          const FisherOptions &options)
      : interpreter(interpreter), images(images), options(options) {}

  mlir::LogicalResult run(StepObserver observer);

private:
  mlir::LogicalResult probe(int64_t image, StepObserver observer);
  llvm::SmallVector<Tensor> seedsOf(const Tape &tape, uint64_t index) const;

  const Interpreter &interpreter;
  llvm::ArrayRef<Tensor> images;
  const FisherOptions &options;
};

/// Probe number `index` of all probes of all images.
llvm::SmallVector<Tensor> Probing::seedsOf(const Tape &tape,
                                           uint64_t index) const {
  llvm::SmallVector<Tensor> seeds;
  for (const Tensor &output : tape.outputs)
    seeds.emplace_back(DataType::F32, output.shape());
  std::vector<double> p = softmax(tape.outputs[0]);
  if (options.probe == FisherProbe::Prediction)
    fillPrediction(p, seeds[0].mutableData<float>());
  else // The product scatters neighbouring seeds of the generator.
    fillDivergence(p, (options.seed + 1) * 0x9e3779b97f4a7c15 + index,
                   seeds[0].mutableData<float>());
  return seeds;
}

mlir::LogicalResult Probing::probe(int64_t image, StepObserver observer) {
  mlir::FailureOr<Tape> tape = record(interpreter, images[image]);
  if (mlir::failed(tape) || mlir::failed(checkLogits(*tape, DataType::F32)))
    return mlir::failure();
  for (unsigned i = 0; i < options.probes; ++i) {
    auto ends = backpropagate(
        *tape, seedsOf(*tape, image * options.probes + i), /*parameters=*/true,
        [&](const BackwardStep &step) { observer(image, step); });
    if (mlir::failed(ends))
      return mlir::failure();
  }
  return mlir::success();
}

mlir::LogicalResult Probing::run(StepObserver observer) {
  ProgressCounter progress(options.progress, images.size());
  return parallelFor(images.size(), interpreter.threadsOf(options.threads),
                     [&](int64_t image) -> mlir::LogicalResult {
                       if (mlir::failed(probe(image, observer)))
                         return mlir::failure();
                       progress.advance();
                       return mlir::success();
                     });
}

} // namespace

mlir::LogicalResult mixq::forEachOperandGradient(
    mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
    const FisherOptions &options,
    llvm::function_ref<void(const OperandGradient &)> observer) {
  auto interpreter = prepareBackward(module, images, DataType::F32);
  if (mlir::failed(interpreter))
    return mlir::failure();
  return Probing(*interpreter, images, options)
      .run([&](int64_t image, const BackwardStep &step) {
        auto unit = llvm::dyn_cast<CostOpInterface>(step.entry.op);
        if (!unit || unitName(unit).empty())
          return;
        for (auto [index, operand] :
             llvm::enumerate(unit.getQuantizableOperands()))
          observer({image, unit, static_cast<unsigned>(index),
                    step.entry.operands[operand], step.operandFlows[operand]});
      });
}

mlir::FailureOr<std::vector<UnitFisher>>
mixq::measureFisher(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                    const FisherOptions &options) {
  auto interpreter = prepareBackward(module, images, DataType::F32);
  if (mlir::failed(interpreter))
    return mlir::failure();
  std::vector<UnitFisher> fishers;
  llvm::DenseMap<mlir::Operation *, std::vector<double>> sums;
  for (CostOpInterface unit : findUnits(module))
    sums[unit];
  std::mutex mutex;
  auto add = [&](int64_t, const BackwardStep &step) {
    auto found = sums.find(step.entry.op);
    if (found == sums.end())
      return;
    std::lock_guard<std::mutex> lock(mutex);
    found->second.resize(step.flows[0].size());
    for (int64_t i = 0, n = step.flows[0].size(); i < n; ++i)
      found->second[i] += std::pow(step.flows[0].data<float>()[i], 2);
  };
  if (mlir::failed(Probing(*interpreter, images, options).run(add)))
    return mlir::failure();
  double count = static_cast<double>(images.size()) * options.probes;
  for (CostOpInterface unit : findUnits(module)) {
    Tensor mean = makeTensor(unit->getResult(0).getType());
    for (auto [index, sum] : llvm::enumerate(sums[unit]))
      mean.mutableData<float>()[index] = static_cast<float>(sum / count);
    fishers.push_back({unitName(unit).str(), mean});
  }
  return fishers;
}

namespace {

/// Sums of squares of one operand and width.
struct Price {
  double projected = 0; ///< (g . d)^2
  double diagonal = 0;  ///< sum g^2 d^2
};

void addPrice(const OperandGradient &at, const Tensor &changed, Price &price) {
  const auto *g = at.gradient.data<float>();
  const auto *before = at.value.data<float>();
  const auto *after = changed.data<float>();
  double product = 0;
  for (int64_t i = 0, n = at.value.size(); i < n; ++i) {
    double change = g[i] * (static_cast<double>(after[i]) - before[i]);
    product += change;
    price.diagonal += change * change;
  }
  price.projected += product * product;
}

using Site = std::pair<mlir::Operation *, unsigned>;
/// Of one image, by width.
using ImagePrices = std::map<Site, std::vector<Price>>;

/// Half the mean over the images, in their order: it does not depend on the
/// threads.
FisherSensitivity meanOf(llvm::ArrayRef<ImagePrices> prices, Site site,
                         size_t width, double count) {
  FisherSensitivity mean;
  for (const ImagePrices &image : prices)
    if (auto found = image.find(site); found != image.end()) {
      mean.divergence += found->second[width].projected / (2 * count);
      mean.diagonal += found->second[width].diagonal / (2 * count);
    }
  return mean;
}

} // namespace

mlir::FailureOr<std::vector<FisherSensitivity>>
mixq::estimateSensitivity(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                          llvm::ArrayRef<unsigned> bits,
                          const OperandQuantizer &quantize,
                          const FisherOptions &options) {
  std::vector<ImagePrices> prices(images.size());
  auto add = [&](const OperandGradient &at) {
    std::vector<Price> &sums = prices[at.image][{at.unit, at.operand}];
    sums.resize(bits.size());
    for (auto [index, width] : llvm::enumerate(bits))
      addPrice(at, quantize(at.unit, at.operand, width, at.value), sums[index]);
  };
  if (mlir::failed(forEachOperandGradient(module, images, options, add)))
    return mlir::failure();
  double count = static_cast<double>(images.size()) * options.probes;
  std::vector<FisherSensitivity> result;
  for (CostOpInterface unit : findUnits(module))
    for (unsigned i = 0, n = unit.getQuantizableOperands().size(); i < n; ++i)
      for (auto [index, width] : llvm::enumerate(bits)) {
        result.push_back(meanOf(prices, {unit, i}, index, count));
        result.back().unit = unitName(unit).str();
        result.back().operand = i;
        result.back().bits = width;
      }
  return result;
}
