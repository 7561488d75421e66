//===- C99Test.c - The header in C99 ------------------------------*- C -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled with -std=c99 -pedantic and all warnings as errors.
//
//===----------------------------------------------------------------------===//

#include "runtime/c/mixq.h"

#include <stdio.h>
#include <string.h>

static int failures = 0;

static void expect(int condition, const char *what) {
  if (!condition) {
    fprintf(stderr, "failed: %s (%s)\n", what, mixq_last_error());
    ++failures;
  }
}

int main(void) {
  mixq_module *module = NULL;
  mixq_context *context = NULL;
  mixq_signature signature = MIXQ_SIGNATURE_INIT;
  mixq_preprocessing preprocessing = MIXQ_PREPROCESSING_INIT;
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  mixq_image image = {NULL, 0, 0, 0};
  expect(mixq_module_load("/none", &module) == MIXQ_NOT_FOUND, "load");
  expect(strstr(mixq_last_error(), "/none") != NULL, "message");
  expect(mixq_module_signature(module, &signature) == MIXQ_INVALID_ARGUMENT,
         "signature");
  expect(mixq_module_preprocessing(module, &preprocessing) ==
             MIXQ_INVALID_ARGUMENT,
         "preprocessing");
  expect(mixq_context_create(module, &options, &context) ==
             MIXQ_INVALID_ARGUMENT,
         "context");
  expect(mixq_run_u8(context, &image, 1, NULL, 0) == MIXQ_INVALID_ARGUMENT,
         "run");
  expect(mixq_version()[0] == '0' + MIXQ_VERSION_MAJOR, "version");
  mixq_context_free(context);
  mixq_module_free(module);
  return failures != 0;
}
