//===- Open.cpp - Opens the module of a shared object ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one function of a `--emit=shared` library that mixq.h does not declare.
// The compiler renames it to NAME_open and declares it in the library's header.
//
//===----------------------------------------------------------------------===//

#include "runtime/c/Handles.h"
#include "runtime/embed/Embedded.h"

extern "C" {

/// As long as the longest name it can be given.
MIXQ_API mixq_status
mixq_embedded_open_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx(
    mixq_module **module) {
  absl::Span<const uint8_t> bytes;
  const mixq_status found = mixq::capi::guarded("open", [&] {
    if (module)
      *module = nullptr;
    auto embedded = mixq::embeddedModule();
    if (embedded.ok())
      bytes = *embedded;
    return embedded.status();
  });
  return found == MIXQ_OK
             ? mixq_module_load_memory(bytes.data(), bytes.size(), module)
             : found;
}

} // extern "C"
