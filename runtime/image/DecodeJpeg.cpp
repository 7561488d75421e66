//===- DecodeJpeg.cpp - JPEG to pixels ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// JPEG through libjpeg-turbo, which reports errors by longjmp: nothing with a
// destructor may be created between setjmp and the calls that can fail.
//
//===----------------------------------------------------------------------===//

#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

#include <jerror.h>

#include "absl/strings/str_cat.h"
#include "runtime/image/Decode.h"

namespace mixq {
namespace {

/// A progressive file may state any number of scans over the whole picture.
constexpr int maxScans = 500;

/// No byte of a file stands for more pixels than this: a block of 64 has at
/// least one bit, and a quarter of the blocks at least are there. (Arithmetic
/// coding has no such bound; nobody has such pictures either.)
constexpr uint64_t maxPixelsOfAByte = 64 * 8 * 4;

class JpegReader {
public:
  JpegReader();
  ~JpegReader() { jpeg_destroy_decompress(&decoder); }
  JpegReader(const JpegReader &) = delete;
  absl::StatusOr<Image> decode(absl::Span<const uint8_t> bytes);

private:
  bool readHeader(absl::Span<const uint8_t> bytes);
  bool readPixels();
  absl::Status failure() const;

  [[noreturn]] static void fail(j_common_ptr common);
  static void onMessage(j_common_ptr common, int level);
  static void onProgress(j_common_ptr common);
  static JpegReader &of(j_common_ptr common) {
    return *static_cast<JpegReader *>(common->client_data);
  }

  jpeg_decompress_struct decoder = {};
  jpeg_error_mgr errors = {};
  jpeg_progress_mgr progress = {};
  std::jmp_buf onError;
  char message[JMSG_LENGTH_MAX] = "";
  std::vector<uint8_t> row;
  Image image;
};

JpegReader::JpegReader() {
  decoder.err = jpeg_std_error(&errors);
  decoder.client_data = this;
  errors.error_exit = fail;
  errors.emit_message = onMessage;
  progress.progress_monitor = onProgress;
}

void JpegReader::fail(j_common_ptr common) {
  JpegReader &reader = of(common);
  common->err->format_message(common, reader.message);
  std::longjmp(reader.onError, 1);
}

/// Level -1 is a warning: the data are corrupt and the decoder would guess.
void JpegReader::onMessage(j_common_ptr common, int level) {
  if (level < 0)
    fail(common);
}

void JpegReader::onProgress(j_common_ptr common) {
  auto *decoder = reinterpret_cast<j_decompress_ptr>(common);
  if (decoder->input_scan_number <= maxScans)
    return;
  JpegReader &reader = of(common);
  std::snprintf(reader.message, sizeof(reader.message), "more than %d scans",
                maxScans);
  std::longjmp(reader.onError, 1);
}

absl::Status JpegReader::failure() const {
  return absl::DataLossError(absl::StrCat("broken JPEG: ", message));
}

bool JpegReader::readHeader(absl::Span<const uint8_t> bytes) {
  if (setjmp(onError) != 0)
    return false;
  jpeg_create_decompress(&decoder);
  decoder.client_data = this;
  decoder.progress = &progress;
  jpeg_mem_src(&decoder, bytes.data(), bytes.size());
  jpeg_read_header(&decoder, TRUE);
  bool isCmyk = decoder.num_components == 4;
  decoder.out_color_space = isCmyk ? JCS_CMYK : JCS_RGB;
  return true;
}

/// PIL's CMYK to RGB. The file holds inverted values, as Adobe writes them.
void convertCmyk(const uint8_t *in, uint8_t *out, int width) {
  for (int x = 0; x < width; ++x, in += 4, out += 3) {
    const int white = in[3];
    for (int channel = 0; channel < 3; ++channel) {
      int product = (255 - in[channel]) * white + 128;
      int ink = (product + (product >> 8)) >> 8;
      out[channel] = static_cast<uint8_t>(white > ink ? white - ink : 0);
    }
  }
}

bool JpegReader::readPixels() {
  if (setjmp(onError) != 0)
    return false;
  jpeg_start_decompress(&decoder);
  while (decoder.output_scanline < decoder.output_height) {
    int y = static_cast<int>(decoder.output_scanline);
    bool isCmyk = decoder.out_color_space == JCS_CMYK;
    JSAMPROW target = isCmyk ? row.data() : image.row(y);
    jpeg_read_scanlines(&decoder, &target, 1);
    if (isCmyk)
      convertCmyk(row.data(), image.row(y), image.width);
  }
  jpeg_finish_decompress(&decoder);
  return true;
}

absl::StatusOr<Image> JpegReader::decode(absl::Span<const uint8_t> bytes) {
  if (!readHeader(bytes))
    return failure();
  if (absl::Status s =
          checkImageSize(decoder.image_width, decoder.image_height);
      !s.ok())
    return s;
  const uint64_t pixels = uint64_t{decoder.image_width} * decoder.image_height;
  if (pixels > maxPixelsOfAByte * bytes.size())
    return absl::DataLossError(
        absl::StrCat("broken JPEG: ", pixels, " pixels, which a file of ",
                     bytes.size(), " bytes cannot hold"));
  image = Image(static_cast<int>(decoder.image_width),
                static_cast<int>(decoder.image_height));
  row.resize(static_cast<size_t>(image.width) * 4);
  if (!readPixels())
    return failure();
  return std::move(image);
}

} // namespace

absl::StatusOr<Image> decodeJpeg(absl::Span<const uint8_t> bytes) {
  return JpegReader().decode(bytes);
}

} // namespace mixq
