//===- Seeds.h - Writing a seed corpus --------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the programs that write seed corpora share: each is called with the
// folder to fill and the files it may take seeds from.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_FUZZ_SEEDS_H
#define MIXQ_TEST_FUZZ_SEEDS_H

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace mixq {
namespace fuzz {

/// Writes the seeds, one file each, into a folder.
class SeedWriter {
public:
  explicit SeedWriter(std::string folder) : folder(std::move(folder)) {}

  void write(const std::string &bytes) {
    const std::string path = folder + "/seed" + std::to_string(count++);
    std::ofstream(path, std::ios::binary) << bytes;
  }
  void write(const std::vector<uint8_t> &bytes) {
    write(std::string(bytes.begin(), bytes.end()));
  }

private:
  std::string folder;
  int count = 0;
};

inline std::string readText(const char *path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

} // namespace fuzz
} // namespace mixq

#endif // MIXQ_TEST_FUZZ_SEEDS_H
