//===- Activation.h - Activations of an MLP ---------------------*- C++ -*-===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_FRONTEND_ACTIVATION_H
#define MIXQ_FRONTEND_ACTIVATION_H

namespace mixq {

enum class Activation {
  Gelu,     ///< x Phi(x), exact
  GeluTanh, ///< x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
};

} // namespace mixq

#endif // MIXQ_FRONTEND_ACTIVATION_H
