//===- Calibration.cpp - Quantizers for activations -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/Calibration.h"

#include "analysis/HeadSites.h"
#include "analysis/OutputErrorStrategy.h"
#include "analysis/Parallel.h"
#include "dialect/Bits.h"

#include <algorithm>

using namespace mixq;

mlir::Operation *mixq::findResidualAdd(mlir::Operation *unit) {
  if (unit->getNumResults() != 1 || !unit->hasOneUse())
    return nullptr;
  return mlir::dyn_cast<AddOp>(*unit->getUsers().begin()).getOperation();
}

/// Softmax and gelu, as they are or with their channels scaled.
static bool isOneSided(mlir::Value value) {
  mlir::Operation *producer = value.getDefiningOp();
  if (auto affine = mlir::dyn_cast_or_null<ChannelAffineOp>(producer))
    producer = affine.getInput().getDefiningOp();
  return mlir::isa_and_nonnull<SoftmaxOp, GeluOp>(producer);
}

/// Whether the result goes to a softmax alone; the bias of a window between
/// them changes nothing about what all keys share.
static bool feedsSoftmax(mlir::Operation *unit) {
  if (unit->getNumResults() != 1 || !unit->hasOneUse())
    return false;
  mlir::Operation *user = *unit->getUsers().begin();
  if (mlir::isa<WindowBiasOp>(user))
    return feedsSoftmax(user);
  return mlir::isa<SoftmaxOp>(user);
}

/// Activations stand before the weight: the last operand is the one that
/// integer products take as s8.
static QuantizerSpace spaceOf(CostOpInterface unit, unsigned position,
                              unsigned bits) {
  llvm::SmallVector<unsigned> operands = unit.getQuantizableOperands();
  QuantizerSpace space;
  space.bits = bits;
  space.isSymmetric = position + 1 == operands.size() && space.bits == 8;
  space.isOneSided = isOneSided(unit->getOperand(operands[position]));
  return space;
}

std::vector<CalibrationSite>
mixq::findCalibrationSites(mlir::func::FuncOp function) {
  std::vector<CalibrationSite> sites;
  LiveRows live(function);
  function.walk([&](CostOpInterface unit) {
    auto bits = bitsOf(unit);
    if (mlir::failed(bits))
      return;
    for (auto [position, operand] :
         llvm::enumerate(unit.getQuantizableOperands())) {
      mlir::Value value = unit->getOperand(operand);
      bool isFloat = mlir::getElementTypeOrSelf(value.getType()).isF32();
      if (isFloat && !isConstant(value))
        sites.push_back({unit, operand,
                         spaceOf(unit, position, (*bits)[position]),
                         findResidualAdd(unit), feedsSoftmax(unit),
                         live.of(unit->getResult(0))});
    }
  });
  return sites;
}

using SitesOfOp = llvm::DenseMap<mlir::Operation *, llvm::SmallVector<size_t>>;

mlir::LogicalResult mixq::runStrategy(const Interpreter &interpreter,
                                      llvm::ArrayRef<CalibrationSite> sites,
                                      llvm::ArrayRef<Tensor> images,
                                      CalibrationStrategy &strategy,
                                      const CalibrationOptions &options) {
  SitesOfOp sitesOfOp, sitesOfAdd;
  for (auto [index, site] : llvm::enumerate(sites)) {
    sitesOfOp[site.op].push_back(index);
    if (site.residualAdd)
      sitesOfAdd[site.residualAdd].push_back(index);
  }
  ProgressCounter progress(options.progress,
                           strategy.getWalks() * images.size());
  for (unsigned walk = 0; walk < strategy.getWalks(); ++walk) {
    auto runOne = [&](int64_t image) -> mlir::LogicalResult {
      auto observe = [&](mlir::Operation *op, llvm::ArrayRef<Tensor> operands,
                         llvm::ArrayRef<Tensor> results) {
        if (auto found = sitesOfOp.find(op); found != sitesOfOp.end())
          for (size_t site : found->second)
            strategy.observe(walk, image, site, operands);
        if (auto found = sitesOfAdd.find(op); found != sitesOfAdd.end())
          for (size_t site : found->second)
            strategy.observeResidual(walk, image, site, results[0]);
      };
      mlir::LogicalResult result = interpreter.run(images[image], observe);
      progress.advance();
      return result;
    };
    unsigned threads = interpreter.threadsOf(options.threads);
    if (mlir::failed(parallelFor(images.size(), threads, runOne)) ||
        mlir::failed(strategy.finishWalk(walk)))
      return mlir::failure();
  }
  return mlir::success();
}

/// The percentiles of RepQ-ViT (Li et al. 2023), and min-max, which wins
/// where the tail matters.
static std::vector<double> candidatesOf(CalibrationMethod method) {
  if (method == CalibrationMethod::MinMax)
    return {1.0};
  return {1.0, 0.99999, 0.9999, 0.999};
}

static mlir::Attribute attributeOf(mlir::MLIRContext *context,
                                   const UniformQuantizer &quantizer) {
  auto type = QuantizedType::get(context, quantizer.isSigned(),
                                 quantizer.bits(), /*axis=*/std::nullopt);
  return UniformAttr::get(type, quantizer.scale, quantizer.zeroPoint);
}

static mlir::Attribute attributeOf(mlir::MLIRContext *context,
                                   const CodebookQuantizer &quantizer) {
  llvm::SmallVector<int32_t> table(quantizer.table.begin(),
                                   quantizer.table.end());
  return CodebookAttr::get(CodebookType::get(context, quantizer.bits()),
                           quantizer.scale, quantizer.offset, table);
}

static UniformQuantizer read(UniformAttr uniform) {
  UniformQuantizer result;
  result.scale = static_cast<float>(uniform.getScale());
  result.zeroPoint = uniform.getZeroPoint();
  result.lowCode = uniform.getType().getMinCode();
  result.highCode = uniform.getType().getMaxCode();
  return result;
}

static CodebookQuantizer read(CodebookAttr codebook) {
  CodebookQuantizer result;
  result.scale = static_cast<float>(codebook.getScale());
  result.offset = static_cast<float>(codebook.getOffset());
  for (int32_t entry : codebook.getTable().asArrayRef())
    result.table.push_back(static_cast<uint8_t>(entry));
  return result;
}

std::optional<ActivationQuantizer> mixq::quantizerOf(mlir::Attribute entry) {
  if (auto uniform = mlir::dyn_cast_if_present<UniformAttr>(entry))
    return read(uniform);
  if (auto codebook = mlir::dyn_cast_if_present<CodebookAttr>(entry))
    return read(codebook);
  return std::nullopt;
}

/// `mixq.activations` of each unit: one entry for each operand, which is an
/// array where its heads are sites of their own.
static void setActivations(llvm::ArrayRef<CalibrationSite> sites,
                           llvm::ArrayRef<ActivationQuantizer> chosen) {
  llvm::MapVector<mlir::Operation *, llvm::SmallVector<mlir::Attribute>>
      entries;
  llvm::SmallVector<mlir::Attribute> heads;
  for (auto [site, quantizer] : llvm::zip_equal(sites, chosen)) {
    mlir::MLIRContext *context = site.op->getContext();
    heads.push_back(std::visit(
        [context](const auto &kind) { return attributeOf(context, kind); },
        quantizer));
    if (site.head + 1 < site.heads)
      continue;
    entries[site.op].push_back(
        site.heads == 1 ? heads.front() : mlir::ArrayAttr::get(context, heads));
    heads.clear();
  }
  for (auto &[op, quantizers] : entries)
    op->setAttr(kActivationsAttr,
                mlir::ArrayAttr::get(op->getContext(), quantizers));
}

static mlir::LogicalResult annotate(llvm::ArrayRef<CalibrationSite> sites,
                                    const CalibrationStrategy &strategy,
                                    unsigned threads) {
  std::vector<ActivationQuantizer> chosen(sites.size());
  auto choose = [&](int64_t site) {
    chosen[site] = strategy.choose(site);
    return mlir::success();
  };
  if (mlir::failed(parallelFor(sites.size(), threads, choose)))
    return mlir::failure();
  setActivations(sites, chosen);
  return mlir::success();
}

static std::unique_ptr<CalibrationStrategy>
createStrategy(const std::vector<CalibrationSite> &sites, size_t images,
               CalibrationMethod method) {
  if (method == CalibrationMethod::OutputError)
    return std::make_unique<OutputErrorStrategy>(sites, images);
  return createPercentileStrategy(sites, candidatesOf(method));
}

mlir::FailureOr<Interpreter>
mixq::prepareCalibration(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images) {
  auto function = module.lookupSymbol<mlir::func::FuncOp>("main");
  if (!function)
    return module.emitError("calibration expects a function @main, found none");
  if (images.empty())
    return function.emitOpError("calibration expects at least one image, found "
                                "none");
  auto checkBits = [](CostOpInterface unit) {
    return mlir::WalkResult(mlir::LogicalResult(bitsOf(unit)));
  };
  if (function.walk(checkBits).wasInterrupted())
    return mlir::failure();
  return Interpreter::create(function);
}

mlir::LogicalResult
mixq::annotateCalibration(mlir::ModuleOp module, llvm::ArrayRef<Tensor> images,
                          const CalibrationOptions &options) {
  mlir::FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (mlir::failed(interpreter))
    return mlir::failure();
  mlir::FailureOr<std::vector<CalibrationSite>> found =
      findCalibrationSites(interpreter->getFunction());
  if (options.qkvScale == QkvScale::Head)
    found = splitByHead(*std::move(found));
  if (mlir::failed(found))
    return mlir::failure();
  std::vector<CalibrationSite> sites = *std::move(found);
  for (CalibrationSite &site : sites)
    site.space.isOneSided &= options.useCodebooks;
  auto strategy = createStrategy(sites, images.size(), options.method);
  if (mlir::failed(
          runStrategy(*interpreter, sites, images, *strategy, options)))
    return mlir::failure();
  return annotate(sites, *strategy, interpreter->threadsOf(options.threads));
}

std::vector<Tensor> mixq::splitBatch(const Tensor &batch) {
  std::vector<int64_t> shape(batch.shape().begin() + 1, batch.shape().end());
  std::vector<Tensor> images;
  for (int64_t i = 0; i < batch.dim(0); ++i) {
    Tensor image(batch.type(), shape);
    std::copy_n(batch.raw() + i * image.bytes(), image.bytes(),
                image.mutableRaw());
    images.push_back(std::move(image));
  }
  return images;
}
