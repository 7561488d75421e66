//===- Dataset.cpp - Folders of images ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/image/Dataset.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "runtime/File.h"

namespace mixq {
namespace {

namespace fs = std::filesystem;

constexpr const char *listName = "labels.tsv";
constexpr uint64_t maxListSize = uint64_t{256} << 20;
constexpr int maxClass = 65535;

bool isImageName(const fs::path &path) {
  std::string extension = absl::AsciiStrToLower(path.extension().string());
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

bool isHidden(const fs::path &path) {
  return absl::StartsWith(path.filename().string(), ".");
}

bool isFolder(const fs::directory_entry &entry) {
  std::error_code error; // what cannot be examined is named when it is opened
  return entry.is_directory(error);
}

absl::Status folderError(const fs::path &folder, const std::error_code &error) {
  return systemError(folder.string(), "read the folder", error.value());
}

/// The visible entries of a folder, sorted.
absl::StatusOr<std::vector<fs::directory_entry>>
listFolder(const fs::path &folder) {
  std::vector<fs::directory_entry> entries;
  std::error_code error;
  fs::directory_iterator it(folder, error), end;
  for (; !error && it != end; it.increment(error))
    if (!isHidden(it->path()))
      entries.push_back(*it);
  if (error)
    return folderError(folder, error);
  std::sort(entries.begin(), entries.end());
  return entries;
}

/// Adds the images at any depth under `folder`.
absl::Status addImages(const fs::path &folder, int label,
                       std::vector<Sample> &samples) {
  std::vector<Sample> found;
  std::error_code error;
  fs::recursive_directory_iterator it(folder, error), end;
  for (; !error && it != end; it.increment(error)) {
    if (isHidden(it->path()))
      it.disable_recursion_pending();
    else if (isImageName(it->path()) && !isFolder(*it))
      found.push_back({it->path().string(), label});
  }
  if (error)
    return folderError(folder, error);
  std::sort(found.begin(), found.end(),
            [](const Sample &a, const Sample &b) { return a.path < b.path; });
  samples.insert(samples.end(), found.begin(), found.end());
  return absl::OkStatus();
}

absl::StatusOr<Dataset> readFolder(const fs::path &folder) {
  auto entries = listFolder(folder);
  if (!entries.ok())
    return entries.status();
  Dataset dataset;
  for (const fs::directory_entry &entry : *entries) {
    if (!isFolder(entry)) {
      if (isImageName(entry.path()))
        dataset.samples.push_back({entry.path().string(), -1});
      continue;
    }
    dataset.classNames.push_back(entry.path().filename().string());
  }
  if (!dataset.samples.empty() && !dataset.classNames.empty())
    return absl::InvalidArgumentError(absl::StrCat(
        folder.string(), ": holds images (", dataset.samples.front().path,
        ") beside sub-folders (", dataset.classNames.front(),
        "): neither a flat folder nor one folder a class"));
  for (size_t i = 0; i < dataset.classNames.size(); ++i)
    if (absl::Status s = addImages(folder / dataset.classNames[i],
                                   static_cast<int>(i), dataset.samples);
        !s.ok())
      return s;
  return dataset;
}

/// Neither absolute nor through "..": the list cannot name files elsewhere.
bool staysInside(absl::string_view file) {
  if (file.empty() || file[0] == '/' || absl::StrContains(file, '\0'))
    return false;
  for (absl::string_view part : absl::StrSplit(file, '/'))
    if (part == "..")
      return false;
  return true;
}

absl::StatusOr<Sample> parseLine(absl::string_view line,
                                 const fs::path &folder) {
  std::vector<absl::string_view> fields = absl::StrSplit(line, '\t');
  if (fields.size() < 2)
    return absl::InvalidArgumentError("expected file<tab>class");
  if (!staysInside(fields[0]))
    return absl::InvalidArgumentError(
        absl::StrCat("file '", fields[0], "' is not a path inside the folder"));
  int label = -1;
  if (!absl::SimpleAtoi(fields[1], &label) || label < 0 || label > maxClass)
    return absl::InvalidArgumentError(absl::StrCat(
        "class '", fields[1], "' is not an index from 0 to ", maxClass));
  return Sample{(folder / std::string(fields[0])).string(), label};
}

absl::StatusOr<Dataset> readList(const fs::path &folder) {
  const std::string path = (folder / listName).string();
  auto bytes = readFile(path, maxListSize);
  if (!bytes.ok())
    return bytes.status();
  absl::string_view text(reinterpret_cast<const char *>(bytes->data()),
                         bytes->size());
  Dataset dataset;
  size_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = absl::StripSuffix(line, "\r");
    if (++number == 1) {
      if (line != "file\tclass" && !absl::StartsWith(line, "file\tclass\t"))
        return absl::InvalidArgumentError(
            absl::StrCat(path, ":1: the header does not start file<tab>class"));
      continue;
    }
    if (line.empty())
      continue;
    absl::StatusOr<Sample> sample = parseLine(line, folder);
    if (!sample.ok())
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", number, ": ", sample.status().message()));
    dataset.samples.push_back(*std::move(sample));
  }
  return dataset;
}

} // namespace

absl::StatusOr<Dataset> openDataset(const std::string &directory) {
  std::error_code error;
  const bool hasList = fs::exists(fs::path(directory) / listName, error);
  if (error)
    return folderError(directory, error);
  auto dataset = hasList ? readList(directory) : readFolder(directory);
  if (dataset.ok() && dataset->samples.empty())
    return absl::InvalidArgumentError(
        absl::StrCat(directory, ": no images there"));
  return dataset;
}

} // namespace mixq
