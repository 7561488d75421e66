//===- classify.c - Classifies a picture with the C API -----------*- C -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: classify MODULE [PICTURE.ppm]
//
// Prints the five best classes of a binary PPM (P6, 8 bits a channel), or of a
// synthetic picture if none is given. Exit status: 0 success, 1 failure, 2
// wrong usage.
//
//===----------------------------------------------------------------------===//

#include <mixq.h>

#include <stdio.h>
#include <stdlib.h>

enum { answers_shown = 5, largest_side = 16384 };

/// Reads a number of a PPM's header, behind white space and comments; -1 if
/// there is none.
static int read_number(FILE *file) {
  int value = -1;
  int c = getc(file);
  while (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '#') {
    if (c == '#')
      while (c != '\n' && c != EOF)
        c = getc(file);
    else
      c = getc(file);
  }
  for (; c >= '0' && c <= '9' && value <= largest_side; c = getc(file))
    value = (value < 0 ? 0 : value * 10) + (c - '0');
  return value; // and one byte after it is gone, as the format wants
}

/// Reads a picture; the caller frees image->pixels. 0 on failure.
static int read_ppm(FILE *file, mixq_image *image) {
  size_t size;
  uint8_t *pixels;
  int width, height, largest;
  if (getc(file) != 'P' || getc(file) != '6')
    return 0;
  width = read_number(file);
  height = read_number(file);
  largest = read_number(file);
  if (width < 1 || width > largest_side || height < 1 ||
      height > largest_side || largest != 255)
    return 0;
  size = (size_t)width * (size_t)height * 3;
  pixels = malloc(size);
  if (pixels == NULL || fread(pixels, 1, size, file) != size) {
    free(pixels);
    return 0;
  }
  image->pixels = pixels;
  image->width = (uint32_t)width;
  image->height = (uint32_t)height;
  image->stride = 0; // rows follow each other
  return 1;
}

/// A picture of colour gradients.
static int make_picture(mixq_image *image) {
  enum { side = 64 };
  uint8_t *pixels = malloc(side * side * 3);
  int x, y;
  if (pixels == NULL)
    return 0;
  for (y = 0; y < side; ++y)
    for (x = 0; x < side; ++x) {
      uint8_t *pixel = pixels + 3 * (y * side + x);
      pixel[0] = (uint8_t)(4 * x);
      pixel[1] = (uint8_t)(4 * y);
      pixel[2] = (uint8_t)(2 * (x + y));
    }
  image->pixels = pixels;
  image->width = image->height = side;
  image->stride = 0;
  return 1;
}

static int get_picture(const char *path, mixq_image *image) {
  FILE *file;
  int read;
  if (path == NULL)
    return make_picture(image);
  file = fopen(path, "rb");
  read = file != NULL && read_ppm(file, image);
  if (file != NULL)
    fclose(file);
  if (!read)
    fprintf(stderr, "error: %s: not a readable binary PPM (P6, 255)\n", path);
  return read;
}

/// Prints the classes with the largest logits, best first. Overwrites them.
static void print_answers(const mixq_module *module, float *logits,
                          uint32_t classes) {
  uint32_t i, shown;
  for (shown = 0; shown < answers_shown && shown < classes; ++shown) {
    uint32_t best = 0;
    for (i = 1; i < classes; ++i)
      if (logits[i] > logits[best])
        best = i;
    printf("%4u  %9.4f  %s\n", (unsigned)best, (double)logits[best],
           mixq_module_class_name(module, best));
    logits[best] = -1e30f;
  }
}

/// Says what went wrong in the last call of the library.
static int fail(void) {
  fprintf(stderr, "error: %s\n", mixq_last_error());
  return 0;
}

static int classify(const mixq_module *module, const mixq_image *image) {
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  mixq_context *context = NULL;
  float *logits = NULL;
  int done = 0;
  if (mixq_module_signature(module, &signature) != MIXQ_OK ||
      mixq_context_create(module, NULL, &context) != MIXQ_OK)
    return fail();
  logits = malloc(signature.classes * sizeof(*logits));
  if (logits == NULL)
    fprintf(stderr, "error: out of memory\n");
  else if (mixq_run_u8(context, image, 1, logits, signature.classes) != MIXQ_OK)
    fail();
  else
    done = 1;
  if (done)
    print_answers(module, logits, signature.classes);
  free(logits);
  mixq_context_free(context);
  return done;
}

int main(int argc, char **argv) {
  mixq_image image = {NULL, 0, 0, 0};
  mixq_module *module = NULL;
  int done = 0;
  if (argc < 2 || argc > 3) {
    fprintf(stderr, "usage: classify MODULE [PICTURE.ppm]\n");
    return 2;
  }
  if (mixq_module_load(argv[1], &module) != MIXQ_OK)
    fail();
  else if (get_picture(argc > 2 ? argv[2] : NULL, &image)) {
    printf("%s, %s, mixq %s\n", mixq_module_model(module),
           mixq_module_precision(module), mixq_version());
    done = classify(module, &image);
  }
  free((void *)image.pixels);
  mixq_module_free(module);
  return done ? 0 : 1;
}
