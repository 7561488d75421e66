//===- NpyTest.cpp - Tests of npy files -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npy.h"

#include <cstring>
#include <limits>

#include "test/runtime/TestModule.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace mixq {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<uint8_t>;
using Shape = std::vector<uint64_t>;

/// A version 1.0 file with `header` and `dataSize` zero bytes.
Bytes makeFile(const std::string &header, size_t dataSize) {
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  bytes.push_back(header.size() & 0xff);
  bytes.push_back(header.size() >> 8);
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.resize(bytes.size() + dataSize);
  return bytes;
}

std::string withShape(const std::string &shape) {
  return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }\n";
}

TEST(Npy, RoundTrip) {
  const std::vector<float> data = {1.5f, -0.0f, 3e38f, 1e-40f, -2, 7};
  for (const Shape &shape : {Shape{6}, Shape{2, 3}, Shape{1, 3, 2, 1}}) {
    const Bytes bytes = formatNpy(shape, data);
    auto tensor = parseNpy(bytes);
    ASSERT_TRUE(tensor.ok()) << tensor.status();
    EXPECT_EQ(tensor->shape, shape);
    EXPECT_EQ(std::memcmp(tensor->data.data(), data.data(), 24), 0);
  }
}

TEST(Npy, ScalarsAndEmptyTensors) {
  const float one = 1;
  auto scalar = parseNpy(formatNpy({}, absl::MakeConstSpan(&one, 1)));
  ASSERT_TRUE(scalar.ok()) << scalar.status();
  EXPECT_TRUE(scalar->shape.empty());
  auto empty = parseNpy(formatNpy({0, 5}, {}));
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->shape, (Shape{0, 5}));
}

/// numpy.save(numpy.zeros((2, 1), "<f4")), numpy 2.
TEST(Npy, MatchesNumpy) {
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, "
                       "1), }";
  header.resize(117, ' ');
  EXPECT_EQ(formatNpy({2, 1}, {0, 0}), makeFile(header + "\n", 8));
}

TEST(Npy, EveryTruncationFails) {
  const Bytes bytes = formatNpy({2, 3}, {1, 2, 3, 4, 5, 6});
  for (size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(parseNpy(Bytes(bytes.begin(), bytes.begin() + size)).ok());
}

TEST(Npy, MalformedFiles) {
  EXPECT_TRUE(parseNpy(makeFile(withShape("(2, 3)"), 24)).ok());
  EXPECT_TRUE(parseNpy(makeFile(withShape("(6,)"), 24)).ok());
  const std::pair<std::string, size_t> cases[] = {
      {withShape("(2, 3)"), 23},
      {withShape("(2, 3)"), 25},
      {withShape("(6)"), 24},
      {withShape("(2 3)"), 24},
      {withShape("(,)"), 0},
      {withShape("(-1,)"), 0},
      {withShape("(2, 3"), 24},
      {withShape("(18446744073709551616,)"), 0},
      {withShape("(4294967296, 4294967296)"), 0},
      {withShape("(4611686018427387904, 4)"), 0},
      {withShape("(2, 3)") + "x", 24},
      {withShape("(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,"
                 "1,1,1,1)"),
       4},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", 8},
      {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4},
      {"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 4},
      {"{'descr': '<f4', 'fortran_order': True, 'shape': (1,), }", 4},
      {"{'descr': '<f4', 'shape': (1,), }", 4},
      {"", 0}};
  for (const auto &c : cases)
    EXPECT_FALSE(parseNpy(makeFile(c.first, c.second)).ok()) << c.first;
  Bytes version2 = makeFile(withShape("(1,)"), 4);
  version2[6] = 2;
  EXPECT_FALSE(parseNpy(version2).ok());
}

TEST(Npy, FilesAndTheirErrors) {
  const std::string path = test::scratchFolder() + "/a.npy";
  ASSERT_TRUE(writeNpy(path, {2}, {1, 2}).ok());
  EXPECT_EQ(readNpy(path)->data, (std::vector<float>{1, 2}));
  const std::string bad = test::writeScratch("bad.npy", {1, 2, 3});
  EXPECT_THAT(std::string(readNpy(bad).status().message()),
              HasSubstr("bad.npy: npy: not an .npy file"));
}

} // namespace
} // namespace mixq
