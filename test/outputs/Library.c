//===- Library.c - Runs a shared object that carries its module ---*- C -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: library PICTURE.ppm LOGITS
//
// Linked with libdigits.so and libother.so at once: writes the logits of the
// first, then of the second. Knows the sizes from the headers alone.
//
//===----------------------------------------------------------------------===//

#include "libdigits.h"
#include "libother.h"

#include <stdio.h>

static int run(mixq_status (*open)(mixq_module **), const mixq_image *image,
               FILE *file) {
  float logits[DIGITS_CLASSES];
  mixq_module *module = NULL;
  mixq_context *context = NULL;
  int done = open(&module) == MIXQ_OK &&
             mixq_context_create(module, NULL, &context) == MIXQ_OK &&
             mixq_run_u8(context, image, 1, logits, DIGITS_CLASSES) == MIXQ_OK;
  if (!done)
    fprintf(stderr, "error: %s\n", mixq_last_error());
  else
    done = fwrite(logits, sizeof(logits), 1, file) == 1;
  mixq_module_free(module);
  mixq_context_free(context);
  return done;
}

int main(int argc, char **argv) {
  static unsigned char pixels[256 * 256 * 3];
  mixq_image image = {NULL, 0, 0, 0};
  FILE *in = argc == 3 ? fopen(argv[1], "rb") : NULL;
  FILE *out = argc == 3 ? fopen(argv[2], "wb") : NULL;
  int done;
  if (in == NULL || out == NULL ||
      fscanf(in, "P6 # a comment %u %u 255", &image.width, &image.height) != 2)
    return 2;
  getc(in);
  if (fread(pixels, 3, image.width * image.height, in) !=
      image.width * image.height)
    return 2;
  image.pixels = pixels;
  done = DIGITS_INPUT_ELEMENTS == OTHER_INPUT_ELEMENTS &&
         run(digits_open, &image, out) && run(other_open, &image, out);
  return fclose(out) != 0 || !done;
}
