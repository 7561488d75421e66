//===- AtomicFile.cpp - Output files that appear when complete ------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/AtomicFile.h"

#include <atomic>
#include <climits>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "runtime/File.h"

namespace mixq {
namespace {

absl::Status writeAll(int descriptor, absl::Span<const uint8_t> bytes,
                      const std::string &path) {
  while (!bytes.empty()) {
    ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return systemError(path, "write");
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return absl::OkStatus();
}

/// Where the bytes go: the target of a symbolic link, else the path itself.
/// `special` tells whether that is a device or a pipe.
absl::StatusOr<std::string> resolveTarget(const std::string &path,
                                          bool &special) {
  special = false;
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT)
      return systemError(path, "write");
    return path;
  }
  if (S_ISDIR(status.st_mode))
    return systemError(path, "write", EISDIR);
  special = !S_ISREG(status.st_mode);
  char resolved[PATH_MAX];
  if (special || ::realpath(path.c_str(), resolved) == nullptr)
    return path;
  return std::string(resolved);
}

constexpr mode_t plainMode = 0666, executableMode = 0777; // less the umask

/// Creates a temporary file beside `target`.
absl::StatusOr<int> createTemporary(const std::string &target,
                                    std::string &name, mode_t mode) {
  constexpr int attempts = 100; // names left behind by processes that died
  static std::atomic<unsigned> counter{0};
  int descriptor = -1;
  for (int i = 0; i < attempts && descriptor < 0; ++i) {
    name = absl::StrCat(target, ".tmp.", ::getpid(), ".", counter++);
    descriptor =
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (descriptor < 0 && errno != EEXIST)
      break;
  }
  if (descriptor < 0)
    return systemError(target, "write");
  return descriptor;
}

absl::Status writeSpecial(const std::string &path,
                          absl::Span<const uint8_t> bytes) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0)
    return systemError(path, "write");
  return writeAll(file.get(), bytes, path);
}

absl::Status replaceFile(const std::string &path,
                         absl::Span<const uint8_t> bytes, mode_t mode) {
  bool special = false;
  absl::StatusOr<std::string> target = resolveTarget(path, special);
  if (!target.ok())
    return target.status();
  if (special)
    return writeSpecial(*target, bytes);
  std::string temporary;
  absl::StatusOr<int> descriptor = createTemporary(*target, temporary, mode);
  if (!descriptor.ok())
    return descriptor.status();
  absl::Status status = writeAll(*descriptor, bytes, path);
  if (::close(*descriptor) != 0 && status.ok())
    status = systemError(path, "write");
  if (status.ok() && ::rename(temporary.c_str(), target->c_str()) != 0)
    status = systemError(path, "write");
  if (!status.ok())
    ::unlink(temporary.c_str());
  return status;
}

} // namespace

absl::Status writeFile(const std::string &path,
                       absl::Span<const uint8_t> bytes) {
  return replaceFile(path, bytes, plainMode);
}

absl::Status writeExecutable(const std::string &path,
                             absl::Span<const uint8_t> bytes) {
  return replaceFile(path, bytes, executableMode);
}

absl::Status writeFile(const std::string &path, absl::string_view text) {
  return writeFile(
      path, absl::MakeConstSpan(reinterpret_cast<const uint8_t *>(text.data()),
                                text.size()));
}

absl::Status checkWritable(const std::string &path) {
  bool special = false;
  absl::StatusOr<std::string> target = resolveTarget(path, special);
  if (!target.ok())
    return target.status();
  if (special)
    return ::access(path.c_str(), W_OK) == 0 ? absl::OkStatus()
                                             : systemError(path, "write");
  std::string temporary;
  absl::StatusOr<int> descriptor =
      createTemporary(*target, temporary, plainMode);
  if (!descriptor.ok())
    return descriptor.status();
  ::close(*descriptor);
  ::unlink(temporary.c_str());
  return absl::OkStatus();
}

} // namespace mixq
