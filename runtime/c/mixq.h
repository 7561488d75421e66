//===- mixq.h - The C API of the runtime --------------------------*- C -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads compiled models (`.mixq` modules) and runs them.
//
//   mixq_module *module = NULL;
//   mixq_context *context = NULL;
//   if (mixq_module_load("digits.mixq", &module) != MIXQ_OK ||
//       mixq_context_create(module, NULL, &context) != MIXQ_OK ||
//       mixq_run_u8(context, &image, 1, logits, classes) != MIXQ_OK)
//     fprintf(stderr, "%s\n", mixq_last_error());
//   mixq_context_free(context);
//   mixq_module_free(module);
//
// Errors. No function aborts or throws. Functions that can fail return a
// mixq_status, or NULL where they return a pointer; mixq_last_error() explains.
// A NULL argument is an error unless its description says otherwise. A function
// that fails writes nothing through its arguments, but sets the pointer to a
// new handle to NULL. A mixq_run_* function that fails leaves the logits
// undefined.
//
// Threads. A module is immutable: any threads may use it at once. A context
// runs one call at a time; different contexts, also of one module, run at once.
// "Any thread" below means: at any time, from any thread, without locks, while
// no thread is in the function that frees the same handle.
//
// Lifetimes. A module is counted: it lives until mixq_module_free() and
// mixq_context_free() of every context made from it. Strings and arrays that
// a mixq_module_* function returns live as long as that.
//
// Trust. A module contains native code: load only those that you would run as
// a program. Loading verifies all of it against damage, not against malice.
//
// Versions. Structs that start with `size` grow at their end: set `size` to the
// sizeof() your program was compiled with, or use the MIXQ_..._INIT values.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_H
#define MIXQ_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define MIXQ_API __attribute__((visibility("default")))
#else
#define MIXQ_API
#endif

#define MIXQ_VERSION_MAJOR 0
#define MIXQ_VERSION_MINOR 1
#define MIXQ_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

//===- Status -------------------------------------------------------------===//

typedef enum mixq_status {
  MIXQ_OK = 0,
  MIXQ_INVALID_ARGUMENT = 1, ///< a NULL, a size or an option out of range
  MIXQ_NOT_FOUND = 2,        ///< no such file
  MIXQ_IO_ERROR = 3,         ///< a file that cannot be read
  MIXQ_BAD_MODULE = 4,       ///< damaged, truncated, or not a module
  MIXQ_UNSUPPORTED = 5,      ///< this CPU, or this module, cannot do it
  MIXQ_OUT_OF_RESOURCES = 6, ///< memory, threads or file descriptors
  MIXQ_BUSY = 7,             ///< the context is running in another thread
  MIXQ_INTERNAL = 8          ///< a bug of the library
} mixq_status;

/// The version of the library that runs, "0.1.0"; the MIXQ_VERSION_* macros are
/// that of this header. Any thread. The string is static.
MIXQ_API const char *mixq_version(void);

/// "MIXQ_BAD_MODULE"; "unknown status" for a value that is none. Any thread.
/// The string is static.
MIXQ_API const char *mixq_status_name(int status);

/// What went wrong in the last mixq_* call of the calling thread that failed:
/// one line, at most 1023 bytes; empty before the first failure. Successful
/// calls leave it alone. Any thread; each has its own. The text is overwritten
/// by that thread's next failure.
MIXQ_API const char *mixq_last_error(void);

//===- Modules ------------------------------------------------------------===//

/// A loaded, verified module.
typedef struct mixq_module mixq_module;

/// Loads a module from a file. The file is copied: it may change or vanish
/// afterwards. Any thread.
MIXQ_API mixq_status mixq_module_load(const char *path, mixq_module **module);

/// Loads a module from `size` bytes at `bytes`. They are copied: they may be
/// freed afterwards, and need no alignment. Any thread.
MIXQ_API mixq_status mixq_module_load_memory(const void *bytes, size_t size,
                                             mixq_module **module);

/// Gives the handle up. The module itself goes with the last of its contexts.
/// NULL is allowed. One thread, once, while no other uses the handle.
MIXQ_API void mixq_module_free(mixq_module *module);

/// What goes in and comes out.
typedef struct mixq_signature {
  size_t size;       ///< sizeof(mixq_signature), set by the caller
  uint32_t channels; ///< of one image, fp32 [channels, height, width]
  uint32_t height;
  uint32_t width;
  uint32_t classes;      ///< logits of one image, fp32 [classes]
  size_t input_elements; ///< channels * height * width
} mixq_signature;
#define MIXQ_SIGNATURE_INIT {sizeof(mixq_signature), 0, 0, 0, 0, 0}

/// Any thread.
MIXQ_API mixq_status mixq_module_signature(const mixq_module *module,
                                           mixq_signature *signature);

#define MIXQ_BILINEAR 0
#define MIXQ_BICUBIC 1

/// From an 8-bit image to the input: resize (antialiased, as PIL does), crop
/// the centre to the signature's height and width, then (x / 255 - mean) / std
/// a channel. mixq_run_u8() does it all. With `resize_width` 0, `resize` is the
/// pixels of the shorter side; else it is the height, and `keep_ratio` tells
/// whether the image covers both in its own proportions or is distorted to
/// them.
typedef struct mixq_preprocessing {
  size_t size; ///< sizeof(mixq_preprocessing), set by the caller
  uint32_t resize;
  uint32_t interpolation; ///< MIXQ_BILINEAR or MIXQ_BICUBIC
  const float *mean;      ///< `channels` values, they live with the module
  const float *std;       ///< the same
  uint32_t resize_width;
  uint32_t keep_ratio; ///< 0 or 1
} mixq_preprocessing;
#define MIXQ_PREPROCESSING_INIT                                                \
  {sizeof(mixq_preprocessing), 0, 0, NULL, NULL, 0, 0}

/// Any thread.
MIXQ_API mixq_status mixq_module_preprocessing(
    const mixq_module *module, mixq_preprocessing *preprocessing);

/// The name of class `index`, UTF-8; "" if the module has no names; NULL if
/// `index` is not below `classes`. Any thread.
MIXQ_API const char *mixq_module_class_name(const mixq_module *module,
                                            uint32_t index);

/// The architecture ("vit_tiny_patch16_224"), the precision ("w8a8"), where the
/// weights and the calibration came from, the instruction set compiled for
/// ("avx512-vnni") and the compiler ("mixq 0.1.0"), UTF-8. Any thread.
MIXQ_API const char *mixq_module_model(const mixq_module *module);
MIXQ_API const char *mixq_module_precision(const mixq_module *module);
MIXQ_API const char *mixq_module_provenance(const mixq_module *module);
MIXQ_API const char *mixq_module_target(const mixq_module *module);
MIXQ_API const char *mixq_module_producer(const mixq_module *module);

//===- Contexts -----------------------------------------------------------===//

/// Memory and threads to run a module with.
typedef struct mixq_context mixq_context;

typedef struct mixq_context_options {
  size_t size;               ///< sizeof(mixq_context_options)
  uint32_t threads;          ///< 1 to 256, the calling thread being one
  uint32_t max_batch;        ///< images a run, 1 to 1024
  uint32_t max_image_width;  ///< of images for mixq_run_u8(), or both 0:
  uint32_t max_image_height; ///< any size, and a larger image than before
                             ///< allocates
} mixq_context_options;
#define MIXQ_CONTEXT_OPTIONS_INIT {sizeof(mixq_context_options), 1, 1, 0, 0}

/// Makes a context. `options` may be NULL: MIXQ_CONTEXT_OPTIONS_INIT. All that
/// mixq_run_f32() needs is allocated here, and what mixq_run_u8() needs for
/// images up to the stated size. Threads that are started stay until the
/// context is freed; they do not survive a fork(). Any thread.
MIXQ_API mixq_status mixq_context_create(const mixq_module *module,
                                         const mixq_context_options *options,
                                         mixq_context **context);

/// NULL is allowed. One thread, once, while no other uses the handle.
MIXQ_API void mixq_context_free(mixq_context *context);

/// Computes the logits of `batch` images that are preprocessed already.
///
/// input   fp32 [batch, channels, height, width], `input_elements` values
/// logits  fp32 [batch, classes], room for `logits_elements` values
///
/// The counts must be exactly those of `batch` images, and `batch` 1 to
/// max_batch. The result of an image depends neither on the batch nor on the
/// number of threads. Both arrays need only the alignment of a float and stay
/// the caller's. Allocates nothing. One thread at a time a context, any thread:
/// a second one gets MIXQ_BUSY.
MIXQ_API mixq_status mixq_run_f32(mixq_context *context, const float *input,
                                  size_t input_elements, uint32_t batch,
                                  float *logits, size_t logits_elements);

/// An 8-bit RGB picture [height, width, 3] in the caller's memory. This struct
/// will not grow.
typedef struct mixq_image {
  const uint8_t *pixels;
  uint32_t width;
  uint32_t height;
  size_t stride; ///< bytes from row to row, or 0: 3 * width
} mixq_image;

/// Computes the logits of `batch` pictures of any sizes: resizes, crops and
/// normalises each by the module's preprocessing, exactly as `mixq run` does,
/// then runs them as mixq_run_f32() does. A picture has at most 2^26 pixels,
/// and at most max_image_width x max_image_height if those are stated; then
/// nothing is allocated. MIXQ_UNSUPPORTED for a module that does not take 3
/// channels.
MIXQ_API mixq_status mixq_run_u8(mixq_context *context,
                                 const mixq_image *images, uint32_t batch,
                                 float *logits, size_t logits_elements);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // MIXQ_H
