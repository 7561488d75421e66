//===- OperandRanges.cpp - The extremes of every unit's operands ----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "analysis/OperandRanges.h"

#include "analysis/Calibration.h"
#include "analysis/Interpreter.h"
#include "analysis/Parallel.h"
#include "analysis/plan/ModelUnits.h"

#include <algorithm>

using namespace mlir;

namespace mixq {
namespace {

using Ranges = std::vector<std::vector<Extremes>>;

Extremes rangeOf(const Tensor &tensor) {
  const float *values = tensor.data<float>();
  auto [least, most] = std::minmax_element(values, values + tensor.size());
  return {*least, *most};
}

void merge(Ranges &total, const Ranges &image) {
  for (size_t u = 0; u < total.size(); ++u)
    for (size_t i = 0; i < total[u].size(); ++i) {
      total[u][i].least = std::min(total[u][i].least, image[u][i].least);
      total[u][i].most = std::max(total[u][i].most, image[u][i].most);
    }
}

} // namespace

FailureOr<Ranges> measureRanges(ModuleOp module, ArrayRef<Tensor> images,
                                unsigned threads) {
  FailureOr<Interpreter> interpreter = prepareCalibration(module, images);
  if (failed(interpreter))
    return failure();
  llvm::DenseMap<Operation *, size_t> index;
  for (auto [u, op] : llvm::enumerate(findUnits(module)))
    index[op] = u;
  std::vector<Ranges> byImage(images.size(), Ranges(index.size()));
  auto runOne = [&](int64_t image) -> LogicalResult {
    return interpreter->run(images[image], [&](Operation *op,
                                               ArrayRef<Tensor> operands,
                                               ArrayRef<Tensor> results) {
      auto found = index.find(op);
      if (found == index.end())
        return;
      for (unsigned i : cast<CostOpInterface>(op).getQuantizableOperands())
        byImage[image][found->second].push_back(rangeOf(operands[i]));
    });
  };
  if (failed(
          parallelFor(images.size(), interpreter->threadsOf(threads), runOne)))
    return failure();
  Ranges total = byImage.front();
  for (const Ranges &ranges : byImage)
    merge(total, ranges);
  return total;
}

} // namespace mixq
