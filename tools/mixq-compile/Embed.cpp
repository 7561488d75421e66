//===- Embed.cpp - Writes programs and shared objects ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/mixq-compile/Embed.h"

#include <algorithm>
#include <climits>
#include <iterator>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "runtime/AtomicFile.h"
#include "runtime/File.h"
#include "transforms/embed/Embed.h"

namespace mixq {
namespace {

constexpr uint64_t kMaxPartSize = uint64_t{256} << 20;

/// Where the parts lie, from the folder of this program: in the build tree
/// beside it, installed under libexec.
constexpr const char *kFolders[] = {"", "../libexec/mixq/"};

absl::Status toStatus(llvm::Error error) {
  return absl::InvalidArgumentError(llvm::toString(std::move(error)));
}

absl::StatusOr<std::string> ownFolder() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof(path));
  if (size < 0 || size == static_cast<ssize_t>(sizeof(path)))
    return systemError("/proc/self/exe", "be read");
  const std::string self(path, size);
  return self.substr(0, self.rfind('/') + 1);
}

/// What outputs of a kind are made of.
struct Part {
  const char *kind, *file;
};
constexpr Part kParts[] = {{"executable", "mixq-runner"},
                           {"benchmarks", "mixq-benchmarks"},
                           {"shared", "libmixq_embedded.so"}};

bool isLibrary(const std::string &kind) { return kind == "shared"; }

const Part *findPart(const std::string &kind) {
  const auto *found =
      std::find_if(std::begin(kParts), std::end(kParts),
                   [&](const Part &part) { return part.kind == kind; });
  return found == std::end(kParts) ? nullptr : found;
}

absl::StatusOr<std::vector<uint8_t>> readPart(const std::string &kind) {
  const char *name = findPart(kind)->file;
  absl::StatusOr<std::string> folder = ownFolder();
  if (!folder.ok())
    return folder.status();
  std::string tried;
  for (const char *relative : kFolders) {
    const std::string path = absl::StrCat(*folder, relative, name);
    auto bytes = readFile(path, kMaxPartSize);
    if (bytes.ok() || !absl::IsNotFound(bytes.status()))
      return bytes;
    absl::StrAppend(&tried, tried.empty() ? "" : " nor ", path);
  }
  return absl::NotFoundError(absl::StrCat(
      "--emit=", kind,
      " needs a part of this installation: ", "there is neither ", tried));
}

std::string headerPath(const std::string &path, const LibraryNames &names) {
  return path.substr(0, path.size() - names.file.size()) + names.header;
}

absl::Status writeLibrary(const std::string &path, std::vector<uint8_t> image,
                          const std::vector<uint8_t> &module) {
  auto names = libraryNames(path);
  if (!names)
    return toStatus(names.takeError());
  if (llvm::Error error = renameLibrary(image, *names))
    return toStatus(std::move(error));
  auto header = libraryHeader(module, *names);
  if (!header)
    return toStatus(header.takeError());
  absl::Status status = writeFile(headerPath(path, *names), *header);
  return status.ok() ? writeFile(path, image) : status;
}

} // namespace

bool wrapsModule(const std::string &kind) { return findPart(kind) != nullptr; }

absl::Status checkWrapping(const std::string &kind, const std::string &path) {
  auto part = readPart(kind);
  if (!part.ok() || !isLibrary(kind))
    return part.status();
  auto names = libraryNames(path);
  if (!names)
    return toStatus(names.takeError());
  if (llvm::Error error = renameLibrary(*part, *names))
    return toStatus(std::move(error));
  return checkWritable(headerPath(path, *names));
}

absl::Status writeWrapped(const std::string &kind, const std::string &path,
                          const std::vector<uint8_t> &module) {
  auto part = readPart(kind);
  if (!part.ok())
    return part.status();
  auto image = embedModule(*part, module);
  if (!image)
    return toStatus(image.takeError());
  return isLibrary(kind) ? writeLibrary(path, *std::move(image), module)
                         : writeExecutable(path, *image);
}

} // namespace mixq
