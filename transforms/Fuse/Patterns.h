//===- Patterns.h - The rewrites of the fuse pass ---------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_FUSE_PATTERNS_H
#define MIXQ_TRANSFORMS_FUSE_PATTERNS_H

#include "mlir/IR/PatternMatch.h"

namespace mixq {

/// add(concat(parameters, x), parameter), constants folded.
void populateTokenPatterns(mlir::RewritePatternSet &patterns);
/// Moves of rows, before and after layer_norm.
void populateMovePatterns(mlir::RewritePatternSet &patterns);
/// linear and patch_embed in fp32, and what follows them.
void populateFloatPatterns(mlir::RewritePatternSet &patterns);
/// linear and patch_embed on codes, layer_norm, and what follows them.
void populateQuantizedPatterns(mlir::RewritePatternSet &patterns);
/// Attention on codes. Before the linear epilogues: it changes the epilogue of
/// the projection that feeds it.
void populateQuantizedAttentionPatterns(mlir::RewritePatternSet &patterns);
void populateRowPatterns(mlir::RewritePatternSet &patterns);

/// layer_norm of queries and keys in fp32. Before attention in fp32.
void populateQkNormPatterns(mlir::RewritePatternSet &patterns);

} // namespace mixq

#endif // MIXQ_TRANSFORMS_FUSE_PATTERNS_H
