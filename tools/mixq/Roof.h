//===- Roof.h - The most that this core can compute -------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A module carries, for each kind of product that it computes, a kernel of that
// product's instructions on registers alone (docs/format.md). Its speed is what
// a step's speed is measured against.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TOOLS_MIXQ_ROOF_H
#define MIXQ_TOOLS_MIXQ_ROOF_H

#include <map>

#include "runtime/Context.h"

namespace mixq {

/// Of products whose first operand is `lhs`, on one core, in 10^9 operations a
/// second, two a multiplication. 0 where an executable module has no such
/// kernel. Takes about 50 milliseconds.
double measureRoof(const Module &module, schema::ElementType lhs);

/// The limits of a context's threads together, each measured when it is first
/// asked for.
class Roofs {
public:
  explicit Roofs(const Context &context) : context(context) {}

  double of(schema::ElementType lhs);

private:
  const Context &context;
  std::map<schema::ElementType, double> measured;
};

} // namespace mixq

#endif // MIXQ_TOOLS_MIXQ_ROOF_H
