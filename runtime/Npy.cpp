//===- Npy.cpp - NumPy tensors --------------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Npy.h"

#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "runtime/AtomicFile.h"
#include "runtime/File.h"

namespace mixq {
namespace {

constexpr uint8_t magic[] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
constexpr size_t preambleSize = sizeof(magic) + 2; // and the header's length
constexpr size_t alignment = 64;
constexpr size_t maxRank = 32;
constexpr uint64_t maxNpySize = uint64_t{16} << 30;

template <typename... Parts> absl::Status malformed(const Parts &...parts) {
  return absl::InvalidArgumentError(absl::StrCat("npy: ", parts...));
}

/// Reads the header's Python dictionary, which numpy writes in one form.
class HeaderParser {
public:
  explicit HeaderParser(absl::string_view text)
      : text(absl::StripAsciiWhitespace(text)) {}

  /// {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }
  absl::StatusOr<std::vector<uint64_t>> parse() {
    if (!take("{") || !take("'descr'") || !take(":"))
      return malformed("the header does not start {'descr':");
    if (!take("'<f4'"))
      return malformed("expected little-endian fp32 ('<f4') at ",
                       text.substr(0, 16));
    if (!take(",") || !take("'fortran_order'") || !take(":") || !take("False"))
      return malformed("expected 'fortran_order': False");
    if (!take(",") || !take("'shape'") || !take(":") || !take("("))
      return malformed("expected 'shape': (");
    absl::StatusOr<std::vector<uint64_t>> shape = parseShape();
    if (!shape.ok())
      return shape;
    take(",");
    if (!take("}") || !text.empty())
      return malformed("the header does not end after 'shape'");
    return shape;
  }

private:
  bool take(absl::string_view token) {
    if (!absl::ConsumePrefix(&text, token))
      return false;
    text = absl::StripLeadingAsciiWhitespace(text);
    return true;
  }

  absl::StatusOr<std::vector<uint64_t>> parseShape() {
    std::vector<uint64_t> shape;
    while (!take(")")) {
      size_t digits = text.find_first_not_of("0123456789");
      uint64_t extent = 0;
      if (digits == absl::string_view::npos ||
          !absl::SimpleAtoi(text.substr(0, digits), &extent))
        return malformed("extent ", shape.size(), " of the shape is no number");
      text.remove_prefix(digits);
      text = absl::StripLeadingAsciiWhitespace(text);
      shape.push_back(extent);
      if (shape.size() > maxRank)
        return malformed("more than ", maxRank, " dimensions");
      if (!take(",") && (shape.size() == 1 || text.empty() || text[0] != ')'))
        return malformed("expected , in the shape");
    }
    return shape;
  }

  absl::string_view text;
};

/// The product of the extents, or an error if `limit` elements are exceeded.
absl::StatusOr<uint64_t> countElements(absl::Span<const uint64_t> shape,
                                       uint64_t limit) {
  uint64_t count = 1;
  for (uint64_t extent : shape) {
    if (extent != 0 && count > limit / extent)
      return malformed("shape (", absl::StrJoin(shape, ", "),
                       ") asks for more than the ", limit,
                       " elements in the file");
    count *= extent;
  }
  return count;
}

} // namespace

absl::StatusOr<NpyArray> parseNpy(absl::Span<const uint8_t> bytes) {
  if (bytes.size() < preambleSize ||
      std::memcmp(bytes.data(), magic, sizeof(magic)) != 0)
    return malformed("not an .npy file of format version 1.0");
  const size_t headerSize = bytes[8] + (size_t{bytes[9]} << 8);
  if (headerSize > bytes.size() - preambleSize)
    return malformed("the header of ", headerSize, " bytes exceeds the file");
  absl::StatusOr<std::vector<uint64_t>> shape =
      HeaderParser(
          absl::string_view(reinterpret_cast<const char *>(bytes.data()) +
                                preambleSize,
                            headerSize))
          .parse();
  if (!shape.ok())
    return shape.status();
  absl::Span<const uint8_t> data = bytes.subspan(preambleSize + headerSize);
  absl::StatusOr<uint64_t> count =
      countElements(*shape, data.size() / sizeof(float));
  if (!count.ok())
    return count.status();
  if (data.size() != *count * sizeof(float))
    return malformed("shape (", absl::StrJoin(*shape, ", "), ") asks for ",
                     *count * sizeof(float), " bytes, the file has ",
                     data.size());
  NpyArray tensor{*std::move(shape), std::vector<float>(*count)};
  if (*count != 0)
    std::memcpy(tensor.data.data(), data.data(), data.size());
  return tensor;
}

std::vector<uint8_t> formatNpy(absl::Span<const uint64_t> shape,
                               absl::Span<const float> data) {
  std::string header = absl::StrCat(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (",
      absl::StrJoin(shape, ", "), shape.size() == 1 ? ",), }" : "), }");
  // Spaces, so that the data are aligned, and a newline.
  header.resize(header.size() + alignment - 1 -
                    (preambleSize + header.size()) % alignment,
                ' ');
  header += '\n';
  std::vector<uint8_t> bytes(magic, magic + sizeof(magic));
  bytes.push_back(header.size() & 0xff);
  bytes.push_back(header.size() >> 8);
  bytes.insert(bytes.end(), header.begin(), header.end());
  const auto *raw = reinterpret_cast<const uint8_t *>(data.data());
  bytes.insert(bytes.end(), raw, raw + data.size() * sizeof(float));
  return bytes;
}

absl::StatusOr<NpyArray> readNpy(const std::string &path) {
  absl::StatusOr<std::vector<uint8_t>> bytes = readFile(path, maxNpySize);
  if (!bytes.ok())
    return bytes.status();
  absl::StatusOr<NpyArray> tensor = parseNpy(*bytes);
  if (!tensor.ok())
    return absl::Status(tensor.status().code(),
                        absl::StrCat(path, ": ", tensor.status().message()));
  return tensor;
}

absl::Status writeNpy(const std::string &path, absl::Span<const uint64_t> shape,
                      absl::Span<const float> data) {
  return writeFile(path, formatNpy(shape, data));
}

} // namespace mixq
