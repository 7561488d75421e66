//===- Imported.h - What a checkpoint becomes -------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FRONTEND_IMPORTED_H
#define MIXQ_TEST_FRONTEND_IMPORTED_H

#include "dialect/MixqDialect.h"
#include "frontend/Import.h"

#include "absl/strings/numbers.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "gtest/gtest.h"

#include <set>
#include <string>
#include <vector>

namespace mixq::test {

using namespace mlir;

/// A context and what a checkpoint became in it.
struct Imported {
  explicit Imported(const std::string &path) {
    const auto checkpoint = Checkpoint::open(path);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status();
    if (!checkpoint.ok())
      return;
    auto result = importModel(context, *checkpoint);
    EXPECT_TRUE(result.ok()) << result.status();
    if (result.ok())
      module = *std::move(result);
  }

  template <typename OpTy> std::vector<OpTy> all() {
    std::vector<OpTy> ops;
    module->walk([&](OpTy op) { ops.push_back(op); });
    return ops;
  }

  absl::StatusOr<Tensor> stored(ParameterOp op) {
    uint64_t hash = 0;
    EXPECT_TRUE(absl::SimpleHexAtoi(op.getHash().value_or("").str(), &hash));
    return context.getLoadedDialect<MixqDialect>()->getParameterStore().lookup(
        op.getName().value_or("").str(), hash);
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

/// Names of all units.
inline std::set<std::string> unitsOf(ModuleOp module) {
  std::set<std::string> units;
  module->walk([&](Operation *op) {
    if (auto unit = op->getAttrOfType<StringAttr>("unit"))
      units.insert(unit.str());
  });
  return units;
}

/// The type of @main.
inline std::string typeOf(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << module.lookupSymbol<func::FuncOp>("main").getFunctionType();
  return text;
}

/// @main, whose parameters are bound by content hashes; "" if the import
/// failed.
inline std::string graphOf(Imported &model) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (model.module)
    model.module->lookupSymbol("main")->print(stream);
  return text;
}

} // namespace mixq::test

#endif // MIXQ_TEST_FRONTEND_IMPORTED_H
