//===- Tensor.cpp - A dense tensor in host memory -------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/Tensor.h"

#include <xxhash.h>

#include <atomic>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

using namespace mixq;

namespace {

constexpr size_t kAlignment = 64;

struct TypeInfo {
  const char *name;
  size_t size;
};

/// In the order of DataType.
constexpr TypeInfo kTypes[] = {{"f32", 4}, {"f64", 8}, {"f16", 2}, {"bf16", 2},
                               {"s32", 4}, {"s64", 8}, {"s8", 1},  {"u8", 1}};

std::shared_ptr<uint8_t> allocate(size_t bytes) {
  // Never 0 bytes, so that an empty tensor differs from no tensor.
  size_t rounded = (bytes / kAlignment + 1) * kAlignment;
  auto *memory =
      static_cast<uint8_t *>(std::aligned_alloc(kAlignment, rounded));
  if (!memory)
    throw std::bad_alloc();
  return std::shared_ptr<uint8_t>(memory, std::free);
}

int64_t product(const std::vector<int64_t> &extents) {
  int64_t result = 1;
  for (int64_t extent : extents) {
    assert(extent >= 0 && "negative extent");
    result *= extent;
  }
  return result;
}

} // namespace

size_t mixq::sizeOf(DataType type) {
  return kTypes[static_cast<size_t>(type)].size;
}

const char *mixq::nameOf(DataType type) {
  return kTypes[static_cast<size_t>(type)].name;
}

Tensor::Tensor(DataType type, std::vector<int64_t> shape)
    : elementType(type), extents(std::move(shape)) {
  size_t bytes = product(extents) * sizeOf(type);
  storage = allocate(bytes);
  std::memset(storage.get(), 0, bytes);
}

int64_t Tensor::size() const { return storage ? product(extents) : 0; }

uint8_t *Tensor::mutableRaw() {
  if (storage.use_count() > 1) {
    std::shared_ptr<uint8_t> copy = allocate(bytes());
    std::memcpy(copy.get(), storage.get(), bytes());
    storage = std::move(copy);
    return storage.get();
  }
  // Another thread may just have dropped its copy: its reads come first.
  std::atomic_thread_fence(std::memory_order_acquire);
  return storage.get();
}

Tensor Tensor::reshaped(std::vector<int64_t> shape) const {
  assert(product(shape) == size() && "reshape to another number of elements");
  Tensor result = *this;
  result.extents = std::move(shape);
  return result;
}

uint64_t Tensor::hash() const {
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  const uint64_t head[] = {static_cast<uint64_t>(elementType), extents.size()};
  XXH3_64bits_update(&state, head, sizeof(head));
  XXH3_64bits_update(&state, extents.data(), extents.size() * sizeof(int64_t));
  XXH3_64bits_update(&state, raw(), bytes());
  return XXH3_64bits_digest(&state);
}

std::string mixq::describe(const Tensor &tensor) {
  std::string text;
  for (int64_t extent : tensor.shape())
    text += std::to_string(extent) + "x";
  return text + nameOf(tensor.type());
}
