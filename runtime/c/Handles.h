//===- Handles.h - What is behind the handles of the C API ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The types behind the C API's handles and how errors get out of it.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_C_HANDLES_H
#define MIXQ_RUNTIME_C_HANDLES_H

#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "runtime/Context.h"
#include "runtime/c/mixq.h"
#include "runtime/image/Preprocess.h"

namespace mixq {
namespace capi {

/// First in every handle, in all versions of the library: several copies of it
/// may be in one process (each `--emit=shared` library is one). Copies of one
/// version understand each other's handles, others refuse them. Wiped by free,
/// so that most uses of a freed handle are refused too.
struct Tag {
  static constexpr size_t kindSize = 8, versionSize = 24;
  explicit Tag(const char *kind);
  ~Tag();

  char kind[kindSize];
  char version[versionSize];
};

/// An error unless `handle` is a live one of this version.
absl::Status checkHandle(const void *handle, const char *kind);

/// Makes `message` the thread's last error.
mixq_status fail(mixq_status code, const char *function,
                 absl::string_view message);

/// The status of the C API; an error becomes the thread's last one.
mixq_status report(const char *function, const absl::Status &status);

inline absl::Status checkPointer(const char *name, const void *pointer) {
  return pointer ? absl::OkStatus()
                 : absl::InvalidArgumentError(std::string(name) + " is NULL");
}

/// Runs `body`, which returns absl::Status. Nothing is thrown out of here.
template <typename Body>
mixq_status guarded(const char *function, const Body &body) noexcept {
  try {
    return report(function, body());
  } catch (const std::bad_alloc &) {
    return fail(MIXQ_OUT_OF_RESOURCES, function, "out of memory");
  } catch (const std::exception &exception) {
    return fail(MIXQ_INTERNAL, function, exception.what());
  } catch (...) {
    return fail(MIXQ_INTERNAL, function, "unknown exception");
  }
}

constexpr char moduleKind[] = "mixqmod";
constexpr char contextKind[] = "mixqctx";

} // namespace capi
} // namespace mixq

struct mixq_module {
  explicit mixq_module(std::shared_ptr<const mixq::Module> module)
      : module(std::move(module)) {}

  mixq::capi::Tag tag{mixq::capi::moduleKind};
  std::shared_ptr<const mixq::Module> module;
};

struct mixq_context {
  mixq::capi::Tag tag{mixq::capi::contextKind};
  mixq_context_options options = MIXQ_CONTEXT_OPTIONS_INIT;
  std::unique_ptr<mixq::Context> context;
  /// For mixq_run_u8(); without a value in modules that take no RGB images.
  std::optional<mixq::Preprocessor> preprocessor;
  std::unique_ptr<float[]> input; // of max_batch images
  std::atomic<bool> running{false};
};

#endif // MIXQ_RUNTIME_C_HANDLES_H
