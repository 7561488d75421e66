// Bits of a uniform precision, and of a plan. A linear's are those of the
// activation, then the weight; a product's of lhs, then rhs.

// RUN: mixq-opt %s --mixq-assign-bits=precision=w3a4 | FileCheck %s --check-prefix=UNIFORM
// RUN: mixq-opt %s --mixq-assign-bits="precision=w3a4 first-last=free pin=scores=w5a6" | FileCheck %s --check-prefix=FREE
// RUN: mixq-opt %s --mixq-assign-bits=plan=%S/assign-bits.json | FileCheck %s --check-prefix=PLAN

// UNIFORM: unit "first" {mixq.bits = array<i64: 8, 8>}
// UNIFORM: unit "left" {mixq.bits = array<i64: 4, 3>}
// UNIFORM: unit "right" {mixq.bits = array<i64: 4, 3>}
// UNIFORM: unit "scores" {mixq.bits = array<i64: 4, 4>}
// UNIFORM: unit "last" {mixq.bits = array<i64: 8, 8>}

// FREE: unit "first" {mixq.bits = array<i64: 4, 3>}
// FREE: unit "scores" {mixq.bits = array<i64: 6, 5>}
// FREE: unit "last" {mixq.bits = array<i64: 4, 3>}

// PLAN: unit "first" {mixq.bits = array<i64: 8, 7>}
// PLAN: unit "left" {mixq.bits = array<i64: 5, 2>}
// PLAN: unit "right" {mixq.bits = array<i64: 5, 4>}
// PLAN: unit "scores" {mixq.bits = array<i64: 6, 3>}
// PLAN: unit "last" {mixq.bits = array<i64: 8, 8>}

func.func @main(%x: tensor<2x4xf32>) -> tensor<2x2xf32> {
  %w = mixq.parameter dense<0.5> : tensor<4x4xf32> : tensor<4x4xf32>
  %b = mixq.parameter dense<0.0> : tensor<4xf32> : tensor<4xf32>
  %v = mixq.parameter dense<0.25> : tensor<12x4xf32> : tensor<12x4xf32>
  %c = mixq.parameter dense<0.0> : tensor<12xf32> : tensor<12xf32>
  %u = mixq.parameter dense<0.125> : tensor<12x4xf32> : tensor<12x4xf32>
  %last = mixq.parameter dense<1.0> : tensor<2x4xf32> : tensor<2x4xf32>
  %bias = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  %0 = mixq.linear %x, %w, %b unit "first"
    : (tensor<2x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  // One input, so one width.
  %1 = mixq.linear %0, %v, %c unit "left"
    : (tensor<2x4xf32>, tensor<12x4xf32>, tensor<12xf32>) -> tensor<2x12xf32>
  %2 = mixq.linear %0, %u, %c unit "right"
    : (tensor<2x4xf32>, tensor<12x4xf32>, tensor<12xf32>) -> tensor<2x12xf32>
  %q, %k, %value = mixq.split_qkv %1
    : (tensor<2x12xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>)
  %q2, %k2, %v2 = mixq.split_qkv %2
    : (tensor<2x12xf32>) -> (tensor<1x2x4xf32>, tensor<1x2x4xf32>, tensor<1x2x4xf32>)
  %3 = mixq.matmul %q, %k2 transpose_rhs unit "scores"
    : (tensor<1x2x4xf32>, tensor<1x2x4xf32>) -> tensor<1x2x2xf32>
  %4 = mixq.matmul %3, %v2
    : (tensor<1x2x2xf32>, tensor<1x2x4xf32>) -> tensor<1x2x4xf32>
  %5 = mixq.merge_heads %4 : (tensor<1x2x4xf32>) -> tensor<2x4xf32>
  %6 = mixq.linear %5, %last, %bias unit "last"
    : (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %6 : tensor<2x2xf32>
}
