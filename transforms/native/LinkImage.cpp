//===- LinkImage.cpp - An object file to a position-independent image -----===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "transforms/native/Native.h"

#include "lld/Common/Driver.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

LLD_HAS_DRIVER(elf)

using namespace llvm;

namespace mixq {
namespace {

/// A temporary file that disappears with its owner.
struct TemporaryFile {
  SmallString<128> path;
  std::unique_ptr<FileRemover> remover;

  Error create(StringRef suffix) {
    if (std::error_code code =
            sys::fs::createTemporaryFile("mixq", suffix, path))
      return createStringError(code, "cannot create a temporary file");
    remover = std::make_unique<FileRemover>(path);
    return Error::success();
  }
};

Error writeBytes(StringRef path, ArrayRef<uint8_t> bytes) {
  std::error_code code;
  raw_fd_ostream stream(path, code);
  if (code)
    return createStringError(code, "cannot write " + path);
  stream.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  stream.close();
  if (stream.has_error())
    return createStringError(stream.error(), "cannot write " + path);
  return Error::success();
}

/// One read-execute segment that starts with the ELF header, so that addresses
/// are file offsets: the runtime maps the file as it is.
Error runLinker(StringRef object, StringRef image) {
  std::string output = image.str(), input = object.str();
  const char *arguments[] = {"ld.lld",
                             "--image-base=0",
                             "-z",
                             "noseparate-code",
                             "--no-rosegment",
                             "-z",
                             "nognustack",
                             "-e",
                             "0",
                             "--build-id=none",
                             "--no-undefined",
                             "-o",
                             output.c_str(),
                             input.c_str()};
  std::string messages;
  raw_string_ostream stream(messages);
  lld::Result result =
      lld::lldMain(arguments, stream, stream, {{lld::Gnu, &lld::elf::link}});
  if (result.retCode != 0)
    return createStringError("linking the kernels failed: " + messages);
  return Error::success();
}

/// Offsets of the functions; an image with anything to relocate, import or
/// write is refused.
Expected<StringMap<uint64_t>> readSymbols(MemoryBufferRef image) {
  auto object = object::ObjectFile::createObjectFile(image);
  if (!object)
    return object.takeError();
  StringMap<uint64_t> offsets;
  for (const object::ELFSymbolRef symbol : (*object)->symbols()) {
    if (symbol.getELFType() != ELF::STT_FUNC)
      continue;
    auto name = symbol.getName();
    auto address = symbol.getAddress();
    if (!name || !address)
      return joinErrors(name.takeError(), address.takeError());
    offsets[*name] = *address;
  }
  for (const object::ELFSectionRef section : (*object)->sections()) {
    bool relocates =
        section.getType() == ELF::SHT_RELA || section.getType() == ELF::SHT_REL;
    if (relocates || (section.getFlags() & ELF::SHF_WRITE))
      return createStringError("the linked kernels have relocations or "
                               "writable data");
  }
  return offsets;
}

} // namespace

Expected<CodeImage> linkImage(const std::vector<uint8_t> &object) {
  TemporaryFile input, output;
  if (Error error = input.create("o"))
    return std::move(error);
  if (Error error = output.create("elf"))
    return std::move(error);
  if (Error error = writeBytes(input.path, object))
    return std::move(error);
  if (Error error = runLinker(input.path, output.path))
    return std::move(error);
  auto buffer = MemoryBuffer::getFile(output.path, /*IsText=*/false,
                                      /*RequiresNullTerminator=*/false);
  if (!buffer)
    return createStringError(buffer.getError(), "cannot read the linked image");
  CodeImage image;
  auto offsets = readSymbols((*buffer)->getMemBufferRef());
  if (!offsets)
    return offsets.takeError();
  image.offsets = std::move(*offsets);
  image.bytes.assign((*buffer)->getBufferStart(), (*buffer)->getBufferEnd());
  return image;
}

} // namespace mixq
