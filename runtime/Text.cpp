//===- Text.cpp - Text from files -----------------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/Text.h"

#include <cstdint>

namespace mixq {
namespace {

struct Form {
  unsigned char mask, lead; // of the first byte
  int extra;                // bytes that follow
  uint32_t smallest;        // code point that needs this form
};

constexpr Form forms[] = {{0x80, 0x00, 0, 0},
                          {0xe0, 0xc0, 1, 0x80},
                          {0xf0, 0xe0, 2, 0x800},
                          {0xf8, 0xf0, 3, 0x10000}};

const Form *formOf(unsigned char first) {
  for (const Form &form : forms)
    if ((first & form.mask) == form.lead)
      return &form;
  return nullptr;
}

bool isAllowed(uint32_t code, uint32_t smallest) {
  const bool isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const bool isSurrogate = code >= 0xd800 && code < 0xe000;
  return code >= smallest && code <= 0x10ffff && !isControl && !isSurrogate;
}

/// Removes one character from the front, false if it is not allowed.
bool consumeCharacter(absl::string_view &text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const Form *form = formOf(first);
  if (form == nullptr || text.size() <= static_cast<size_t>(form->extra))
    return false;
  uint32_t code = first & ~form->mask & 0xff;
  for (int i = 1; i <= form->extra; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80)
      return false;
    code = code << 6 | (next & 0x3f);
  }
  text.remove_prefix(1 + form->extra);
  return isAllowed(code, form->smallest);
}

} // namespace

bool isCleanText(absl::string_view text) {
  while (!text.empty())
    if (!consumeCharacter(text))
      return false;
  return true;
}

} // namespace mixq
