//===- QAttentionPack.h - Keys and values of codes, packed ------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first step of integer attention: keys and values of every head become s8
// panels that the tile reads, once for all queries.
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONPACK_H
#define MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONPACK_H

#include "transforms/codegen/ops/AttentionLoops.h"

namespace mixq {

/// Arguments of the packing kernel.
enum PackArgument {
  kPackInput,
  kZeroPoints, ///< int32: queries, keys, values
  kKeysOut,
  kCorrectionsOut,
  kValuesOut,
  kPackArguments
};

/// Bytes of one head's packed values: tokens padded as far as products read.
int64_t packedValueBytes(const AttentionShape &shape, const Target &target);

/// Where one head's panels go.
struct PackedHead {
  mlir::Value keys, corrections, values;
};

/// Of the codes of a head.
struct ZeroPoints {
  mlir::Value query;      ///< int32
  mlir::Value key, value; ///< bytes

  /// Loads the three int32 at `pointer`.
  ZeroPoints(KernelBuilder &k, mlir::Value pointer);
};

/// A query whose codes are 1, on the stack: what the sums of keys are scores
/// of.
mlir::Value emitQueryOfOnes(KernelBuilder &k, const AttentionShape &shape);
int64_t queryOfOnesBytes(const AttentionShape &shape, const Target &target);

/// One head, whose first query is at `input`.
void emitQAttentionPackHead(KernelBuilder &k, const AttentionShape &shape,
                            mlir::Value input, const ZeroPoints &zeros,
                            mlir::Value ones, const PackedHead &packed);

/// Tasks [begin, end), one a head. With `isPerHead` each has zero-points of its
/// own.
void emitQAttentionPack(KernelBuilder &k, const AttentionShape &shape,
                        bool isPerHead, mlir::ValueRange args,
                        mlir::Value begin, mlir::Value end);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_CODEGEN_OPS_QATTENTIONPACK_H
