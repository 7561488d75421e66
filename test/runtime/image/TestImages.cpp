//===- TestImages.cpp - Tiny image files ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/image/TestImages.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>
#include <png.h>

namespace mixq {
namespace test {

static void appendBytes(png_structp encoder, png_bytep data, size_t size) {
  auto *out = static_cast<Bytes *>(png_get_io_ptr(encoder));
  out->insert(out->end(), data, data + size);
}

Bytes encodePng(const PngFile &file) {
  Bytes out, rows = file.rows;
  png_structp encoder =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(encoder);
  png_set_write_fn(encoder, &out, appendBytes, nullptr);
  png_set_IHDR(encoder, info, file.width, file.height, file.bitDepth,
               file.colorType,
               file.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!file.palette.empty())
    png_set_PLTE(encoder, info,
                 reinterpret_cast<png_const_colorp>(file.palette.data()),
                 static_cast<int>(file.palette.size() / 3));
  if (!file.alpha.empty())
    png_set_tRNS(encoder, info, file.alpha.data(),
                 static_cast<int>(file.alpha.size()), nullptr);
  png_write_info(encoder, info);
  std::vector<png_bytep> pointers;
  for (int y = 0; y < file.height; ++y)
    pointers.push_back(&rows[y * rows.size() / file.height]);
  png_write_image(encoder, pointers.data());
  png_write_end(encoder, info);
  png_destroy_write_struct(&encoder, &info);
  return out;
}

Bytes encodeRgbPng(int width, int height, const Bytes &pixels) {
  return encodePng({width, height, 8, PNG_COLOR_TYPE_RGB, false, pixels});
}

Bytes encodeJpeg(const JpegFile &file) {
  jpeg_compress_struct encoder;
  jpeg_error_mgr errors;
  encoder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&encoder);
  unsigned char *memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&encoder, &memory, &size);
  encoder.image_width = file.width;
  encoder.image_height = file.height;
  encoder.input_components = file.components;
  encoder.in_color_space = file.components == 1   ? JCS_GRAYSCALE
                           : file.components == 3 ? JCS_RGB
                                                  : JCS_CMYK;
  jpeg_set_defaults(&encoder);
  jpeg_set_quality(&encoder, 100, TRUE);
  if (file.progressive)
    jpeg_simple_progression(&encoder);
  jpeg_start_compress(&encoder, TRUE);
  const size_t stride = static_cast<size_t>(file.width) * file.components;
  while (encoder.next_scanline < encoder.image_height) {
    auto *row =
        const_cast<uint8_t *>(&file.pixels[encoder.next_scanline * stride]);
    jpeg_write_scanlines(&encoder, &row, 1);
  }
  jpeg_finish_compress(&encoder);
  jpeg_destroy_compress(&encoder);
  Bytes out(memory, memory + size);
  std::free(memory);
  return out;
}

} // namespace test
} // namespace mixq
