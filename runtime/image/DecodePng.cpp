//===- DecodePng.cpp - PNG to pixels --------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PNG through libpng, which reports errors by longjmp: nothing with a
// destructor may be created between setjmp and the calls that can fail.
//
//===----------------------------------------------------------------------===//

#include <csetjmp>
#include <cstdio>
#include <cstring>

#include <png.h>

#include "absl/strings/str_cat.h"
#include "runtime/image/Decode.h"

namespace mixq {
namespace {

/// Enough for any colour profile or text, not for a bomb.
constexpr png_alloc_size_t maxChunkMemory = 8 << 20;
constexpr png_uint_32 maxChunks = 1000;

/// No deflated byte stands for more bytes than this.
constexpr uint64_t maxDeflation = 1032;

class PngReader {
public:
  explicit PngReader(absl::Span<const uint8_t> bytes)
      : fileSize(bytes.size()), rest(bytes) {}
  ~PngReader() { png_destroy_read_struct(&decoder, &info, nullptr); }
  PngReader(const PngReader &) = delete;
  absl::StatusOr<Image> decode();

private:
  bool open();
  bool readHeader();
  bool readPixels();
  void convertToRgb();
  absl::Status checkHeader() const;
  absl::Status failure() const;

  [[noreturn]] static void onError(png_structp decoder, png_const_charp text);
  static void onWarning(png_structp, png_const_charp) {}
  static void onRead(png_structp decoder, png_bytep out, size_t size);

  const uint64_t fileSize;
  absl::Span<const uint8_t> rest;
  png_structp decoder = nullptr;
  png_infop info = nullptr;
  char message[200] = "";
  Image image;
};

void PngReader::onError(png_structp decoder, png_const_charp text) {
  auto *reader = static_cast<PngReader *>(png_get_error_ptr(decoder));
  std::snprintf(reader->message, sizeof(reader->message), "%s", text);
  png_longjmp(decoder, 1);
}

void PngReader::onRead(png_structp decoder, png_bytep out, size_t size) {
  auto *reader = static_cast<PngReader *>(png_get_io_ptr(decoder));
  if (size > reader->rest.size())
    png_error(decoder, "the file ends too early");
  std::memcpy(out, reader->rest.data(), size);
  reader->rest.remove_prefix(size);
}

absl::Status PngReader::failure() const {
  return absl::DataLossError(absl::StrCat("broken PNG: ", message));
}

bool PngReader::open() {
  decoder =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, this, onError, onWarning);
  info = decoder ? png_create_info_struct(decoder) : nullptr;
  return info != nullptr;
}

bool PngReader::readHeader() {
  if (setjmp(png_jmpbuf(decoder)) != 0)
    return false;
  png_set_read_fn(decoder, this, onRead);
  png_set_chunk_malloc_max(decoder, maxChunkMemory);
  png_set_chunk_cache_max(decoder, maxChunks);
  png_set_user_limits(decoder, maxImagePixels, maxImagePixels);
  // All but the chunks that decide about pixels: libpng takes the memory that
  // the others state before it reads them.
  png_set_keep_unknown_chunks(decoder, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
  png_read_info(decoder, info);
  return true;
}

/// PIL's convert("RGB"): transparency of any kind is dropped, not blended.
void PngReader::convertToRgb() {
  const int type = png_get_color_type(decoder, info);
  png_set_strip_16(decoder);
  png_set_strip_alpha(decoder);
  png_set_packing(decoder);
  if (type == PNG_COLOR_TYPE_PALETTE)
    png_set_palette_to_rgb(decoder);
  if (type == PNG_COLOR_TYPE_GRAY)
    png_set_expand_gray_1_2_4_to_8(decoder);
  if ((type & PNG_COLOR_MASK_COLOR) == 0)
    png_set_gray_to_rgb(decoder);
}

bool PngReader::readPixels() {
  if (setjmp(png_jmpbuf(decoder)) != 0)
    return false;
  convertToRgb();
  const int passes = png_set_interlace_handling(decoder);
  png_read_update_info(decoder, info);
  if (png_get_rowbytes(decoder, info) != image.stride())
    png_error(decoder, "unexpected row size");
  for (int pass = 0; pass < passes; ++pass)
    for (int y = 0; y < image.height; ++y)
      png_read_row(decoder, image.row(y), nullptr);
  png_read_end(decoder, nullptr);
  return true;
}

/// Before memory is taken for the pixels.
absl::Status PngReader::checkHeader() const {
  const uint64_t height = png_get_image_height(decoder, info);
  if (absl::Status s =
          checkImageSize(png_get_image_width(decoder, info), height);
      !s.ok())
    return s;
  // The limit on the size keeps the products far from 2^64.
  const uint64_t rows = (png_get_rowbytes(decoder, info) + 1) * height;
  if (rows > maxDeflation * fileSize)
    return absl::DataLossError(absl::StrCat("broken PNG: its size asks for ",
                                            rows, " bytes, which a file of ",
                                            fileSize, " cannot hold"));
  if (png_get_bit_depth(decoder, info) == 16 &&
      png_get_color_type(decoder, info) == PNG_COLOR_TYPE_GRAY)
    return absl::UnimplementedError(
        "16-bit grey PNG: convert it to 8 bits first");
  return absl::OkStatus();
}

absl::StatusOr<Image> PngReader::decode() {
  if (!open())
    return absl::ResourceExhaustedError("libpng: out of memory");
  if (!readHeader())
    return failure();
  if (absl::Status s = checkHeader(); !s.ok())
    return s;
  image = Image(static_cast<int>(png_get_image_width(decoder, info)),
                static_cast<int>(png_get_image_height(decoder, info)));
  if (!readPixels())
    return failure();
  return std::move(image);
}

} // namespace

absl::StatusOr<Image> decodePng(absl::Span<const uint8_t> bytes) {
  return PngReader(bytes).decode();
}

} // namespace mixq
