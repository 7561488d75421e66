//===- Dlopen.cpp - Several shared objects with modules in a process ------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: dlopen LIBRARY FUNCTION...: loads the libraries one after the other,
// all at once, and opens the module of each by its own functions only.
//
//===----------------------------------------------------------------------===//

#include "libdigits.h"

#include <cstdio>
#include <dlfcn.h>

static bool open(const char *path, const char *name) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return false;
  }
  auto load = reinterpret_cast<decltype(&digits_open)>(dlsym(library, name));
  auto model = reinterpret_cast<decltype(&mixq_module_precision)>(
      dlsym(library, "mixq_module_precision"));
  auto error = reinterpret_cast<decltype(&mixq_last_error)>(
      dlsym(library, "mixq_last_error"));
  mixq_module *module = nullptr;
  if (!load || !model || !error || load(&module) != MIXQ_OK) {
    std::fprintf(stderr, "%s\n", error ? error() : dlerror());
    return false;
  }
  std::printf("%s\n", model(module));
  return true;
}

int main(int argc, char **argv) {
  for (int i = 1; i + 1 < argc; i += 2)
    if (!open(argv[i], argv[i + 1]))
      return 1;
  return 0;
}
