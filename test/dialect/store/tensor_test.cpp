//===- tensor_test.cpp - Tests of Tensor ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Tensor.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include <cstring>
#include <thread>

using namespace mixq;

TEST(Tensor, DefaultIsEmpty) {
  Tensor tensor;
  EXPECT_EQ(tensor.size(), 0);
  EXPECT_EQ(tensor.bytes(), 0u);
  EXPECT_EQ(tensor.raw(), nullptr);
}

TEST(Tensor, IsZeroFilledAndAligned) {
  for (int64_t size : {1, 15, 16, 17, 1000}) {
    Tensor tensor(DataType::F32, {size});
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.raw()) % 64, 0u);
    for (int64_t i = 0; i < size; ++i)
      EXPECT_EQ(tensor.data<float>()[i], 0.0f);
  }
}

TEST(Tensor, ShapeAndBytes) {
  Tensor tensor(DataType::BF16, {3, 4, 5});
  EXPECT_EQ(tensor.rank(), 3);
  EXPECT_EQ(tensor.dim(1), 4);
  EXPECT_EQ(tensor.size(), 60);
  EXPECT_EQ(tensor.bytes(), 120u);
  EXPECT_EQ(describe(tensor), "3x4x5xbf16");
}

TEST(Tensor, ScalarHasOneElement) {
  Tensor tensor(DataType::S64, {});
  EXPECT_EQ(tensor.size(), 1);
  EXPECT_EQ(describe(tensor), "s64");
}

TEST(Tensor, ExtentOfZero) {
  Tensor tensor(DataType::F32, {0, 8});
  EXPECT_EQ(tensor.size(), 0);
  EXPECT_NE(tensor.raw(), nullptr);
}

TEST(Tensor, CopiesShareUntilWritten) {
  Tensor a = Tensor::of<int32_t>({3}, {1, 2, 3});
  Tensor b = a;
  EXPECT_EQ(a.raw(), b.raw());
  b.mutableData<int32_t>()[0] = 7;
  EXPECT_NE(a.raw(), b.raw());
  EXPECT_EQ(a.data<int32_t>()[0], 1);
  EXPECT_EQ(b.data<int32_t>()[0], 7);
  EXPECT_EQ(b.data<int32_t>()[2], 3);
}

TEST(Tensor, SoleOwnerWritesInPlace) {
  Tensor a = Tensor::of<uint8_t>({2}, {1, 2});
  const uint8_t *before = a.raw();
  {
    Tensor b = a;
  }
  a.mutableData<uint8_t>()[0] = 9;
  EXPECT_EQ(a.raw(), before);
}

TEST(Tensor, ReshapedSharesBytes) {
  Tensor a = Tensor::of<float>({2, 3}, {0, 1, 2, 3, 4, 5});
  Tensor b = a.reshaped({3, 2});
  EXPECT_EQ(a.raw(), b.raw());
  EXPECT_THAT(b.shape(), testing::ElementsAre(3, 2));
  b.mutableData<float>()[0] = 9;
  EXPECT_EQ(a.data<float>()[0], 0);
}

TEST(Tensor, HashTellsContentTypeAndShape) {
  Tensor a = Tensor::of<int8_t>({4}, {1, 2, 3, 4});
  EXPECT_EQ(a.hash(), Tensor::of<int8_t>({4}, {1, 2, 3, 4}).hash());
  EXPECT_NE(a.hash(), Tensor::of<int8_t>({4}, {1, 2, 3, 5}).hash());
  EXPECT_NE(a.hash(), Tensor::of<uint8_t>({4}, {1, 2, 3, 4}).hash());
  EXPECT_NE(a.hash(), a.reshaped({2, 2}).hash());
  EXPECT_NE(Tensor(DataType::F32, {0, 1}).hash(),
            Tensor(DataType::F32, {0, 2}).hash());
}

/// Hashes stand in files: they may never change.
TEST(Tensor, HashIsStable) {
  EXPECT_EQ(Tensor::of<float>({2}, {1, 2}).hash(), 0x1ba5e2e5ec74bdfeu);
}

TEST(Tensor, SizesAndNamesOfTypes) {
  EXPECT_EQ(sizeOf(DataType::F32), 4u);
  EXPECT_EQ(sizeOf(DataType::F64), 8u);
  EXPECT_EQ(sizeOf(DataType::F16), 2u);
  EXPECT_EQ(sizeOf(DataType::BF16), 2u);
  EXPECT_EQ(sizeOf(DataType::S32), 4u);
  EXPECT_EQ(sizeOf(DataType::S64), 8u);
  EXPECT_EQ(sizeOf(DataType::S8), 1u);
  EXPECT_EQ(sizeOf(DataType::U8), 1u);
  EXPECT_STREQ(nameOf(DataType::S8), "s8");
  EXPECT_STREQ(nameOf(DataType::F32), "f32");
}

TEST(Tensor, ThreadsWriteTheirOwnCopies) {
  Tensor shared = Tensor::of<int32_t>({2}, {1, 2});
  std::vector<std::thread> threads;
  std::vector<Tensor> copies(4, shared);
  for (int32_t i = 0; i < 4; ++i)
    threads.emplace_back(
        [&, i] { copies[i].mutableData<int32_t>()[0] = 10 + i; });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(shared.data<int32_t>()[0], 1);
  for (int32_t i = 0; i < 4; ++i)
    EXPECT_EQ(copies[i].data<int32_t>()[0], 10 + i);
}
