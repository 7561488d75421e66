//===- SafetensorsSeeds.cpp - Seeds of the safetensors fuzzer -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/Seeds.h"

#include <cstring>

static std::string archiveOf(const std::string &header, size_t dataSize) {
  const uint64_t length = header.size();
  std::string file(sizeof(length), '\0');
  std::memcpy(file.data(), &length, sizeof(length));
  return file + header + std::string(dataSize, '\1');
}

int main(int, char **argv) {
  mixq::fuzz::SeedWriter seeds(argv[1]);
  seeds.write(archiveOf("{}", 0));
  seeds.write(archiveOf(
      R"({"__metadata__":{"format":"pt"},)"
      R"("a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
      R"("b":{"dtype":"I8","shape":[4],"data_offsets":[24,28]},)"
      R"("none":{"dtype":"U8","shape":[0,7],"data_offsets":[28,28]},)"
      R"("scalar":{"dtype":"BF16","shape":[],"data_offsets":[28,30]}})",
      30));
  seeds.write(
      archiveOf(R"({"x":{"dtype":"I64","shape":[1,1,1],"data_offsets":[0,8]},)"
                R"("y":{"dtype":"F64","shape":[1],"data_offsets":[8,16]},)"
                R"("z":{"dtype":"F16","shape":[2,2],"data_offsets":[16,24]}})",
                24));
  return 0;
}
