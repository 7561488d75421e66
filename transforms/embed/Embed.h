//===- Embed.h - Modules inside programs and shared objects -----*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts a module into a prebuilt program or shared object that was linked with
// runtime/embed, without a linker: equal input gives equal bytes on every
// machine. docs/design/outputs.md describes the result.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_EMBED_EMBED_H
#define MIXQ_TRANSFORMS_EMBED_EMBED_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mixq {

/// `carrier` with `module` in it.
llvm::Expected<std::vector<uint8_t>>
embedModule(llvm::ArrayRef<uint8_t> carrier, llvm::ArrayRef<uint8_t> module);

/// What a shared object is called.
struct LibraryNames {
  std::string file;   ///< "libdigits.so": the SONAME
  std::string header; ///< "libdigits.h"
  std::string prefix; ///< "digits": of digits_open() and DIGITS_CLASSES
};

/// The names that follow from the path of the file to write: its last part
/// must be [lib]NAME.so. What C does not allow in a name becomes `_`.
llvm::Expected<LibraryNames> libraryNames(llvm::StringRef path);

/// Gives the shared object its SONAME, and the function that opens its module
/// the name PREFIX_open.
llvm::Error renameLibrary(std::vector<uint8_t> &image,
                          const LibraryNames &names);

/// The C header of the shared object: mixq.h, so that it needs no other, the
/// module's signature as constants, and the declaration of PREFIX_open.
llvm::Expected<std::string> libraryHeader(llvm::ArrayRef<uint8_t> module,
                                          const LibraryNames &names);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_EMBED_EMBED_H
