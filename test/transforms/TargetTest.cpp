//===- TargetTest.cpp - The table of targets and its look-up --------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/codegen/Target.h"
#include "transforms/codegen/WordTile.h"

#include "transforms/codegen/Roof.h"

#include "runtime/CpuFeatures.h"

#include "llvm/ADT/STLExtras.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <limits>
#include <set>

using namespace mixq;
using testing::HasSubstr;

namespace {

std::string targetOf(const char *cpu) {
  auto target = selectTarget(cpu);
  return target ? (*target)->name.str() : llvm::toString(target.takeError());
}

bool runsHere(const Target &target) {
  return llvm::all_of(target.requiredFeatures, [](llvm::StringRef name) {
    return hasCpuFeature(name.str());
  });
}

TEST(Target, EveryTargetIsFoundByItsName) {
  std::set<std::string> names;
  for (const Target &target : allTargets()) {
    EXPECT_EQ(targetOf(target.name.data()), target.name.str());
    EXPECT_TRUE(names.insert(target.name.str()).second);
  }
}

TEST(Target, ACpuGetsTheMostCapableTargetItRuns) {
  EXPECT_EQ(targetOf("znver5"), "avx512-vbmi");
  EXPECT_EQ(targetOf("znver4"), "avx512-vbmi");
  EXPECT_EQ(targetOf("sapphirerapids"), "amx-int8");
  EXPECT_EQ(targetOf("emeraldrapids"), "amx-int8");
  EXPECT_EQ(targetOf("cascadelake"), "avx512-vnni");
  EXPECT_EQ(targetOf("icelake-server"), "avx512-vbmi");
  EXPECT_EQ(targetOf("alderlake"), "avx-vnni"); // avx2 by implication
  EXPECT_EQ(targetOf("haswell"), "x86-64-v3");
  EXPECT_EQ(targetOf("x86-64-v3"), "x86-64-v3");
  EXPECT_EQ(targetOf("znver3"), "x86-64-v3");
  // AVX-512 without VNNI.
  EXPECT_EQ(targetOf("skylake-avx512"), "x86-64-v3");
  EXPECT_EQ(targetOf("x86-64-v4"), "x86-64-v3");
}

TEST(Target, TheHostGetsWhatItsRuntimeAccepts) {
  const Target *best = nullptr;
  for (const Target &target : llvm::reverse(allTargets()))
    if (runsHere(target))
      best = &target;
  if (!best)
    GTEST_SKIP() << "SKIPPED: this CPU has no target";
  EXPECT_EQ(targetOf("host"), best->name.str());
}

TEST(Target, ThePortableTargetServesEveryCpu) {
  for (const char *cpu : {"x86-64", "x86-64-v2", "nehalem", "ivybridge"})
    EXPECT_EQ(targetOf(cpu), "x86-64");
}

TEST(Target, AnUnknownCpuIsRefused) {
  for (const char *name : {"", "z80", "X86-64-V3", "cortex-a72"})
    EXPECT_THAT(targetOf(name),
                HasSubstr("unknown target CPU '" + std::string(name) + "'"));
}

/// Else the loader would refuse every module of the target.
TEST(Target, TheRuntimeKnowsEveryRequiredFeature) {
  for (const Target &target : allTargets())
    for (llvm::StringRef feature : target.requiredFeatures)
      EXPECT_TRUE(isKnownCpuFeature(feature.str())) << feature.str();
}

TEST(Target, RoundsOfTheRoofKernelMakeATask) {
  for (const Target &target : allTargets())
    for (ProductType type : {ProductType::F32, ProductType::U8S8})
      EXPECT_EQ(kRoofMacs % roofMacsOfARound(target, type), 0)
          << target.name.str();
}

TEST(Target, TilesFitTheRegisters) {
  for (const Target &target : allTargets()) {
    int64_t registers = target.lanes == 16 ? 32 : 16;
    int64_t accumulators = target.tileRows * target.tileVectors;
    EXPECT_LT(accumulators + target.tileVectors + 1, registers)
        << target.name.str();
    // Rows of activations are padded to 64 elements: a tile stores whole
    // vectors.
    EXPECT_EQ(64 % target.tileColumns(), 0) << target.name.str();
  }
}

/// Two by two registers of 16 rows and columns hold sums.
TEST(Target, MatrixTilesFitTheRegisters) {
  for (const Target &target : allTargets())
    if (target.hasMatrices()) {
      EXPECT_LE(target.matrixRows, 32) << target.name.str();
      EXPECT_LE(target.tileColumns(), 32) << target.name.str();
    }
}

TEST(Target, MatrixStepsAreEqualAndHoldTheSum) {
  for (int64_t groups = 1; groups <= 300; ++groups) {
    MatrixSteps steps(groups);
    EXPECT_LE(steps.groups, MatrixSteps::kMostGroups);
    EXPECT_GE(steps.count * steps.groups, groups);
    EXPECT_LT(steps.count * steps.groups, groups + steps.count);
    // Rows of activations are padded to 64 codes, and none is read beyond.
    EXPECT_LE(steps.count * steps.groups * 4, llvm::alignTo(groups * 4, 64));
  }
}

/// What sums in 16-bit words cannot saturate.
TEST(Target, WordGroupsNeverSaturate) {
  for (const Target &target : allTargets())
    for (int64_t mostA : {1, 3, 7, 15, 31, 63, 127, 255})
      for (int64_t mostB = 0; mostB <= 128; ++mostB)
        EXPECT_LE(wordGroupsOf(target, mostA, mostB) * 2 * mostA * mostB,
                  std::numeric_limits<int16_t>::max())
            << target.name.str() << " " << mostA << " " << mostB;
}

/// Only a target that has vpmaddubsw, and nothing better, uses them.
TEST(Target, WordGroups) {
  for (const Target &target : allTargets()) {
    const bool usesThem = target.dot == DotProduct::Vpmaddwd256;
    EXPECT_EQ(wordGroupsOf(target, 255, 8), usesThem ? 8 : 0);
    EXPECT_EQ(wordGroupsOf(target, 255, 64), usesThem ? 1 : 0);
    EXPECT_EQ(wordGroupsOf(target, 255, 65), 0);
    // Not worth it for two, and in steps of 8 beyond 8.
    EXPECT_EQ(wordGroupsOf(target, 255, 32), usesThem ? 1 : 0);
    EXPECT_EQ(wordGroupsOf(target, 255, 9), usesThem ? 7 : 0);
    EXPECT_EQ(wordGroupsOf(target, 255, 3), usesThem ? 16 : 0);
    EXPECT_EQ(wordGroupsOf(target, 15, 15), usesThem ? 32 : 0);
  }
}

} // namespace
