//===- Module.cpp - Modules in the C API ----------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/c/Handles.h"

#include <cstring>

#include "absl/strings/str_cat.h"

namespace mixq {
namespace capi {
namespace {

static_assert(MIXQ_BILINEAR ==
              static_cast<int>(schema::Interpolation::Bilinear));
static_assert(MIXQ_BICUBIC == static_cast<int>(schema::Interpolation::Bicubic));

absl::Status wrap(absl::StatusOr<std::shared_ptr<const Module>> loaded,
                  mixq_module **module) {
  if (!loaded.ok())
    return loaded.status();
  *module = new mixq_module(*std::move(loaded));
  return absl::OkStatus();
}

absl::Status load(const char *path, mixq_module **module) {
  if (absl::Status s = checkPointer("module", module); !s.ok())
    return s;
  *module = nullptr;
  if (absl::Status s = checkPointer("path", path); !s.ok())
    return s;
  return wrap(Module::load(path), module);
}

absl::Status loadMemory(const void *bytes, size_t size, mixq_module **module) {
  if (absl::Status s = checkPointer("module", module); !s.ok())
    return s;
  *module = nullptr;
  if (absl::Status s = checkPointer("bytes", bytes); !s.ok())
    return s;
  return wrap(Module::fromMemory({static_cast<const uint8_t *>(bytes), size}),
              module);
}

/// Copies what the caller's version of a struct holds. What it has beyond ours
/// becomes zero.
template <typename Struct>
absl::Status copyOut(const char *name, const Struct &value, Struct *out) {
  if (absl::Status s = checkPointer(name, out); !s.ok())
    return s;
  const size_t size = out->size;
  constexpr size_t least = sizeof(Struct); // of version 0.1, the first
  if (size < least)
    return absl::InvalidArgumentError(
        absl::StrCat(name, ": size is ", size, ", expected at least ", least));
  std::memset(out, 0, size);
  *out = value;
  out->size = size;
  return absl::OkStatus();
}

absl::Status signatureOf(const mixq_module *module, mixq_signature *out) {
  if (absl::Status s = checkHandle(module, moduleKind); !s.ok())
    return s;
  const schema::Signature &signature = *module->module->header().signature();
  mixq_signature value = MIXQ_SIGNATURE_INIT;
  value.channels = signature.channels();
  value.height = signature.height();
  value.width = signature.width();
  value.classes = signature.classes();
  value.input_elements = module->module->inputElements();
  return copyOut("signature", value, out);
}

absl::Status preprocessingOf(const mixq_module *module,
                             mixq_preprocessing *out) {
  if (absl::Status s = checkHandle(module, moduleKind); !s.ok())
    return s;
  const schema::Preprocessing &preprocessing =
      *module->module->header().preprocessing();
  mixq_preprocessing value = MIXQ_PREPROCESSING_INIT;
  value.resize = preprocessing.resize();
  value.interpolation = static_cast<uint32_t>(preprocessing.interpolation());
  value.mean = preprocessing.mean()->data();
  value.std = preprocessing.std()->data();
  value.resize_width = preprocessing.resize_width();
  value.keep_ratio = preprocessing.keep_ratio();
  return copyOut("preprocessing", value, out);
}

absl::Status classNameOf(const mixq_module *module, uint32_t index,
                         const char *&name) {
  if (absl::Status s = checkHandle(module, moduleKind); !s.ok())
    return s;
  const schema::Header &header = module->module->header();
  const uint32_t classes = header.signature()->classes();
  if (index >= classes)
    return absl::InvalidArgumentError(absl::StrCat(
        "index is ", index, ", the module has ", classes, " classes"));
  const auto &names = *header.class_names();
  name = names.size() == 0 ? "" : names[index]->c_str();
  return absl::OkStatus();
}

using Text = const flatbuffers::String *(schema::Header::*)() const;

const char *textOf(const char *function, const mixq_module *module, Text text) {
  const char *result = nullptr;
  guarded(function, [&] {
    absl::Status status = checkHandle(module, moduleKind);
    if (status.ok())
      result = (module->module->header().*text)()->c_str();
    return status;
  });
  return result;
}

} // namespace
} // namespace capi
} // namespace mixq

using namespace mixq;
using namespace mixq::capi;

mixq_status mixq_module_load(const char *path, mixq_module **module) {
  return guarded(__func__, [&] { return load(path, module); });
}

mixq_status mixq_module_load_memory(const void *bytes, size_t size,
                                    mixq_module **module) {
  return guarded(__func__, [&] { return loadMemory(bytes, size, module); });
}

void mixq_module_free(mixq_module *module) {
  if (module && guarded(__func__, [&] {
                  return checkHandle(module, moduleKind);
                }) == MIXQ_OK)
    delete module;
}

mixq_status mixq_module_signature(const mixq_module *module,
                                  mixq_signature *signature) {
  return guarded(__func__, [&] { return signatureOf(module, signature); });
}

mixq_status mixq_module_preprocessing(const mixq_module *module,
                                      mixq_preprocessing *preprocessing) {
  return guarded(__func__,
                 [&] { return preprocessingOf(module, preprocessing); });
}

const char *mixq_module_class_name(const mixq_module *module, uint32_t index) {
  const char *name = nullptr;
  guarded(__func__, [&] { return classNameOf(module, index, name); });
  return name;
}

const char *mixq_module_model(const mixq_module *module) {
  return textOf(__func__, module, &schema::Header::model);
}

const char *mixq_module_precision(const mixq_module *module) {
  return textOf(__func__, module, &schema::Header::precision);
}

const char *mixq_module_provenance(const mixq_module *module) {
  return textOf(__func__, module, &schema::Header::provenance);
}

const char *mixq_module_target(const mixq_module *module) {
  return textOf(__func__, module, &schema::Header::target);
}

const char *mixq_module_producer(const mixq_module *module) {
  return textOf(__func__, module, &schema::Header::producer);
}
