//===- MixqOps.td - All ops of the dialect --------------------------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_OPS_TD
#define MIXQ_OPS_TD

include "dialect/MixqGraphOps.td"
include "dialect/MixqKernelOps.td"
include "dialect/MixqQuantOps.td"
include "dialect/MixqWindowOps.td"

#endif // MIXQ_OPS_TD
