//===- ModuleFuzzer.cpp - Module files ------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads a module file as every user of the runtime does: for inspection and for
// execution, with contexts on it. Never runs one: a module contains code, and
// whether mutated code does harm is no question to a loader.
//
// The hashes of a file refuse nearly all of what blind mutation makes. So the
// mutator changes a field of the header and assembles the file anew, or changes
// bytes of the header and corrects its hash.
//
//===----------------------------------------------------------------------===//

#include <cstring>
#include <random>

#include "runtime/Context.h"
#include "runtime/Hash.h"
#include "runtime/Module.h"
#include "runtime/ModuleVerifier.h"
#include "test/fuzz/HeaderMutator.h"
#include "tools/mixq/Describe.h"

using namespace mixq;

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize);

namespace {

constexpr size_t headerHashAt = 32; // in the prologue

/// The header's bytes, as the prologue states them, or none.
absl::Span<uint8_t> headerOf(absl::Span<uint8_t> file) {
  absl::StatusOr<Prologue> prologue = readPrologue(file, file.size());
  if (!prologue.ok())
    return {};
  return file.subspan(prologueSize, prologue->headerSize);
}

void rehash(absl::Span<uint8_t> file, absl::Span<const uint8_t> header) {
  const uint64_t hash = hashBytes(header);
  std::memcpy(file.data() + headerHashAt, &hash, sizeof(hash));
}

/// Changes some bytes of the header and makes its hash right.
size_t mutateHeaderBytes(absl::Span<uint8_t> file) {
  absl::Span<uint8_t> header = headerOf(file);
  if (header.empty())
    return 0;
  std::vector<uint8_t> changed(header.begin(), header.end());
  LLVMFuzzerMutate(changed.data(), changed.size(), changed.size());
  std::memcpy(header.data(), changed.data(), changed.size());
  rehash(file, header);
  return file.size();
}

/// Changes a field and assembles the file anew, if it has a header to begin
/// with and the result fits.
size_t mutateFields(absl::Span<uint8_t> buffer, size_t size,
                    std::minstd_rand &random) {
  // A copy at an address that the verifier accepts.
  const std::vector<uint8_t> file(buffer.begin(), buffer.begin() + size);
  absl::StatusOr<Container> container = readContainer(file);
  if (!container.ok())
    return 0;
  std::unique_ptr<schema::HeaderT> header(container->header->UnPack());
  for (unsigned i = random() % 3 + 1; i > 0; --i)
    fuzz::mutateHeader(*header, random);
  absl::StatusOr<std::vector<uint8_t>> changed =
      assembleModule(*header, container->code, container->constants);
  if (!changed.ok() || changed->size() > buffer.size())
    return 0;
  std::memcpy(buffer.data(), changed->data(), changed->size());
  return changed->size();
}

void useModule(const Module &module) {
  for (const schema::Layer *layer : *module.header().layers())
    weightBits(*layer);
  moduleJson(module).dump();
}

void useContext(std::shared_ptr<const Module> module, size_t size) {
  // Threads cost more than all the rest: not every time.
  const int threads = size % 64 == 0 ? 2 : 1;
  auto context = Context::create(module, {threads, 1 + int(size % 2), false});
  if (context.ok() && module->inputElements() < 1 << 16)
    (*context)->run({}, 1, {}).IgnoreError(); // wrong sizes: an error
}

} // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size,
                                          size_t maxSize, unsigned seed) {
  std::minstd_rand random(seed);
  size_t changed = 0;
  if (const unsigned choice = random() % 8; choice < 4)
    changed = mutateFields(absl::MakeSpan(data, maxSize), size, random);
  else if (choice < 7)
    changed = mutateHeaderBytes(absl::MakeSpan(data, size));
  return changed ? changed : LLVMFuzzerMutate(data, size, maxSize);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const auto file = absl::MakeConstSpan(data, size);
  auto inspected = Module::fromMemory(file, Purpose::Inspection);
  auto module = Module::fromMemory(file);
  if (inspected.ok())
    useModule(**inspected);
  if (module.ok())
    useContext(*module, size);
  // Execution asks for the CPU's features on top, and for nothing else.
  if (module.ok() && !inspected.ok())
    __builtin_trap();
  return 0;
}
