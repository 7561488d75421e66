//===- Subject.cpp - A model that mixq compare runs -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Subject.h"

#include "tools/mixq-compile/CalibrationImages.h"
#include "tools/mixq-compile/Session.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "analysis/Interpreter.h"
#include "runtime/Context.h"

#include "llvm/Support/FileSystem.h"

#include <mutex>

using namespace mlir;

namespace mixq {
namespace {

class ModuleSubject : public Subject {
public:
  absl::Status open(const std::string &path) {
    absl::StatusOr<std::shared_ptr<const Module>> loaded = Module::load(path);
    if (!loaded.ok())
      return loaded.status();
    module = *std::move(loaded);
    absl::StatusOr<InputSpec> input = inputSpecOf(module->header());
    if (!input.ok())
      return input.status();
    spec = *input;
    classes = static_cast<int64_t>(module->outputElements());
    return absl::OkStatus();
  }

  const char *kind() const override { return "module"; }
  bool isGraph() const override { return false; }

  absl::StatusOr<std::vector<float>> run(const Tensor &image,
                                         UnitObserver) override {
    absl::StatusOr<std::unique_ptr<Context>> context = takeContext();
    if (!context.ok())
      return context.status();
    std::vector<float> logits(classes);
    absl::Status status =
        (*context)->run(absl::MakeConstSpan(image.data<float>(), image.size()),
                        1, absl::MakeSpan(logits));
    std::lock_guard<std::mutex> lock(mutex);
    idle.push_back(*std::move(context));
    if (!status.ok())
      return status;
    return logits;
  }

private:
  /// A context serves one thread at a time.
  absl::StatusOr<std::unique_ptr<Context>> takeContext() {
    std::lock_guard<std::mutex> lock(mutex);
    if (idle.empty())
      return Context::create(module);
    std::unique_ptr<Context> context = std::move(idle.back());
    idle.pop_back();
    return context;
  }

  std::shared_ptr<const Module> module;
  std::mutex mutex;
  std::vector<std::unique_ptr<Context>> idle;
};

class GraphSubject : public Subject {
public:
  absl::Status open(const std::string &path) {
    auto loaded = session.load(path, CheckpointOptions());
    if (!loaded.ok())
      return loaded.status();
    module = *std::move(loaded);
    absl::StatusOr<InputSpec> input = inputSpecOf(*module);
    if (!input.ok())
      return input.status();
    spec = *input;
    auto main = module->lookupSymbol<func::FuncOp>("main");
    auto type = main.getFunctionType().getNumResults() == 1
                    ? dyn_cast<RankedTensorType>(main.getResultTypes()[0])
                    : RankedTensorType();
    if (!type || !type.getElementType().isF32())
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": expected @main to return fp32 logits"));
    classes = type.getNumElements();
    return session.run([&]() -> LogicalResult {
      interpreter = Interpreter::create(main);
      return interpreter;
    });
  }

  const char *kind() const override { return "graph"; }
  bool isGraph() const override { return true; }

  absl::StatusOr<std::vector<float>> run(const Tensor &image,
                                         UnitObserver observe) override {
    auto observeOp = [&](Operation *op, ArrayRef<Tensor>,
                         ArrayRef<Tensor> results) {
      if (auto unit = op->getAttrOfType<StringAttr>("unit"))
        observe(unit.getValue(), results[0]);
    };
    FailureOr<SmallVector<Tensor>> results = interpreter->run(image, observeOp);
    if (failed(results))
      return absl::InternalError("the interpreter failed");
    const float *logits = results->front().data<float>();
    return std::vector<float>(logits, logits + classes);
  }

private:
  Session session;
  OwningOpRef<ModuleOp> module;
  FailureOr<Interpreter> interpreter = failure();
};

template <typename Kind>
absl::StatusOr<std::unique_ptr<Subject>> loadAs(const std::string &path) {
  auto subject = std::make_unique<Kind>();
  if (absl::Status status = subject->open(path); !status.ok())
    return status;
  return subject;
}

} // namespace

absl::StatusOr<std::unique_ptr<Subject>>
Subject::load(const std::string &path) {
  if (absl::EndsWith(path, ".mlir") || llvm::sys::fs::is_directory(path))
    return loadAs<GraphSubject>(path);
  return loadAs<ModuleSubject>(path);
}

} // namespace mixq
