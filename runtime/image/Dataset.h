//===- Dataset.h - Folders of images ----------------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Folders of images, with or without labels, in a fixed order.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_RUNTIME_IMAGE_DATASET_H
#define MIXQ_RUNTIME_IMAGE_DATASET_H

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace mixq {

struct Sample {
  std::string path; // can be opened as it is
  int label;        // class index, -1 without a label
};

struct Dataset {
  bool labelled() const { return samples.front().label >= 0; }

  std::vector<Sample> samples;         // at least one
  std::vector<std::string> classNames; // of an ImageFolder, else empty
};

/// Reads the list of images under `directory`, by the first layout that fits:
///   labels.tsv   a header line that starts `file<tab>class`, then one image a
///                line: a path relative to the folder, its class index; in the
///                order of the file
///   ImageFolder  one sub-folder a class; names sorted bytewise number the
///                classes; images at any depth, sorted
///   a flat folder of images without labels, sorted
/// Images end in .png, .jpg or .jpeg, in any case; hidden entries are ignored.
/// A folder without images, or with images beside sub-folders, is an error.
absl::StatusOr<Dataset> openDataset(const std::string &directory);

} // namespace mixq

#endif // MIXQ_RUNTIME_IMAGE_DATASET_H
