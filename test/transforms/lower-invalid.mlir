// mixq-lower-to-kernels: what has no kernel is an error, nothing falls back to another path.

// RUN: mixq-opt %s --mixq-lower-to-kernels --split-input-file --verify-diagnostics
// RUN: not mixq-opt %s --mixq-lower-to-kernels=target-cpu=z80 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: unknown target CPU 'z80': expected host, a target or an x86-64 CPU that LLVM knows

module {
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x16xf32> {
  %p = mixq.extract_patches %image patch [4, 4] : (tensor<1x4x4xf32>) -> tensor<1x16xf32>
  // expected-error @+1 {{'mixq.gelu' op has no kernel: it was not fused into an op that has one}}
  %y = mixq.gelu %p : tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}
}

// -----

// A softmax is a part of attention, and there is none.
module {
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x16xf32> {
  %p = mixq.extract_patches %image patch [4, 4] : (tensor<1x4x4xf32>) -> tensor<1x16xf32>
  // expected-error @+1 {{'mixq.softmax' op has no kernel}}
  %y = mixq.softmax %p : tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}
}

// -----

// expected-error @+1 {{expects a function @main with a body}}
module {
func.func @other(%image: tensor<1x4x4xf32>) -> tensor<1x16xf32> {
  %p = mixq.extract_patches %image patch [4, 4] : (tensor<1x4x4xf32>) -> tensor<1x16xf32>
  return %p : tensor<1x16xf32>
}
}

// -----

// expected-error @+1 {{expects a function @main with a body}}
module {
func.func private @main(tensor<1x4x4xf32>) -> tensor<1x16xf32>
}

// -----

module {
// expected-error @+1 {{expects @main to map an image [C, H, W] to logits [1, classes], got '(tensor<4x4xf32>) -> tensor<4x4xf32>'}}
func.func @main(%x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  return %x : tensor<4x4xf32>
}
}

// -----

module {
// expected-error @+1 {{expects @main to map an image}}
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<2x8xf32> {
  %p = mixq.extract_patches %image patch [2, 4] : (tensor<1x4x4xf32>) -> tensor<2x8xf32>
  return %p : tensor<2x8xf32>
}
}

// -----

module {
// expected-error @+1 {{expects @main to compute its result}}
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x4xf32> {
  %y = mixq.parameter dense<0.0> : tensor<1x4xf32> : tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
}

// -----

// A product whose weight is no parameter cannot be packed.
module {
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x4xf32> {
  %b = mixq.parameter dense<0.0> : tensor<4xf32> : tensor<4xf32>
  // expected-error @+1 {{expects a mixq.parameter, got 'mixq.extract_patches'}}
  %p = mixq.extract_patches %image patch [2, 2] : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
  %s = mixq.slice %p from 0 : (tensor<4x4xf32>) -> tensor<1x4xf32>
  %y = mixq.fused_linear %s, %p, %b epilogue store : (tensor<1x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return %y : tensor<1x4xf32>
}
}
