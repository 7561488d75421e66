//===- ModuleVerifierTest.cpp - Tests of the verifier ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rules M1 to M19 of docs/format.md, each broken on its own in a module
// whose hashes are right.
//
//===----------------------------------------------------------------------===//

#include "runtime/ModuleVerifier.h"

#include <cmath>
#include <functional>
#include <limits>

#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using schema::ElementType;
using schema::HeaderT;
using schema::Space;
using ::testing::HasSubstr;

constexpr uint64_t most = UINT64_MAX;

struct Case {
  const char *rule;
  const char *what;
  std::function<void(HeaderT &)> change;
};

void PrintTo(const Case &c, std::ostream *out) { *out << c.what; }

class ModuleVerifier : public ::testing::TestWithParam<Case> {};

TEST_P(ModuleVerifier, BrokenRuleIsNamed) {
  HeaderT header = test::makeHeader();
  GetParam().change(header);
  auto result = verifyModule(test::assemble(header));
  ASSERT_FALSE(result.ok()) << GetParam().what;
  EXPECT_THAT(std::string(result.status().message()),
              HasSubstr(GetParam().rule))
      << GetParam().what;
}

schema::ArgumentT &argument(HeaderT &h, int step, int index) {
  return *h.steps[step]->arguments[index];
}

const float nan = std::numeric_limits<float>::quiet_NaN();
const float infinity = std::numeric_limits<float>::infinity();

const Case textCases[] = {
    {"(M1)", "empty producer", [](HeaderT &h) { h.producer = ""; }},
    {"(M1)", "long model", [](HeaderT &h) { h.model.assign(257, 'x'); }},
    {"(M1)", "escape in precision",
     [](HeaderT &h) { h.precision = "\x1b[31m"; }},
    {"(M1)", "broken UTF-8 in target", [](HeaderT &h) { h.target = "\xff"; }},
    {"(M1)", "long provenance",
     [](HeaderT &h) { h.provenance.assign(1025, 'x'); }},
    {"(M2)", "unknown feature",
     [](HeaderT &h) { h.features.push_back("avx1024"); }},
    {"(M2)", "repeated feature",
     [](HeaderT &h) { h.features.push_back("sse2"); }},
    {"(M2)", "many features", [](HeaderT &h) { h.features.resize(65, "x"); }},
    {"(M6)", "one class name short",
     [](HeaderT &h) { h.class_names.pop_back(); }},
    {"(M6)", "one class name more",
     [](HeaderT &h) { h.class_names.push_back("x"); }},
    {"(M6)", "line break in a class name",
     [](HeaderT &h) { h.class_names[3] = "a\nb"; }},
    {"(M6)", "long class name",
     [](HeaderT &h) { h.class_names[3].assign(1025, 'x'); }}};
INSTANTIATE_TEST_SUITE_P(Texts, ModuleVerifier, ::testing::ValuesIn(textCases));

const Case signatureCases[] = {
    {"(M3)", "no channels", [](HeaderT &h) { h.signature->channels = 0; }},
    {"(M3)", "65 channels", [](HeaderT &h) { h.signature->channels = 65; }},
    {"(M3)", "no height", [](HeaderT &h) { h.signature->height = 0; }},
    {"(M3)", "height -1", [](HeaderT &h) { h.signature->height = ~0U; }},
    {"(M3)", "no width", [](HeaderT &h) { h.signature->width = 0; }},
    {"(M3)", "width -1", [](HeaderT &h) { h.signature->width = ~0U; }},
    {"(M3)", "no classes", [](HeaderT &h) { h.signature->classes = 0; }},
    {"(M3)", "classes -1", [](HeaderT &h) { h.signature->classes = ~0U; }},
    {"(M3)", "an input of 64 GiB",
     [](HeaderT &h) {
       h.signature->channels = 64;
       h.signature->height = h.signature->width = 16384;
     }},
    {"(M7)", "no arena", [](HeaderT &h) { h.arena_size = 0; }},
    {"(M7)", "arena not aligned", [](HeaderT &h) { h.arena_size = 257; }},
    {"(M7)", "arena over 4 GiB",
     [](HeaderT &h) { h.arena_size = (uint64_t{4} << 30) + 64; }},
    {"(M7)", "arena -1", [](HeaderT &h) { h.arena_size = most; }},
    {"(M8)", "output not aligned",
     [](HeaderT &h) { h.signature->output_offset = 4; }},
    {"(M8)", "output outside",
     [](HeaderT &h) { h.signature->output_offset = 192; }},
    {"(M8)", "output wraps",
     [](HeaderT &h) { h.signature->output_offset = most - 63; }}};
INSTANTIATE_TEST_SUITE_P(Signature, ModuleVerifier,
                         ::testing::ValuesIn(signatureCases));

const Case preprocessingCases[] = {
    {"(M4)", "resize below the width",
     [](HeaderT &h) { h.preprocessing->resize = 3; }},
    {"(M4)", "resize 65537",
     [](HeaderT &h) { h.preprocessing->resize = 65537; }},
    {"(M4)", "resize_width below the width",
     [](HeaderT &h) { h.preprocessing->resize_width = 3; }},
    {"(M4)", "resize_width 65537",
     [](HeaderT &h) { h.preprocessing->resize_width = 65537; }},
    {"(M4)", "keep_ratio without resize_width",
     [](HeaderT &h) { h.preprocessing->keep_ratio = true; }},
    {"(M4)", "unknown interpolation",
     [](HeaderT &h) {
       h.preprocessing->interpolation = schema::Interpolation(2);
     }},
    {"(M5)", "two means", [](HeaderT &h) { h.preprocessing->mean.pop_back(); }},
    {"(M5)", "four stds",
     [](HeaderT &h) { h.preprocessing->std.push_back(1); }},
    {"(M5)", "mean NaN", [](HeaderT &h) { h.preprocessing->mean[0] = nan; }},
    {"(M5)", "std 0", [](HeaderT &h) { h.preprocessing->std[1] = 0; }},
    {"(M5)", "std -1", [](HeaderT &h) { h.preprocessing->std[1] = -1; }},
    {"(M5)", "std denormal",
     [](HeaderT &h) { h.preprocessing->std[1] = 1e-40f; }},
    {"(M5)", "std infinite",
     [](HeaderT &h) { h.preprocessing->std[2] = infinity; }},
    {"(M5)", "std NaN", [](HeaderT &h) { h.preprocessing->std[2] = nan; }}};
INSTANTIATE_TEST_SUITE_P(Preprocessing, ModuleVerifier,
                         ::testing::ValuesIn(preprocessingCases));

const Case layerCases[] = {
    {"(M9)", "layer without a name",
     [](HeaderT &h) { h.layers[0]->name = ""; }},
    {"(M9)", "tab in a kind", [](HeaderT &h) { h.layers[0]->kind = "\t"; }},
    {"(M9)", "macs -1", [](HeaderT &h) { h.layers[0]->macs = most; }},
    {"(M10)", "weights outside",
     [](HeaderT &h) { h.layers[0]->weights_offset = 64; }},
    {"(M10)", "weights behind the end",
     [](HeaderT &h) { h.layers[0]->weights_offset = 128; }},
    {"(M10)", "weights not aligned",
     [](HeaderT &h) { h.layers[0]->weights_offset = 1; }},
    {"(M10)", "weights wrap",
     [](HeaderT &h) { h.layers[0]->weights_offset = most - 63; }},
    {"(M10)", "size -1", [](HeaderT &h) { h.layers[0]->weights_size = most; }},
    {"(M11)", "size one short",
     [](HeaderT &h) { h.layers[0]->weights_size = 95; }},
    {"(M11)", "16 bits", [](HeaderT &h) { h.layers[0]->weights_size = 48; }},
    {"(M11)", "1 bit", [](HeaderT &h) { h.layers[0]->weights_size = 3; }},
    {"(M11)", "no bits", [](HeaderT &h) { h.layers[0]->weights_size = 0; }},
    {"(M11)", "weights of no elements",
     [](HeaderT &h) {
       h.layers[0]->parameters = h.layers[0]->packed_elements = 0;
     }},
    {"(M11)", "more parameters than elements",
     [](HeaderT &h) { h.layers[0]->parameters = 25; }},
    {"(M11)", "elements whose bits wrap",
     [](HeaderT &h) { h.layers[0]->packed_elements = most / 8 + 25; }}};
INSTANTIATE_TEST_SUITE_P(Layers, ModuleVerifier,
                         ::testing::ValuesIn(layerCases));

const Case kernelCases[] = {
    {"(M12)", "no kernels", [](HeaderT &h) { h.kernels.clear(); }},
    {"(M12)", "kernel without a name",
     [](HeaderT &h) { h.kernels[0]->name = ""; }},
    {"(M12)", "kernel without an op",
     [](HeaderT &h) { h.kernels[1]->op = ""; }},
    {"(M13)", "kernel at the end of the code",
     [](HeaderT &h) { h.kernels[0]->offset = test::makeCode().size(); }},
    {"(M13)", "kernel at -1", [](HeaderT &h) { h.kernels[1]->offset = most; }},
    {"(M14)", "unknown element type",
     [](HeaderT &h) { h.kernels[0]->lhs = ElementType(4); }},
    {"(M14)", "unknown result type",
     [](HeaderT &h) { h.kernels[0]->result = ElementType(255); }},
    {"(M14)", "half a product",
     [](HeaderT &h) { h.kernels[0]->rhs = ElementType::None; }}};
INSTANTIATE_TEST_SUITE_P(Kernels, ModuleVerifier,
                         ::testing::ValuesIn(kernelCases));

const Case stepCases[] = {
    {"(M15)", "no steps", [](HeaderT &h) { h.steps.clear(); }},
    {"(M15)", "long step name",
     [](HeaderT &h) { h.steps[0]->name.assign(257, 'x'); }},
    {"(M16)", "kernel n", [](HeaderT &h) { h.steps[0]->kernel = 2; }},
    {"(M16)", "kernel -1", [](HeaderT &h) { h.steps[1]->kernel = ~0U; }},
    {"(M17)", "no tasks", [](HeaderT &h) { h.steps[0]->tasks = 0; }},
    {"(M17)", "tasks -1", [](HeaderT &h) { h.steps[0]->tasks = ~0U; }},
    {"(M17)", "macs -1", [](HeaderT &h) { h.steps[0]->macs = most; }},
    {"(M18)", "no arguments",
     [](HeaderT &h) { h.steps[0]->arguments.clear(); }},
    {"(M18)", "65 arguments",
     [](HeaderT &h) {
       for (int i = 0; i < 63; ++i)
         h.steps[1]->arguments.push_back(
             std::make_unique<schema::ArgumentT>(argument(h, 1, 0)));
     }},
    {"(M18)", "unknown space",
     [](HeaderT &h) { argument(h, 0, 0).space = Space(3); }},
    {"(M19)", "argument of no bytes",
     [](HeaderT &h) { argument(h, 0, 2).size = 0; }},
    {"(M19)", "part of the input",
     [](HeaderT &h) { argument(h, 0, 0).size = 92; }},
    {"(M19)", "input from 64",
     [](HeaderT &h) { argument(h, 0, 0).offset = 64; }},
    {"(M19)", "arena not aligned",
     [](HeaderT &h) { argument(h, 1, 1).offset = 32; }},
    {"(M19)", "past the arena",
     [](HeaderT &h) { argument(h, 1, 1).offset = 192; }},
    {"(M19)", "arena at -64",
     [](HeaderT &h) { argument(h, 1, 1).offset = most - 63; }},
    {"(M19)", "arena of -1 bytes",
     [](HeaderT &h) { argument(h, 1, 1).size = most; }},
    {"(M19)", "past the constants",
     [](HeaderT &h) { argument(h, 0, 1).size = 97; }},
    {"(M19)", "constants not aligned", [](HeaderT &h) {
       argument(h, 0, 1).offset = argument(h, 0, 1).size = 4;
     }}};
INSTANTIATE_TEST_SUITE_P(Steps, ModuleVerifier, ::testing::ValuesIn(stepCases));

TEST(ModuleVerifierLimits, AtTheLimitIsAccepted) {
  HeaderT header = test::makeHeader();
  header.model.assign(256, 'x');
  header.class_names[0].assign(1024, 'x');
  header.class_names[1] = "\xc3\xa9t\xc3\xa9 \xf0\x9f\x90\x9f";
  header.preprocessing->resize = 65536;
  header.steps[0]->tasks = 0x7fffffff;
  header.arena_size = uint64_t{4} << 30;
  auto result = verifyModule(test::assemble(header));
  EXPECT_TRUE(result.ok()) << result.status();
}

TEST(ModuleVerifierLimits, WidthsFromTheSizes) {
  for (uint32_t bits : {2U, 3U, 4U, 5U, 6U, 7U, 8U, 32U}) {
    HeaderT header = test::makeHeader();
    header.layers[0]->weights_size = test::elements * bits / 8;
    const auto file = test::assemble(header);
    auto container = verifyModule(file);
    ASSERT_TRUE(container.ok()) << container.status();
    EXPECT_EQ(weightBits(*container->header->layers()->Get(0)), bits);
  }
}

TEST(ModuleVerifierLimits, LongTablesAreRefused) {
  HeaderT header = test::makeHeader();
  schema::LayerT small;
  small.name = small.kind = "x";
  for (int i = 0; i < 65536; ++i)
    header.layers.push_back(std::make_unique<schema::LayerT>(small));
  auto result = verifyModule(test::assemble(header));
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("(M9)"));
}

TEST(ModuleVerifierLimits, MisalignedMemoryIsRefused) {
  std::vector<uint8_t> file = test::makeModule();
  file.insert(file.begin(), 0);
  EXPECT_FALSE(verifyModule(absl::MakeConstSpan(file).subspan(1)).ok());
}

} // namespace
} // namespace mixq
