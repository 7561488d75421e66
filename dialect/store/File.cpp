//===- File.cpp - Whole or no output files, checked input files -----------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/store/File.h"

#include "absl/strings/str_cat.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

using namespace mixq;

static absl::Status systemError(const std::string &path,
                                const std::string &action) {
  return absl::ErrnoToStatus(errno, absl::StrCat(path, ": cannot ", action));
}

//===----------------------------------------------------------------------===//
// InputFile
//===----------------------------------------------------------------------===//

absl::StatusOr<InputFile> InputFile::open(const std::string &path) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0)
    return systemError(path, "open");
  InputFile file(path, descriptor, 0);
  struct stat status;
  if (::fstat(descriptor, &status) != 0)
    return systemError(path, "read");
  if (!S_ISREG(status.st_mode))
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": expects a regular file, got ",
                     S_ISDIR(status.st_mode) ? "a directory" : "a device"));
  file.bytes = status.st_size;
  return file;
}

InputFile::InputFile(InputFile &&other) noexcept
    : path(std::move(other.path)),
      descriptor(std::exchange(other.descriptor, -1)), bytes(other.bytes) {}

InputFile::~InputFile() {
  if (descriptor >= 0)
    ::close(descriptor);
}

absl::Status InputFile::readAt(uint64_t offset, void *data,
                               size_t count) const {
  auto *to = static_cast<uint8_t *>(data);
  while (count > 0) {
    ssize_t got = ::pread(descriptor, to, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return systemError(path, "read");
    if (got == 0)
      return absl::DataLossError(absl::StrCat(path, ": the file ends at byte ",
                                              offset, ", ", count,
                                              " bytes before it should"));
    to += got;
    offset += got;
    count -= got;
  }
  return absl::OkStatus();
}

//===----------------------------------------------------------------------===//
// OutputFile
//===----------------------------------------------------------------------===//

/// Renaming over /dev/null or a pipe would replace it.
static bool isSpecial(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

absl::StatusOr<OutputFile> OutputFile::create(const std::string &path) {
  if (path.empty())
    return absl::InvalidArgumentError("expects an output path, got none");
  if (isSpecial(path)) {
    int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
      return systemError(path, "write");
    return OutputFile(path, "", descriptor);
  }
  for (int attempt = 0;; ++attempt) {
    std::string temporary =
        absl::StrCat(path, ".tmp-", ::getpid(), "-", attempt);
    int descriptor = ::open(temporary.c_str(),
                            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor >= 0)
      return OutputFile(path, std::move(temporary), descriptor);
    if (errno != EEXIST || attempt == 100)
      return systemError(path, "write");
  }
}

OutputFile::OutputFile(OutputFile &&other) noexcept
    : path(std::move(other.path)),
      temporary(std::exchange(other.temporary, "")),
      descriptor(std::exchange(other.descriptor, -1)) {}

OutputFile::~OutputFile() {
  if (descriptor >= 0)
    ::close(descriptor);
  if (!temporary.empty())
    ::unlink(temporary.c_str());
}

absl::Status OutputFile::write(const void *data, size_t count) {
  const auto *from = static_cast<const uint8_t *>(data);
  while (count > 0) {
    ssize_t written = ::write(descriptor, from, count);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return systemError(path, "write");
    from += written;
    count -= written;
  }
  return absl::OkStatus();
}

absl::Status OutputFile::commit() {
  if (::close(std::exchange(descriptor, -1)) != 0)
    return systemError(path, "write");
  if (!temporary.empty() && ::rename(temporary.c_str(), path.c_str()) != 0)
    return systemError(path, "write");
  temporary.clear();
  return absl::OkStatus();
}
