//===- Dump.cpp - Tensors of one unit as .npy files -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Dump.h"

#include "absl/strings/str_cat.h"
#include "analysis/Calibration.h"
#include "analysis/Interpreter.h"
#include "analysis/RelevanceDump.h"
#include "analysis/plan/ModelUnits.h"
#include "runtime/Npy.h"

#include <map>

using namespace mlir;

namespace mixq {
namespace {

/// Where a unit stands in the graph and in its description.
struct Place {
  CostOpInterface op;
  Unit unit;
};

FailureOr<Place> findUnit(ModuleOp module, const std::string &name) {
  FailureOr<ModelUnits> model = describeUnits(module);
  if (failed(model))
    return failure();
  for (auto [op, unit] : llvm::zip_equal(findUnits(module), model->units))
    if (unit.name == name)
      return Place{op, unit};
  return module.emitError("expects a unit of the model, found '")
         << name << "'";
}

/// The tensors of one name, an image each.
class Batch {
public:
  void add(const Tensor &tensor) {
    shape = tensor.shape();
    values.insert(values.end(), tensor.data<float>(),
                  tensor.data<float>() + tensor.size());
    ++count;
  }

  absl::Status write(const std::string &path) const {
    std::vector<uint64_t> extents = {count};
    extents.insert(extents.end(), shape.begin(), shape.end());
    return writeNpy(path, extents, values);
  }

private:
  std::vector<int64_t> shape;
  std::vector<float> values;
  uint64_t count = 0;
};

using Batches = std::map<std::string, Batch>;

void collect(const Place &place, ArrayRef<Tensor> operands,
             ArrayRef<Tensor> results, Tensor &weight, Batches &batches) {
  CostOpInterface op = place.op;
  for (auto [i, operand] : llvm::enumerate(op.getQuantizableOperands()))
    if (place.unit.operands[i].isWeight)
      weight = operands[operand];
    else
      batches[roleOf(place.unit, i)].add(operands[operand]);
  batches["result"].add(results[0]);
}

absl::Status writeAll(const Batches &batches, const Tensor &weight,
                      const std::string &prefix) {
  for (const auto &[role, batch] : batches)
    if (absl::Status status =
            batch.write(absl::StrCat(prefix, ".", role, ".npy"));
        !status.ok())
      return status;
  if (weight.size() == 0)
    return absl::OkStatus();
  const std::vector<uint64_t> extents(weight.shape().begin(),
                                      weight.shape().end());
  return writeNpy(absl::StrCat(prefix, ".weight.npy"), extents,
                  absl::MakeConstSpan(weight.data<float>(), weight.size()));
}

} // namespace

absl::Status dumpUnit(Session &session, ModuleOp module,
                      const std::vector<Tensor> &images,
                      const std::string &unit, const std::string &folder) {
  Tensor weight;
  Batches batches;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<Place> place = findUnit(module, unit);
    FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
    if (failed(place) || failed(interpreter))
      return failure();
    for (const Tensor &image : images)
      if (failed(interpreter->run(image, [&](Operation *op,
                                             ArrayRef<Tensor> operands,
                                             ArrayRef<Tensor> results) {
            if (op == place->op.getOperation())
              collect(*place, operands, results, weight, batches);
          })))
        return failure();
    return success();
  });
  return status.ok()
             ? writeAll(batches, weight, absl::StrCat(folder, "/", unit))
             : status;
}

/// The images of an .npy file as tensors [C, H, W].
static absl::StatusOr<std::vector<Tensor>> readImages(const std::string &path) {
  absl::StatusOr<NpyArray> array = readNpy(path);
  if (!array.ok())
    return array.status();
  std::vector<int64_t> shape(array->shape.begin(), array->shape.end());
  if (shape.size() == 3)
    shape.insert(shape.begin(), 1);
  if (shape.size() != 4 || array->data.empty())
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": expects images [C, H, W] or [N, C, H, W], found rank ",
        array->shape.size()));
  return splitBatch(Tensor::of<float>(shape, array->data));
}

absl::Status dumpRelevanceOf(Session &session, ModuleOp module,
                             const std::string &input,
                             const std::string &output, unsigned threads) {
  absl::StatusOr<std::vector<Tensor>> images = readImages(input);
  if (!images.ok())
    return images.status();
  RelevanceOptions options;
  options.threads = threads;
  Archive archive;
  absl::Status status = session.run([&]() -> LogicalResult {
    FailureOr<Archive> dumped = dumpRelevance(module, *images, options);
    if (succeeded(dumped))
      archive = *std::move(dumped);
    return dumped;
  });
  return status.ok() ? writeSafetensors(output, archive) : status;
}

} // namespace mixq
