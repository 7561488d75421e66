//===- Bits.cpp - The bit-widths of a unit's operands ---------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialect/Bits.h"

using namespace mlir;
using namespace mixq;

FailureOr<SmallVector<unsigned>> mixq::bitsOf(CostOpInterface unit) {
  size_t count = unit.getQuantizableOperands().size();
  Attribute found = unit->getAttr(kBitsAttr);
  if (!found)
    return SmallVector<unsigned>(count, 8);
  auto bits = dyn_cast<DenseI64ArrayAttr>(found);
  if (!bits || bits.asArrayRef().size() != count)
    return unit->emitOpError("expects `")
           << kBitsAttr << "` to be array<i64: ...> with " << count
           << " entries, got " << found;
  for (int64_t width : bits.asArrayRef())
    if (width < 2 || width > 8)
      return unit->emitOpError("expects entries of `")
             << kBitsAttr << "` in [2, 8], got " << width;
  return SmallVector<unsigned>(bits.asArrayRef());
}
