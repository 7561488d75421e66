//===- CodegenTest.cpp - Compiles textual IR and runs it ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include "dialect/Parameters.h"
#include "runtime/CpuFeatures.h"
#include "transforms/codegen/KernelOpInterface.h"
#include "transforms/codegen/LoweringContext.h"
#include "transforms/native/Native.h"
#include "transforms/serialize/ModuleWriter.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

#include <cstring>

using namespace mlir;

namespace mixq {

CodegenTest::CodegenTest() {
  DialectRegistry registry;
  registerKernelModels(registry);
  registerNativeTranslation(registry);
  context.appendDialectRegistry(registry);
  context.loadDialect<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect,
                      scf::SCFDialect, vector::VectorDialect>();
}

std::string tensorType(llvm::ArrayRef<int64_t> shape,
                       const std::string &element) {
  std::string text = "tensor<";
  for (int64_t extent : shape)
    text += std::to_string(extent) + "x";
  return text + element + ">";
}

std::string CodegenTest::parameter(const std::string &name,
                                   const Tensor &tensor,
                                   const std::string &elementType) {
  auto &store = context.getLoadedDialect<MixqDialect>()->getParameterStore();
  return "%" + name + " = mixq.parameter \"" + name + "\" hash \"" +
         formatHash(store.insert(name, tensor)) +
         "\" : " + tensorType(tensor.shape(), elementType) + "\n";
}

std::string CodegenTest::function(const std::string &imageType,
                                  const std::string &body,
                                  const std::string &resultType) {
  return "func.func @main(%image: " + imageType + ") -> " + resultType +
         " {\n" + body + "\nreturn %result : " + resultType + "\n}";
}

static bool runsHere(const Target &target) {
  return llvm::all_of(target.requiredFeatures, [](llvm::StringRef name) {
    return hasCpuFeature(name.str());
  });
}

/// The AVX-VNNI target with its instructions in their EVEX encoding: what a CPU
/// with AVX512-VNNI but without AVX-VNNI can run of the same kernels.
static const Target &avxVnniInEvex() {
  static const llvm::StringRef required[] = {"avx2", "fma", "avx512f",
                                             "avx512vl", "avx512vnni"};
  static const Target stand = [] {
    auto vnni = llvm::find_if(allTargets(), [](const Target &target) {
      return target.name == "avx-vnni";
    });
    Target target = *vnni;
    target.llvmFeatures = "+avx512vl,+avx512vnni";
    target.requiredFeatures = required;
    return target;
  }();
  return stand;
}

std::vector<const Target *> CodegenTest::runnableTargets() {
  std::vector<const Target *> targets;
  for (const Target &target : allTargets()) {
    if (runsHere(target))
      targets.push_back(&target);
    else if (target.name == "avx-vnni" && runsHere(avxVnniInEvex()))
      targets.push_back(&avxVnniInEvex());
    else
      std::printf("SKIPPED: this CPU has no %s\n", target.name.str().c_str());
  }
  return targets;
}

//===----------------------------------------------------------------------===//
// Compiling
//===----------------------------------------------------------------------===//

/// What the importer and the driver would have left.
static void setOrigin(ModuleOp module, int64_t channels) {
  Builder b(module.getContext());
  for (auto name : {"mixq.model", "mixq.precision", "mixq.provenance"})
    module->setAttr(name, b.getStringAttr("test"));
  std::vector<double> ones(channels, 1.0);
  module->setAttr("mixq.preprocessing",
                  PreprocessingAttr::get(module.getContext(), 4096, 0, false,
                                         Interpolation::Bilinear,
                                         b.getDenseF64ArrayAttr(ones),
                                         b.getDenseF64ArrayAttr(ones)));
}

static LogicalResult lower(ModuleOp module, const Target &target) {
  LoweringContext context(module, target);
  auto main = module.lookupSymbol<func::FuncOp>("main");
  for (Operation &op : main.getBody().front().without_terminator())
    if (!isa<ParameterOp>(op) &&
        failed(cast<KernelOpInterface>(op).lowerToSteps(context)))
      return failure();
  return context.finish(main);
}

std::vector<uint8_t> CodegenTest::assemble(ModuleOp module,
                                           const Target &target) {
  llvm::LLVMContext llvmContext;
  auto code = emitLlvm(module, target, llvmContext);
  if (!code) {
    ADD_FAILURE() << llvm::toString(code.takeError());
    return {};
  }
  auto object = emitObject(**code, target);
  auto image = object ? linkImage(*object) : object.takeError();
  if (!image) {
    ADD_FAILURE() << llvm::toString(image.takeError());
    return {};
  }
  auto file = writeModule(module, target, *image);
  return succeeded(file) ? *file : std::vector<uint8_t>();
}

static Tensor zerosOf(RankedTensorType type) {
  DataType data = isa<QuantizedType, CodebookType>(type.getElementType())
                      ? DataType::U8
                      : DataType::F32;
  return Tensor(data, type.getShape().vec());
}

CompiledFunction CodegenTest::compile(ModuleOp module, const Target &target) {
  OwningOpRef<ModuleOp> copy = module.clone();
  FunctionType type = mainOf(*copy).getFunctionType();
  CompiledFunction result;
  result.shape = zerosOf(cast<RankedTensorType>(type.getResult(0)));
  result.rows = result.shape.dim(0);
  result.columnBytes = result.shape.bytes() / result.rows;
  auto image = cast<RankedTensorType>(type.getInput(0)).getShape();
  setOrigin(*copy, image[0]);
  if (failed(lower(*copy, target))) {
    ADD_FAILURE() << diagnostics;
    return result;
  }
  auto output = (*copy)->getAttrOfType<ArgumentAttr>("mixq.output");
  result.rowBytes = output.getSize() / result.rows;
  std::vector<int64_t> signature = {image[0], image[1], image[2],
                                    output.getSize() / int64_t(sizeof(float))};
  (*copy)->setAttr("mixq.signature",
                   Builder(&context).getDenseI64ArrayAttr(signature));
  auto loaded = Module::fromMemory(assemble(*copy, target));
  EXPECT_TRUE(loaded.ok()) << loaded.status() << diagnostics;
  if (loaded.ok())
    result.module = *std::move(loaded);
  return result;
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

/// The result in its own shape, from one row of logits.
static Tensor withoutPadding(const CompiledFunction &function,
                             const float *logits) {
  Tensor result(function.shape.type(), function.shape.shape());
  for (int64_t row = 0; row < function.rows; ++row)
    std::memcpy(result.mutableRaw() + row * function.columnBytes,
                reinterpret_cast<const uint8_t *>(logits) +
                    row * function.rowBytes,
                function.columnBytes);
  return result;
}

static bool sameBytes(const Tensor &a, const Tensor &b) {
  return a.bytes() == b.bytes() &&
         std::memcmp(a.raw(), b.raw(), a.bytes()) == 0;
}

Tensor CodegenTest::execute(const CompiledFunction &function,
                            const Tensor &image, int threads, int batch) {
  if (!function.module)
    return Tensor();
  auto runner = Context::create(function.module, {threads, batch, false});
  EXPECT_TRUE(runner.ok()) << runner.status();
  if (!runner.ok())
    return Tensor();
  std::vector<float> input;
  for (int i = 0; i < batch; ++i)
    input.insert(input.end(), image.data<float>(),
                 image.data<float>() + image.size());
  size_t classes = function.module->outputElements();
  std::vector<float> logits(classes * batch);
  EXPECT_TRUE((*runner)->run(input, batch, absl::MakeSpan(logits)).ok());
  Tensor first = withoutPadding(function, logits.data());
  for (int i = 1; i < batch; ++i)
    EXPECT_TRUE(
        sameBytes(first, withoutPadding(function, logits.data() + i * classes)))
        << "image " << i << " of the batch differs from image 0";
  return first;
}

void CodegenTest::compareTargets(const std::string &text, const Tensor &image,
                                 Comparison compare) {
  auto module = parse(text);
  ASSERT_TRUE(module) << text;
  auto expected = interpret(mainOf(*module), image);
  ASSERT_TRUE(succeeded(expected)) << diagnostics;
  for (const Target *target : runnableTargets()) {
    SCOPED_TRACE(target->name.str());
    CompiledFunction function = compile(*module, *target);
    for (auto [threads, batch] : {std::pair(1, 1), std::pair(2, 3)}) {
      SCOPED_TRACE("threads and batch " + std::to_string(threads) + ", " +
                   std::to_string(batch));
      Tensor got = execute(function, image, threads, batch);
      ASSERT_EQ(got.shape(), expected->front().shape()) << diagnostics;
      compare(expected->front(), got);
    }
  }
}

static std::string element(const Tensor &tensor, int64_t index) {
  return tensor.type() == DataType::U8
             ? std::to_string(tensor.data<uint8_t>()[index])
             : std::to_string(tensor.data<float>()[index]);
}

void CodegenTest::expectSameBits(const std::string &text, const Tensor &image) {
  compareTargets(text, image, [](const Tensor &expected, const Tensor &got) {
    int64_t size = expected.bytes() / expected.size(), wrong = 0, first = -1;
    for (int64_t i = 0; i < expected.size(); ++i)
      if (std::memcmp(expected.raw() + i * size, got.raw() + i * size, size)) {
        first = first < 0 ? i : first;
        ++wrong;
      }
    EXPECT_EQ(wrong, 0) << "of " << expected.size() << ", the first at "
                        << first << ": "
                        << element(got, std::max<int64_t>(first, 0)) << ", not "
                        << element(expected, std::max<int64_t>(first, 0));
  });
}

void CodegenTest::expectNear(const std::string &text, const Tensor &image,
                             float tolerance) {
  compareTargets(text, image, [=](const Tensor &expected, const Tensor &got) {
    for (int64_t i = 0; i < expected.size(); ++i)
      ASSERT_NEAR(got.data<float>()[i], expected.data<float>()[i], tolerance)
          << "element " << i;
  });
}

} // namespace mixq
