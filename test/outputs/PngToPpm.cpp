//===- PngToPpm.cpp - Pictures for programs without a decoder -------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: png_to_ppm IN.png OUT.ppm
//
//===----------------------------------------------------------------------===//

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"
#include "runtime/image/Decode.h"

int main(int argc, char **argv) {
  if (argc != 3)
    return 2;
  const absl::StatusOr<mixq::Image> image = mixq::readImage(argv[1]);
  absl::Status status = image.status();
  if (status.ok())
    status = mixq::writeFile(
        argv[2], absl::StrCat("P6\n# a comment\n", image->width, " ",
                              image->height, "\n255\n",
                              absl::string_view(reinterpret_cast<const char *>(
                                                    image->pixels.data()),
                                                image->pixels.size())));
  if (!status.ok())
    std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  return !status.ok();
}
