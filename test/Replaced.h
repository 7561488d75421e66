//===- Replaced.h - Valid texts with one piece changed ----------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TEST_REPLACED_H
#define MIXQ_TEST_REPLACED_H

#include "gtest/gtest.h"

#include <string>

namespace mixq::test {

/// `text` with `from`, which must occur exactly once, replaced by `to`.
inline std::string replaced(const std::string &text, const std::string &from,
                            const std::string &to) {
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from;
  std::string result = text;
  return at == std::string::npos ? result : result.replace(at, from.size(), to);
}

/// A piece of a valid text that makes it invalid once replaced, and the error.
struct BadPiece {
  const char *name; ///< of the test
  const char *from;
  const char *to;
  const char *error;
};

inline std::string replaced(const std::string &text, const BadPiece &piece) {
  return replaced(text, piece.from, piece.to);
}

/// Names tests by their pieces, as the last argument of
/// INSTANTIATE_TEST_SUITE_P.
inline std::string nameOf(const testing::TestParamInfo<BadPiece> &info) {
  return info.param.name;
}

} // namespace mixq::test

#endif // MIXQ_TEST_REPLACED_H
