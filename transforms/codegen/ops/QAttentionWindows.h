//===- QAttentionWindows.h - Integer attention within windows - -*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A task is one head of one window: its keys and values are packed into the
// stack, and all its queries meet them there.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONWINDOWS_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONWINDOWS_H

#include "transforms/codegen/ops/QAttentionTile.h"
#include "transforms/codegen/ops/Windows.h"

namespace mixq {

/// What the kernel takes of the stack.
int64_t windowStackBytes(const AttentionShape &shape, const Target &target);

/// Tasks [begin, end). Arguments: input, zero-points, the multipliers of
/// scores, probabilities and results, the offset, the result; the encoder,
/// where probabilities are entries of a codebook; and those of Windows.h.
void emitAttendWindows(KernelBuilder &k, const AttentionShape &shape,
                       const AttentionFormat &format,
                       const WindowShape &windows, mlir::ValueRange args,
                       mlir::Value begin, mlir::Value end);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONWINDOWS_H
