//===- Kernels.cpp - Benchmarks of kernels --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Quantized linears of each (target, bits, shape) of the tables that the
// compiler and the tests of exactness read: Targets.inc and LinearKernels.h.
//
//===----------------------------------------------------------------------===//

#include <map>

#include "benchmark/benchmark.h"
#include "dialect/MixqDialect.h"
#include "runtime/Context.h"
#include "test/transforms/KernelHarness.h"
#include "test/transforms/LinearKernels.h"
#include "tools/mixq/Measurement.h"
#include "tools/mixq/Roof.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

namespace mixq {
namespace {

struct Subject {
  const Target *target;
  LinearKernel kernel;

  std::string name() const {
    // "u8s4_197x768x192": width and shape are parts of their own.
    std::string tail = kernel.name();
    tail[tail.find('_')] = '/';
    return "linear/" + target->name.str() + "/" + tail;
  }
};

/// A linear, compiled; its one step is what is timed.
std::unique_ptr<Context> compile(const Subject &subject) {
  mlir::MLIRContext context;
  context.loadDialect<MixqDialect, mlir::func::FuncDialect>();
  loadKernelDialects(context);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(
      requantizedText(context, subject.kernel), &context);
  if (!module)
    return nullptr;
  auto function = compileFunction(*module, *subject.target, /*withRoof=*/true);
  if (!function) {
    llvm::errs() << llvm::toString(function.takeError()) << "\n";
    return nullptr;
  }
  auto runner = Context::create(function->module);
  return runner.ok() ? *std::move(runner) : nullptr;
}

/// Of a benchmark that is called several times until its runs take long enough.
/// Only the last one stays in memory.
Context *compiled(const Subject &subject) {
  static std::string name;
  static std::unique_ptr<Context> context;
  if (name != subject.name()) {
    context = compile(subject);
    name = subject.name();
  }
  return context.get();
}

/// Of one core, 10^9 operations a second.
double roofOf(const Target &target, const Module &module) {
  static std::map<const Target *, double> roofs;
  const auto [entry, isNew] = roofs.try_emplace(&target, 0);
  if (isNew)
    entry->second = measureRoof(module, schema::ElementType::U8);
  return entry->second;
}

void run(benchmark::State &state, const Subject &subject) {
  Context *context = compiled(subject);
  const std::vector<float> input(1);
  if (!context || !context->begin(input).ok())
    return state.SkipWithError("the kernel was not compiled");
  // NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores): the library's idiom.
  for (auto _ : state)
    context->runStep(0);
  const uint64_t macs = context->getModule().header().steps()->Get(0)->macs() *
                        state.iterations();
  // Over 10^3 ms: rates are divided by seconds.
  const double operations = gigaOperations(macs, 1e3);
  const double roof = roofOf(*subject.target, context->getModule());
  using benchmark::Counter;
  state.counters["GOP"] = Counter(operations, Counter::kIsRate);
  state.counters["roof"] = Counter(operations / roof, Counter::kIsRate);
}

void registerAll() {
  for (const Target *target : runnableTargets(/*withEmulated=*/false))
    for (const LinearLayer &layer : kLayers)
      for (int64_t rows : kTimedRows)
        for (int64_t bits : kWidths) {
          const Subject subject = {target,
                                   {bits, rows, layer.columns, layer.depth}};
          benchmark::RegisterBenchmark(
              subject.name().c_str(),
              [subject](benchmark::State &state) { run(state, subject); })
              ->Unit(benchmark::kMicrosecond);
        }
}

} // namespace
} // namespace mixq

int main(int argc, char **argv) {
  mixq::registerAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
