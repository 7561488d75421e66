//===- CodegenTest.cpp - Compiles textual IR and runs it ------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CodegenTest.h"

#include <cstring>

using namespace mlir;

namespace mixq {

CodegenTest::CodegenTest() { loadKernelDialects(context); }

std::string CodegenTest::parameter(const std::string &name,
                                   const Tensor &tensor,
                                   const std::string &elementType) {
  return parameterText(context, name, tensor, elementType);
}

std::string CodegenTest::function(const std::string &imageType,
                                  const std::string &body,
                                  const std::string &resultType) {
  return functionText(imageType, body, resultType);
}

std::vector<uint8_t> CodegenTest::assemble(ModuleOp module,
                                           const Target &target) {
  auto file = assembleModule(module, target);
  if (file)
    return *std::move(file);
  ADD_FAILURE() << llvm::toString(file.takeError());
  return {};
}

CompiledFunction CodegenTest::compile(ModuleOp module, const Target &target) {
  auto function = compileFunction(module, target);
  if (function)
    return *std::move(function);
  ADD_FAILURE() << llvm::toString(function.takeError()) << "\n" << diagnostics;
  return CompiledFunction();
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
  prepareToRun();
  EXPECT_TRUE((*runner)->run(input, batch, absl::MakeSpan(logits)).ok());
  Tensor first = withoutPadding(function, logits.data());
  for (int i = 1; i < batch; ++i)
    EXPECT_TRUE(
        sameBytes(first, withoutPadding(function, logits.data() + i * classes)))
        << "image " << i << " of the batch differs from image 0";
  return first;
}

void CodegenTest::compareTargets(const std::string &text, const Tensor &image,
                                 const std::vector<const Target *> &targets,
                                 Comparison compare) {
  auto module = parse(text);
  ASSERT_TRUE(module) << text;
  auto expected = interpret(mainOf(*module), image);
  ASSERT_TRUE(succeeded(expected)) << diagnostics;
  for (const Target *target : targets) {
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

void CodegenTest::expectSameBits(const std::string &text, const Tensor &image,
                                 const std::vector<const Target *> &targets) {
  compareTargets(
      text, image, targets, [](const Tensor &expected, const Tensor &got) {
        int64_t size = expected.bytes() / expected.size(), wrong = 0,
                first = -1;
        for (int64_t i = 0; i < expected.size(); ++i)
          if (std::memcmp(expected.raw() + i * size, got.raw() + i * size,
                          size)) {
            first = first < 0 ? i : first;
            ++wrong;
          }
        EXPECT_EQ(wrong, 0)
            << "of " << expected.size() << ", the first at " << first << ": "
            << element(got, std::max<int64_t>(first, 0)) << ", not "
            << element(expected, std::max<int64_t>(first, 0));
      });
}

void CodegenTest::expectNear(const std::string &text, const Tensor &image,
                             float tolerance) {
  compareTargets(text, image, runnableTargets(),
                 [=](const Tensor &expected, const Tensor &got) {
                   for (int64_t i = 0; i < expected.size(); ++i)
                     ASSERT_NEAR(got.data<float>()[i],
                                 expected.data<float>()[i], tolerance)
                         << "element " << i;
                 });
}

} // namespace mixq
