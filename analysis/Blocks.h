//===- Blocks.h - Units and blocks of a network -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_ANALYSIS_BLOCKS_H
#define MIXQ_ANALYSIS_BLOCKS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

#include <string>
#include <vector>

namespace mixq {

/// The last component of a unit's name: "fc1" of "blocks.3.mlp.fc1".
llvm::StringRef unitTypeOf(llvm::StringRef unit);

/// The values that depend on an argument of the function and, with `constants`,
/// those that depend on results of ops without operands.
llvm::DenseSet<mlir::Value> findDependents(mlir::func::FuncOp function,
                                           bool constants);

/// The part of a network whose units are named "blocks.N. ...", from the last
/// value before them through which all flows to the first one after them.
struct NetworkBlock {
  std::string name; ///< "blocks.3", "layers.0.blocks.1"
  mlir::Value input;
  mlir::Value output;
};

/// The blocks of a function of one basic block, in order; those without such
/// values are left out.
std::vector<NetworkBlock> findBlocks(mlir::func::FuncOp function);

} // namespace mixq

#endif // MIXQ_ANALYSIS_BLOCKS_H
