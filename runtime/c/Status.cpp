//===- Status.cpp - Errors of the C API -----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/c/Handles.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "runtime/Version.h"

namespace mixq {
namespace capi {
namespace {

/// A plain array: no memory is needed to report that there is none.
thread_local char lastError[1024] = "";

/// Appends to the message of `used` bytes what fits.
size_t append(size_t used, absl::string_view text) {
  const size_t count = std::min(text.size(), sizeof(lastError) - 1 - used);
  std::memcpy(lastError + used, text.data(), count);
  return used + count;
}

/// Ends the message, on one line and not within a UTF-8 character.
void finish(size_t used) {
  if (used == sizeof(lastError) - 1)
    while (used > 0 && (lastError[used - 1] & 0x80) != 0)
      --used;
  std::replace_if(
      lastError, lastError + used,
      [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  lastError[used] = '\0';
}

/// The codes that systemError() and the loader use.
mixq_status codeOf(absl::StatusCode code) {
  switch (code) {
  case absl::StatusCode::kOk:
    return MIXQ_OK;
  case absl::StatusCode::kInvalidArgument:
  case absl::StatusCode::kOutOfRange:
    return MIXQ_INVALID_ARGUMENT;
  case absl::StatusCode::kNotFound:
    return MIXQ_NOT_FOUND;
  case absl::StatusCode::kDataLoss:
    return MIXQ_BAD_MODULE;
  case absl::StatusCode::kFailedPrecondition:
  case absl::StatusCode::kUnimplemented:
    return MIXQ_UNSUPPORTED;
  case absl::StatusCode::kResourceExhausted:
  case absl::StatusCode::kUnavailable:
    return MIXQ_OUT_OF_RESOURCES;
  case absl::StatusCode::kAborted:
    return MIXQ_BUSY;
  case absl::StatusCode::kInternal:
    return MIXQ_INTERNAL;
  default:
    return MIXQ_IO_ERROR;
  }
}

} // namespace

Tag::Tag(const char *kindText) : kind(), version() {
  static_assert(sizeof(mixq::version) <= versionSize, "the version must fit");
  std::strncpy(kind, kindText, kindSize - 1);
  std::strncpy(version, mixq::version, versionSize - 1);
}

Tag::~Tag() {
  // Through volatile: the compiler may drop stores to an object that ends.
  volatile char *bytes = kind;
  for (size_t i = 0; i < kindSize; ++i)
    bytes[i] = 0;
}

absl::Status checkHandle(const void *handle, const char *kind) {
  const char *what = std::strcmp(kind, moduleKind) == 0 ? "module" : "context";
  if (!handle)
    return checkPointer(what, handle);
  const auto &tag = *static_cast<const Tag *>(handle);
  if (std::strncmp(tag.kind, kind, Tag::kindSize) != 0)
    return absl::InvalidArgumentError(
        absl::StrCat(what, " is not a handle of one, or was freed"));
  if (std::strncmp(tag.version, mixq::version, Tag::versionSize) != 0)
    return absl::InvalidArgumentError(absl::StrCat(
        what, " belongs to version ",
        std::string(tag.version, strnlen(tag.version, Tag::versionSize)),
        " of the library, this is version ", mixq::version));
  return absl::OkStatus();
}

mixq_status fail(mixq_status code, const char *function,
                 absl::string_view message) {
  finish(append(append(append(0, function), ": "), message));
  return code;
}

mixq_status report(const char *function, const absl::Status &status) {
  return status.ok() ? MIXQ_OK
                     : fail(codeOf(status.code()), function, status.message());
}

} // namespace capi
} // namespace mixq

const char *mixq_version(void) { return mixq::version; }

const char *mixq_last_error(void) { return mixq::capi::lastError; }

const char *mixq_status_name(int status) {
  static constexpr const char *names[] = {"MIXQ_OK",
                                          "MIXQ_INVALID_ARGUMENT",
                                          "MIXQ_NOT_FOUND",
                                          "MIXQ_IO_ERROR",
                                          "MIXQ_BAD_MODULE",
                                          "MIXQ_UNSUPPORTED",
                                          "MIXQ_OUT_OF_RESOURCES",
                                          "MIXQ_BUSY",
                                          "MIXQ_INTERNAL"};
  const auto index = static_cast<unsigned>(status);
  return index < std::size(names) ? names[index] : "unknown status";
}
