//===- ForeignModule.cpp - A module for another CPU -----------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// foreign_module IN OUT: adds to a module the requirement of a feature that
// this CPU lacks, and prints the feature.
//
//===----------------------------------------------------------------------===//

#include "runtime/AtomicFile.h"
#include "runtime/Container.h"
#include "runtime/CpuFeatures.h"
#include "runtime/Module.h"

#include <cstdio>

using namespace mixq;

namespace {

/// No CPU has all of them: they come from different lines of processors.
const char *missingFeature() {
  for (const char *name :
       {"avxvnniint16", "avx512vp2intersect", "avx512fp16", "avxvnniint8"})
    if (isKnownCpuFeature(name) && !hasCpuFeature(name))
      return name;
  return nullptr;
}

absl::Status convert(const char *from, const char *to, const char *feature) {
  auto module = Module::load(from, Purpose::Inspection);
  if (!module.ok())
    return module.status();
  schema::HeaderT header;
  (*module)->header().UnPackTo(&header);
  header.features.push_back(feature);
  auto file = assembleModule(std::move(header), (*module)->code(),
                             (*module)->constants());
  return file.ok() ? writeFile(to, *file) : file.status();
}

} // namespace

int main(int argc, char **argv) {
  const char *feature = missingFeature();
  if (argc != 3 || !feature)
    return 2;
  absl::Status status = convert(argv[1], argv[2], feature);
  if (!status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }
  std::printf("%s\n", feature);
  return 0;
}
