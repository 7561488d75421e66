//===- parameter_store_test.cpp - Tests of ParameterStore -----------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/ParameterStore.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

using namespace mixq;
using testing::HasSubstr;

TEST(ParameterStore, FindsByNameAndHash) {
  ParameterStore store;
  uint64_t hash = store.insert("w", Tensor::of<float>({2}, {1, 2}));
  EXPECT_TRUE(store.contains("w"));
  EXPECT_FALSE(store.contains("v"));
  auto tensor = store.lookup("w", hash);
  ASSERT_TRUE(tensor.ok()) << tensor.status();
  EXPECT_EQ(tensor->data<float>()[1], 2);
}

TEST(ParameterStore, NameIsAbsent) {
  ParameterStore store;
  store.insert("v", Tensor::of<float>({1}, {1}));
  EXPECT_EQ(store.lookup("w", 0).status().message(),
            "parameter 'w' is not among the 1 loaded parameters");
}

TEST(ParameterStore, HashDiffers) {
  ParameterStore store;
  store.insert("w", Tensor::of<float>({2}, {1, 2}));
  absl::Status status = store.lookup("w", 0xabc).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status));
  EXPECT_THAT(status.message(),
              HasSubstr("parameter 'w' has the content hash 1ba5e2e5ec74bdfe, "
                        "not 0000000000000abc"));
}

TEST(ParameterStore, InsertReplaces) {
  ParameterStore store;
  uint64_t before = store.insert("w", Tensor::of<float>({1}, {1}));
  uint64_t after = store.insert("w", Tensor::of<float>({1}, {2}));
  EXPECT_NE(before, after);
  EXPECT_FALSE(store.lookup("w", before).ok());
  EXPECT_TRUE(store.lookup("w", after).ok());
}

TEST(ParameterStore, StoredContentNeverChanges) {
  ParameterStore store;
  Tensor tensor = Tensor::of<float>({1}, {1});
  uint64_t hash = store.insert("w", tensor);
  tensor.mutableData<float>()[0] = 5;
  Tensor read = *store.lookup("w", hash);
  read.mutableData<float>()[0] = 6;
  EXPECT_EQ(store.lookup("w", hash)->data<float>()[0], 1);
}

TEST(ParameterStore, SavesAndLoads) {
  std::string path = testing::TempDir() + "/store.safetensors";
  ParameterStore store;
  uint64_t w = store.insert("w", Tensor::of<float>({2, 1}, {1, 2}));
  uint64_t z = store.insert("z", Tensor::of<uint8_t>({1}, {200}));
  ASSERT_TRUE(store.save(path).ok());
  ParameterStore loaded;
  ASSERT_TRUE(loaded.load(path).ok());
  EXPECT_TRUE(loaded.lookup("w", w).ok());
  EXPECT_TRUE(loaded.lookup("z", z).ok());
  loaded.clear();
  EXPECT_FALSE(loaded.contains("w"));
  EXPECT_FALSE(loaded.load(path + ".none").ok());
}

TEST(ParameterStore, AddsAnotherStore) {
  ParameterStore store, other;
  uint64_t hash = other.insert("w", Tensor::of<float>({1}, {3}));
  store.insert("w", Tensor::of<float>({1}, {1}));
  store.insert("v", Tensor::of<float>({1}, {1}));
  store.addAll(other);
  EXPECT_EQ(store.lookup("w", hash)->raw(), other.lookup("w", hash)->raw());
  EXPECT_TRUE(store.contains("v"));
}

TEST(ParameterStore, HashesAsText) {
  EXPECT_EQ(formatHash(0xabc), "0000000000000abc");
  EXPECT_EQ(parseHash("0123456789abcdef"), 0x0123456789abcdefu);
  EXPECT_EQ(parseHash(formatHash(UINT64_MAX)), UINT64_MAX);
  for (const char *text : {"", "abc", "0123456789ABCDEF", "0123456789abcdefa",
                           "0x23456789abcdef", "0123456789abcde "})
    EXPECT_EQ(parseHash(text), std::nullopt) << text;
}
