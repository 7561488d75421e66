//===- Tensor.h - A dense tensor in host memory -----------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The value that checkpoints, the parameter store and the interpreter exchange:
// element type, shape, and shared, row-major, 64-byte aligned bytes. Copies
// share the bytes; mutableData() makes them unique first (copy on write).
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_DIALECT_STORE_TENSOR_H
#define MIXQ_DIALECT_STORE_TENSOR_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mixq {

enum class DataType : uint8_t { F32, F64, F16, BF16, S32, S64, S8, U8 };

/// Bytes of one element.
size_t sizeOf(DataType type);
/// "f32", "s8", ... as error messages name it.
const char *nameOf(DataType type);

template <typename T> struct DataTypeOf;
template <> struct DataTypeOf<float> {
  static constexpr DataType value = DataType::F32;
};
template <> struct DataTypeOf<double> {
  static constexpr DataType value = DataType::F64;
};
template <> struct DataTypeOf<int32_t> {
  static constexpr DataType value = DataType::S32;
};
template <> struct DataTypeOf<int64_t> {
  static constexpr DataType value = DataType::S64;
};
template <> struct DataTypeOf<int8_t> {
  static constexpr DataType value = DataType::S8;
};
template <> struct DataTypeOf<uint8_t> {
  static constexpr DataType value = DataType::U8;
};

class Tensor {
public:
  Tensor() = default;
  /// Zero-filled. The product of `shape` times the element size must fit in
  /// memory; every extent is >= 0.
  Tensor(DataType type, std::vector<int64_t> shape);

  template <typename T>
  static Tensor of(std::vector<int64_t> shape, const std::vector<T> &values);

  DataType type() const { return elementType; }
  const std::vector<int64_t> &shape() const { return extents; }
  int64_t rank() const { return static_cast<int64_t>(extents.size()); }
  int64_t dim(int64_t axis) const { return extents[axis]; }
  /// The number of elements; 0 for the default-constructed tensor.
  int64_t size() const;
  size_t bytes() const { return size() * sizeOf(elementType); }

  const uint8_t *raw() const { return storage.get(); }
  uint8_t *mutableRaw();

  /// The elements as T, which must be the C++ type of type().
  template <typename T> const T *data() const {
    return reinterpret_cast<const T *>(raw());
  }
  template <typename T> T *mutableData() {
    return reinterpret_cast<T *>(mutableRaw());
  }

  /// The same bytes under another shape of equal size.
  Tensor reshaped(std::vector<int64_t> shape) const;

  /// XXH3-64 over element type, shape and bytes: the parameter's identity.
  uint64_t hash() const;

private:
  DataType elementType = DataType::F32;
  std::vector<int64_t> extents;
  std::shared_ptr<uint8_t> storage;
};

/// The factors of rows other^T: [m, k] and [n, k].
struct ProductMatrices {
  Tensor rows;
  Tensor other;
};

/// "3x224x224xf32"
std::string describe(const Tensor &tensor);

template <typename T>
Tensor Tensor::of(std::vector<int64_t> shape, const std::vector<T> &values) {
  Tensor tensor(DataTypeOf<T>::value, std::move(shape));
  std::copy(values.begin(), values.end(), tensor.mutableData<T>());
  return tensor;
}

} // namespace mixq

#endif // MIXQ_DIALECT_STORE_TENSOR_H
