// mixq-quantize refuses an uncalibrated unit, by its name.

// RUN: mixq-opt %s --mixq-quantize --split-input-file --verify-diagnostics

func.func @uncalibrated(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{'mixq.linear' op expects `mixq.activations` to calibrate operand 0 of unit "blocks.3.mlp.fc1"}}
  %0 = mixq.linear %x, %w, %b unit "blocks.3.mlp.fc1" : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

func.func @half_calibrated(%q: tensor<1x2x4xf32>, %k: tensor<1x4x3xf32>) -> tensor<1x2x3xf32> {
  // expected-error @+1 {{'mixq.matmul' op expects `mixq.activations` to calibrate operand 1 of unit "blocks.0.attn.qk"}}
  %0 = mixq.matmul %q, %k unit "blocks.0.attn.qk" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 7>]}
    : (tensor<1x2x4xf32>, tensor<1x4x3xf32>) -> tensor<1x2x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// -----

func.func @wrong_attribute(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{expects `mixq.activations` to calibrate operand 0 of unit "fc"}}
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [0.25 : f32]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// A weight that cannot be quantized.
func.func @infinite(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<0x7F800000> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{finite}}
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// A quantizer of other bits than the unit's.
func.func @other_bits(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{expects the quantizer of operand 0 to have the 4 bits of `mixq.bits`, got #mixq.uniform<u8,}}
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 4, 8>, mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

func.func @too_many_bits(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{expects entries of `mixq.bits` in [2, 8], got 9}}
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 8, 9>, mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

func.func @one_width(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{expects `mixq.bits` to be array<i64: ...> with 2 entries, got array<i64: 8>}}
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 8>, mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// Heads that are no part of the first extent.
func.func @heads(%x: tensor<3x2x2xf32>) -> tensor<3x2x2xf32> {
  // expected-error @+1 {{'mixq.matmul' op expects quantizers of one type for heads that divide the first extent of 'tensor<3x2x2xf32>'}}
  %0 = mixq.matmul %x, %x unit "qk" {mixq.activations = [[#mixq.uniform<u8, scale = 0.05, zero_point = 0>, #mixq.uniform<u8, scale = 0.25, zero_point = 0>], #mixq.uniform<s8, scale = 0.25, zero_point = 0>]}
    : (tensor<3x2x2xf32>, tensor<3x2x2xf32>) -> tensor<3x2x2xf32>
  return %0 : tensor<3x2x2xf32>
}

// -----

func.func @no_heads(%x: tensor<3x2x2xf32>) -> tensor<3x2x2xf32> {
  // expected-error @+1 {{expects `mixq.activations` to calibrate operand 0 of unit "qk"}}
  %0 = mixq.matmul %x, %x unit "qk" {mixq.activations = [[], #mixq.uniform<s8, scale = 0.25, zero_point = 0>]}
    : (tensor<3x2x2xf32>, tensor<3x2x2xf32>) -> tensor<3x2x2xf32>
  return %0 : tensor<3x2x2xf32>
}
