//===- Context.cpp - Contexts and runs in the C API -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/c/Handles.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace mixq {
namespace capi {
namespace {

/// Reads options of another version: what the caller's lacks keeps its default,
/// what ours lacks must be zero, "not used".
absl::Status readOptions(const mixq_context_options *given,
                         mixq_context_options &options) {
  if (!given)
    return absl::OkStatus();
  constexpr size_t known = sizeof(options);
  const size_t size = given->size;
  if (size < sizeof(mixq_context_options)) // of version 0.1, the first
    return absl::InvalidArgumentError(
        absl::StrCat("options: size is ", size, ", expected at least ", known));
  const auto *bytes = reinterpret_cast<const char *>(given);
  for (size_t i = known; i < size; ++i)
    if (bytes[i] != 0)
      return absl::InvalidArgumentError(
          absl::StrCat("options: byte ", i, " of ", size,
                       " is not 0: an option that this version does not know"));
  options = *given;
  options.size = known;
  return absl::OkStatus();
}

absl::Status checkOption(const char *name, uint32_t value, uint32_t most) {
  if (value >= 1 && value <= most)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("options: ", name, " is ", value, ", expected 1 to ", most));
}

absl::StatusOr<ContextOptions>
toContextOptions(const mixq_context_options &options) {
  for (absl::Status status :
       {checkOption("threads", options.threads, maxThreads),
        checkOption("max_batch", options.max_batch, maxBatchLimit)})
    if (!status.ok())
      return status;
  if ((options.max_image_width == 0) != (options.max_image_height == 0))
    return absl::InvalidArgumentError(
        absl::StrCat("options: max_image_width is ", options.max_image_width,
                     ", max_image_height is ", options.max_image_height,
                     ", expected both 0 or neither"));
  ContextOptions result;
  result.threads = static_cast<int>(options.threads);
  result.maxBatch = static_cast<int>(options.max_batch);
  return result;
}

absl::Status tooLarge(absl::string_view where, const absl::Status &status) {
  return absl::InvalidArgumentError(absl::StrCat(where, status.message()));
}

/// What mixq_run_u8() needs.
absl::Status prepareImages(const Module &module, mixq_context &context) {
  absl::StatusOr<InputSpec> spec = inputSpecOf(module.header());
  if (!spec.ok())
    return absl::OkStatus(); // mixq_run_u8() says so
  absl::StatusOr<Preprocessor> preprocessor = Preprocessor::create(*spec);
  if (!preprocessor.ok())
    return preprocessor.status();
  context.preprocessor = *std::move(preprocessor);
  const uint32_t width = context.options.max_image_width;
  const uint32_t height = context.options.max_image_height;
  if (width != 0) {
    if (absl::Status s = checkImageSize(width, height); !s.ok())
      return tooLarge("options: largest ", s);
    context.preprocessor->reserve(static_cast<int>(width),
                                  static_cast<int>(height));
  }
  // Not cleared: pages that only mixq_run_f32() would need stay untouched.
  context.input.reset(
      new float[module.inputElements() * context.options.max_batch]);
  return absl::OkStatus();
}

absl::Status createContext(const mixq_module *module,
                           const mixq_context_options *options,
                           mixq_context **out) {
  if (absl::Status s = checkPointer("context", out); !s.ok())
    return s;
  *out = nullptr;
  if (absl::Status s = checkHandle(module, moduleKind); !s.ok())
    return s;
  auto handle = std::make_unique<mixq_context>();
  if (absl::Status s = readOptions(options, handle->options); !s.ok())
    return s;
  absl::StatusOr<ContextOptions> checked = toContextOptions(handle->options);
  if (!checked.ok())
    return checked.status();
  auto context = Context::create(module->module, *checked);
  if (!context.ok())
    return context.status();
  handle->context = *std::move(context);
  if (absl::Status s = prepareImages(*module->module, *handle); !s.ok())
    return s;
  *out = handle.release();
  return absl::OkStatus();
}

/// Holds a context for one run.
class Running {
public:
  explicit Running(mixq_context &context)
      : flag(context.running),
        mine(!flag.exchange(true, std::memory_order_acquire)) {}
  ~Running() {
    if (mine)
      flag.store(false, std::memory_order_release);
  }
  Running(const Running &) = delete;
  Running &operator=(const Running &) = delete;
  absl::Status status() const {
    return mine ? absl::OkStatus()
                : absl::AbortedError(
                      "the context is running in another thread: a context "
                      "runs one call at a time");
  }

private:
  std::atomic<bool> &flag;
  const bool mine;
};

/// What both kinds of runs check, before they touch an array.
absl::Status checkRun(const mixq_context &context, uint32_t batch,
                      const float *logits, size_t logitsElements) {
  if (absl::Status s = checkPointer("logits", logits); !s.ok())
    return s;
  if (batch < 1 || batch > context.options.max_batch)
    return absl::InvalidArgumentError(absl::StrCat(
        "batch is ", batch,
        ", expected 1 to max_batch = ", context.options.max_batch));
  const size_t expected = context.context->getModule().outputElements() * batch;
  if (logitsElements != expected)
    return absl::InvalidArgumentError(
        absl::StrCat("logits has room for ", logitsElements,
                     " values, expected ", expected));
  return absl::OkStatus();
}

absl::Status runFloat(mixq_context *context, const float *input,
                      size_t inputElements, uint32_t batch, float *logits,
                      size_t logitsElements) {
  if (absl::Status s = checkHandle(context, contextKind); !s.ok())
    return s;
  Running running(*context);
  if (!running.status().ok())
    return running.status();
  if (absl::Status s = checkPointer("input", input); !s.ok())
    return s;
  if (absl::Status s = checkRun(*context, batch, logits, logitsElements);
      !s.ok())
    return s;
  return context->context->run({input, inputElements}, static_cast<int>(batch),
                               {logits, logitsElements});
}

/// The picture, with the limits that keep its size from wrapping.
absl::StatusOr<ImageView> viewOf(const mixq_image &image,
                                 const mixq_context_options &options) {
  if (absl::Status s = checkPointer("pixels", image.pixels); !s.ok())
    return s;
  if (absl::Status s = checkImageSize(image.width, image.height); !s.ok())
    return tooLarge("", s);
  if (options.max_image_width != 0 && (image.width > options.max_image_width ||
                                       image.height > options.max_image_height))
    return absl::InvalidArgumentError(
        absl::StrCat("image of ", image.width, " x ", image.height,
                     " pixels, the context was made for up to ",
                     options.max_image_width, " x ", options.max_image_height));
  const size_t packed = size_t{image.width} * Image::channels;
  if (image.stride != 0 &&
      (image.stride < packed || image.stride > SIZE_MAX / image.height))
    return absl::InvalidArgumentError(
        absl::StrCat("stride is ", image.stride,
                     ", expected 0 or at least 3 * width = ", packed));
  return ImageView(image.pixels, static_cast<int>(image.width),
                   static_cast<int>(image.height),
                   image.stride ? image.stride : packed);
}

absl::Status preprocessImage(mixq_context &context, const mixq_image &image,
                             absl::Span<float> input) {
  absl::StatusOr<ImageView> view = viewOf(image, context.options);
  if (!view.ok())
    return view.status();
  absl::Status status = context.preprocessor->run(*view, input);
  // A limit on the resized picture, not a lack of memory.
  return absl::IsResourceExhausted(status) ? tooLarge("", status) : status;
}

absl::Status runImages(mixq_context *context, const mixq_image *images,
                       uint32_t batch, float *logits, size_t logitsElements) {
  if (absl::Status s = checkHandle(context, contextKind); !s.ok())
    return s;
  Running running(*context);
  if (!running.status().ok())
    return running.status();
  if (absl::Status s = checkPointer("images", images); !s.ok())
    return s;
  if (absl::Status s = checkRun(*context, batch, logits, logitsElements);
      !s.ok())
    return s;
  const Module &module = context->context->getModule();
  if (!context->preprocessor)
    return absl::UnimplementedError(
        std::string(inputSpecOf(module.header()).status().message()));
  const size_t elements = module.inputElements();
  for (uint32_t i = 0; i < batch; ++i)
    if (absl::Status s = preprocessImage(
            *context, images[i], {&context->input[i * elements], elements});
        !s.ok())
      return absl::Status(s.code(),
                          absl::StrCat("images[", i, "]: ", s.message()));
  return context->context->run({context->input.get(), elements * batch},
                               static_cast<int>(batch),
                               {logits, logitsElements});
}

} // namespace
} // namespace capi
} // namespace mixq

using namespace mixq::capi;

mixq_status mixq_context_create(const mixq_module *module,
                                const mixq_context_options *options,
                                mixq_context **context) {
  return guarded(__func__,
                 [&] { return createContext(module, options, context); });
}

void mixq_context_free(mixq_context *context) {
  if (context && guarded(__func__, [&] {
                   return checkHandle(context, contextKind);
                 }) == MIXQ_OK)
    delete context;
}

mixq_status mixq_run_f32(mixq_context *context, const float *input,
                         size_t input_elements, uint32_t batch, float *logits,
                         size_t logits_elements) {
  return guarded(__func__, [&] {
    return runFloat(context, input, input_elements, batch, logits,
                    logits_elements);
  });
}

mixq_status mixq_run_u8(mixq_context *context, const mixq_image *images,
                        uint32_t batch, float *logits, size_t logits_elements) {
  return guarded(__func__, [&] {
    return runImages(context, images, batch, logits, logits_elements);
  });
}
