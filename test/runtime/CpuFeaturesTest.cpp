//===- CpuFeaturesTest.cpp - Tests of CPU features ------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/CpuFeatures.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "gtest/gtest.h"

namespace mixq {
namespace {

/// What the kernel says about the first CPU: it hides what it does not enable.
std::set<std::string> kernelFlags() {
  std::ifstream file("/proc/cpuinfo");
  std::string line;
  while (std::getline(file, line))
    if (line.rfind("flags", 0) == 0)
      break;
  std::istringstream words(
      line.substr(std::min<size_t>(line.find(':') + 1, line.size())));
  std::set<std::string> flags;
  for (std::string word; words >> word;)
    flags.insert(word);
  return flags;
}

TEST(CpuFeatures, AgreeWithTheKernel) {
  const std::map<std::string, std::string> names = {
      {"sse2", "sse2"},
      {"sse3", "pni"},
      {"ssse3", "ssse3"},
      {"sse4.1", "sse4_1"},
      {"sse4.2", "sse4_2"},
      {"popcnt", "popcnt"},
      {"movbe", "movbe"},
      {"lzcnt", "abm"},
      {"bmi", "bmi1"},
      {"bmi2", "bmi2"},
      {"f16c", "f16c"},
      {"fma", "fma"},
      {"avx", "avx"},
      {"avx2", "avx2"},
      {"avxvnni", "avx_vnni"},
      {"avx512f", "avx512f"},
      {"avx512bw", "avx512bw"},
      {"avx512cd", "avx512cd"},
      {"avx512dq", "avx512dq"},
      {"avx512vl", "avx512vl"},
      {"avx512vbmi", "avx512vbmi"},
      {"avx512vbmi2", "avx512_vbmi2"},
      {"avx512vnni", "avx512_vnni"},
      {"avx512bitalg", "avx512_bitalg"},
      {"avx512vpopcntdq", "avx512_vpopcntdq"},
      {"avx512bf16", "avx512_bf16"},
      {"avx512fp16", "avx512_fp16"},
      {"amx-bf16", "amx_bf16"},
      {"amx-tile", "amx_tile"},
      {"amx-int8", "amx_int8"},
      {"gfni", "gfni"},
  };
  const std::set<std::string> flags = kernelFlags();
  ASSERT_FALSE(flags.empty());
  for (const auto &name : names) {
    EXPECT_TRUE(isKnownCpuFeature(name.first)) << name.first;
    EXPECT_EQ(hasCpuFeature(name.first), flags.count(name.second) != 0)
        << name.first;
  }
}

TEST(CpuFeatures, UnknownNames) {
  for (const char *name : {"", "avx1024", "AVX2", "avx2 ", "+avx2"}) {
    EXPECT_FALSE(isKnownCpuFeature(name));
    EXPECT_FALSE(hasCpuFeature(name));
  }
}

TEST(CpuFeatures, HostListsWhatItHas) {
  const auto host = hostCpuFeatures();
  EXPECT_GE(host.size(), 6); // the baseline of x86-64
  for (const std::string &name : host)
    EXPECT_TRUE(hasCpuFeature(name));
}

} // namespace
} // namespace mixq
