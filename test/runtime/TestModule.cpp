//===- TestModule.cpp - A tiny module -------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/runtime/TestModule.h"

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "gtest/gtest.h"

namespace mixq {
namespace test {
namespace {

// Both loop over rsi (begin) to rdx (end) with the argument pointers in rdi.
const uint8_t addCode[] = {
    0x48, 0x8b, 0x07,                   // mov rax, [rdi]
    0x48, 0x8b, 0x4f, 0x08,             // mov rcx, [rdi + 8]
    0x4c, 0x8b, 0x47, 0x10,             // mov r8, [rdi + 16]
    0x48, 0x39, 0xd6,                   // cmp rsi, rdx
    0x7d, 0x15,                         // jge to the ret
    0xf3, 0x0f, 0x10, 0x04, 0xb0,       // movss xmm0, [rax + 4 * rsi]
    0xf3, 0x0f, 0x58, 0x04, 0xb1,       // addss xmm0, [rcx + 4 * rsi]
    0xf3, 0x41, 0x0f, 0x11, 0x04, 0xb0, // movss [r8 + 4 * rsi], xmm0
    0x48, 0xff, 0xc6,                   // inc rsi
    0xeb, 0xe6,                         // jmp to the cmp
    0xc3};                              // ret
const uint8_t twiceCode[] = {
    0x48, 0x8b, 0x07,                   // mov rax, [rdi]
    0x4c, 0x8b, 0x47, 0x08,             // mov r8, [rdi + 8]
    0x48, 0x39, 0xd6,                   // cmp rsi, rdx
    0x7d, 0x14,                         // jge to the ret
    0xf3, 0x0f, 0x10, 0x04, 0xb0,       // movss xmm0, [rax + 4 * rsi]
    0xf3, 0x0f, 0x58, 0xc0,             // addss xmm0, xmm0
    0xf3, 0x41, 0x0f, 0x11, 0x04, 0xb0, // movss [r8 + 4 * rsi], xmm0
    0x48, 0xff, 0xc6,                   // inc rsi
    0xeb, 0xe7,                         // jmp to the cmp
    0xc3};                              // ret
constexpr uint64_t addAt = 64, twiceAt = 128;

using schema::ElementType;
using schema::Space;

void addKernel(schema::HeaderT &header, const char *name, uint64_t offset,
               ElementType operands) {
  auto kernel = std::make_unique<schema::KernelT>();
  kernel->name = std::string(name) + "_f32_24";
  kernel->op = std::string("mixq.") + name;
  kernel->offset = offset;
  kernel->lhs = kernel->rhs = operands;
  kernel->result = ElementType::F32;
  header.kernels.push_back(std::move(kernel));
}

void addArgument(schema::StepT &step, Space space, uint64_t offset) {
  auto argument = std::make_unique<schema::ArgumentT>();
  argument->space = space;
  argument->offset = offset;
  argument->size = elements * sizeof(float);
  step.arguments.push_back(std::move(argument));
}

schema::StepT &addStep(schema::HeaderT &header, const char *name,
                       uint32_t kernel) {
  auto step = std::make_unique<schema::StepT>();
  step->name = name;
  step->kernel = kernel;
  step->tasks = elements;
  step->macs = elements;
  header.steps.push_back(std::move(step));
  return *header.steps.back();
}

void addLayer(schema::HeaderT &header) {
  auto layer = std::make_unique<schema::LayerT>();
  layer->name = "head";
  layer->kind = "linear";
  layer->parameters = layer->packed_elements = elements;
  layer->macs = elements;
  layer->weights_size = elements * sizeof(float);
  header.layers.push_back(std::move(layer));
}

} // namespace

std::vector<uint8_t> makeCode() {
  std::vector<uint8_t> code(twiceAt + sizeof(twiceCode));
  std::memcpy(&code[addAt], addCode, sizeof(addCode));
  std::memcpy(&code[twiceAt], twiceCode, sizeof(twiceCode));
  return code;
}

std::vector<uint8_t> makeConstants() {
  std::vector<uint8_t> bytes(elements * sizeof(float));
  for (int i = 0; i < elements; ++i) {
    const float bias = 0.5f * i;
    std::memcpy(&bytes[i * sizeof(float)], &bias, sizeof(float));
  }
  return bytes;
}

schema::HeaderT makeHeader() {
  schema::HeaderT header;
  header.producer = "mixq test";
  header.model = "tiny";
  header.precision = "fp32";
  header.target = "x86-64";
  header.provenance = "made by hand";
  header.features = {"sse2"};
  header.signature = std::make_unique<schema::SignatureT>();
  header.signature->channels = 3;
  header.signature->height = 2;
  header.signature->width = 4;
  header.signature->classes = elements;
  header.signature->output_offset = 128;
  header.preprocessing = std::make_unique<schema::PreprocessingT>();
  header.preprocessing->resize = 4;
  header.preprocessing->mean = {0.5f, 0.5f, 0.5f};
  header.preprocessing->std = {0.25f, 0.5f, 0.5f};
  for (int i = 0; i < elements; ++i)
    header.class_names.push_back("name " + std::to_string(i));
  header.arena_size = 256;
  addLayer(header);
  addKernel(header, "add", addAt, ElementType::F32);
  addKernel(header, "twice", twiceAt, ElementType::None);
  schema::StepT &add = addStep(header, "head", 0);
  addArgument(add, Space::Input, 0);
  addArgument(add, Space::Constants, 0);
  addArgument(add, Space::Arena, 0);
  schema::StepT &twice = addStep(header, "twice", 1);
  addArgument(twice, Space::Arena, 0);
  addArgument(twice, Space::Arena, 128);
  return header;
}

std::vector<uint8_t> assemble(const schema::HeaderT &header) {
  return assembleModule(header, makeCode(), makeConstants()).value();
}

std::string scratchFolder() {
  std::string folder = ::testing::TempDir() + "/mixq.XXXXXX";
  EXPECT_NE(::mkdtemp(&folder[0]), nullptr);
  return folder;
}

std::string writeScratch(const std::string &name,
                         const std::vector<uint8_t> &bytes) {
  const std::string path = scratchFolder() + "/" + name;
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
  return path;
}

} // namespace test
} // namespace mixq
