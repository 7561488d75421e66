//===- CpuFeatures.cpp - What this CPU can do -----------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/CpuFeatures.h"

#include <cpuid.h>
#include <cstdint>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace mixq {
namespace {

enum Register { eax, ebx, ecx, edx };

/// Register state that the operating system must save: bits of XCR0.
enum State : uint64_t {
  none = 0,
  ymm = 0x06,             // SSE, AVX
  zmm = 0xe6,             // and opmask, upper halves, upper sixteen
  amx = 1 << 17 | 1 << 18 // the shapes of matrix registers, and what they hold
};

struct Feature {
  const char *name;
  uint32_t leaf;
  uint32_t subleaf;
  Register reg;
  int bit;
  State state;
};

constexpr uint32_t extended = 0x80000001;

constexpr Feature features[] = {
    {"cx8", 1, 0, edx, 8, none},
    {"cmov", 1, 0, edx, 15, none},
    {"mmx", 1, 0, edx, 23, none},
    {"fxsr", 1, 0, edx, 24, none},
    {"sse", 1, 0, edx, 25, none},
    {"sse2", 1, 0, edx, 26, none},
    {"sse3", 1, 0, ecx, 0, none},
    {"pclmul", 1, 0, ecx, 1, none},
    {"ssse3", 1, 0, ecx, 9, none},
    {"fma", 1, 0, ecx, 12, ymm},
    {"cx16", 1, 0, ecx, 13, none},
    {"sse4.1", 1, 0, ecx, 19, none},
    {"sse4.2", 1, 0, ecx, 20, none},
    {"movbe", 1, 0, ecx, 22, none},
    {"popcnt", 1, 0, ecx, 23, none},
    {"aes", 1, 0, ecx, 25, none},
    {"xsave", 1, 0, ecx, 27, none}, // OSXSAVE: switched on
    {"avx", 1, 0, ecx, 28, ymm},
    {"f16c", 1, 0, ecx, 29, ymm},
    {"sahf", extended, 0, ecx, 0, none},
    {"lzcnt", extended, 0, ecx, 5, none},
    {"bmi", 7, 0, ebx, 3, none},
    {"avx2", 7, 0, ebx, 5, ymm},
    {"bmi2", 7, 0, ebx, 8, none},
    {"avx512f", 7, 0, ebx, 16, zmm},
    {"avx512dq", 7, 0, ebx, 17, zmm},
    {"avx512ifma", 7, 0, ebx, 21, zmm},
    {"avx512cd", 7, 0, ebx, 28, zmm},
    {"avx512bw", 7, 0, ebx, 30, zmm},
    {"avx512vl", 7, 0, ebx, 31, zmm},
    {"avx512vbmi", 7, 0, ecx, 1, zmm},
    {"avx512vbmi2", 7, 0, ecx, 6, zmm},
    {"gfni", 7, 0, ecx, 8, none},
    {"vaes", 7, 0, ecx, 9, ymm},
    {"vpclmulqdq", 7, 0, ecx, 10, ymm},
    {"avx512vnni", 7, 0, ecx, 11, zmm},
    {"avx512bitalg", 7, 0, ecx, 12, zmm},
    {"avx512vpopcntdq", 7, 0, ecx, 14, zmm},
    {"avx512vp2intersect", 7, 0, edx, 8, zmm},
    {"amx-bf16", 7, 0, edx, 22, amx},
    {"avx512fp16", 7, 0, edx, 23, zmm},
    {"amx-tile", 7, 0, edx, 24, amx},
    {"amx-int8", 7, 0, edx, 25, amx},
    {"avxvnni", 7, 1, eax, 4, ymm},
    {"avx512bf16", 7, 1, eax, 5, zmm},
    {"avxifma", 7, 1, eax, 23, ymm},
    {"avxvnniint8", 7, 1, edx, 4, ymm},
    {"avxvnniint16", 7, 1, edx, 10, ymm},
};

const Feature *find(absl::string_view name) {
  for (const Feature &feature : features)
    if (name == feature.name)
      return &feature;
  return nullptr;
}

bool cpuidBit(uint32_t leaf, uint32_t subleaf, Register reg, int bit) {
  uint32_t values[4] = {};
  if (!__get_cpuid_count(leaf, subleaf, &values[eax], &values[ebx],
                         &values[ecx], &values[edx]))
    return false;
  return (values[reg] >> bit & 1) != 0;
}

/// Leaf 7 states its highest subleaf in eax of subleaf 0.
bool hasSubleaf(uint32_t leaf, uint32_t subleaf) {
  uint32_t a = 0, b = 0, c = 0, d = 0;
  return subleaf == 0 ||
         (__get_cpuid_count(leaf, 0, &a, &b, &c, &d) && a >= subleaf);
}

__attribute__((target("xsave"))) uint64_t enabledStates() { return _xgetbv(0); }

/// Linux lets a process use matrix registers once it has asked (since 5.16;
/// Documentation/arch/x86/xstate.rst). To ask again changes nothing.
bool isStatePermitted(State state) {
  constexpr long requestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
  constexpr long matrixRegisters = 18;       // XFEATURE_XTILEDATA
  return state != amx ||
         syscall(SYS_arch_prctl, requestPermission, matrixRegisters) == 0;
}

bool isStateSaved(State state) {
  constexpr int osxsave = 27;
  if (state == none)
    return true;
  return cpuidBit(1, 0, ecx, osxsave) && (enabledStates() & state) == state &&
         isStatePermitted(state);
}

bool isPresent(const Feature &feature) {
  return hasSubleaf(feature.leaf, feature.subleaf) &&
         cpuidBit(feature.leaf, feature.subleaf, feature.reg, feature.bit) &&
         isStateSaved(feature.state);
}

} // namespace

bool isKnownCpuFeature(absl::string_view name) { return find(name) != nullptr; }

bool hasCpuFeature(absl::string_view name) {
  const Feature *feature = find(name);
  return feature != nullptr && isPresent(*feature);
}

std::vector<std::string> hostCpuFeatures() {
  std::vector<std::string> names;
  for (const Feature &feature : features)
    if (isPresent(feature))
      names.emplace_back(feature.name);
  return names;
}

} // namespace mixq
