// Verifiers of the ops that normalise queries and keys, and of tanh: each rule broken once.

// RUN: mixq-opt %s -split-input-file -verify-diagnostics

// (QN1)
func.func @qn1_rank(%x: tensor<1x5x24xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects input to have rank 2, got 'tensor<1x5x24xf32>'}}
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 2 epsilon 1.0e-6 : (tensor<1x5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x5x24xf32>
  return
}

// -----

// (QN1)
func.func @qn1_result(%x: tensor<5x24xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects the result to have the shape 5x24, got 'tensor<5x8xf32>'}}
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (QN1)
func.func @qn1_heads(%x: tensor<5x24xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects three times the 3 heads to divide the input's columns, got 'tensor<5x24xf32>'}}
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 3 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x24xf32>
  return
}

// -----

// (QN1)
func.func @qn1_no_heads(%x: tensor<5x24xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects heads to be positive, got 0}}
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 0 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x24xf32>
  return
}

// -----

// (QN2)
func.func @qn2(%x: tensor<5x24xf32>, %g: tensor<4xf32>, %h: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects key_gamma to have the shape 4, got 'tensor<8xf32>'}}
  %0 = mixq.qk_norm %x query %g, %g key %h, %g heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<5x24xf32>
  return
}

// -----

// (QN3)
func.func @qn3(%x: tensor<5x24xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qk_norm' op expects epsilon to be positive and finite, got -1}}
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 2 epsilon -1.0 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x24xf32>
  return
}

// -----

// (QN4)
func.func @qn4(%x: tensor<5x24xf32>, %g: tensor<4xf32>, %m: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qk_norm_quantize' op expects three times the 3 heads to divide the input's columns}}
  %0 = mixq.qk_norm_quantize %x query %g, %g key %g, %g value_multiplier %m value_offset %m heads 3 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x24x!mixq.q<u8>>
  return
}

// -----

// (QN5)
func.func @qn5_scalar(%x: tensor<5x24xf32>, %g: tensor<4xf32>, %m: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qk_norm_quantize' op expects value_offset to have one element, got 'tensor<4xf32>'}}
  %0 = mixq.qk_norm_quantize %x query %g, %g key %g, %g value_multiplier %m value_offset %g heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<4xf32>) -> tensor<5x24x!mixq.q<u8>>
  return
}

// -----

// (QN5)
func.func @qn5_codes(%x: tensor<5x24xf32>, %g: tensor<4xf32>, %m: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qk_norm_quantize' op expects the result to}}
  %0 = mixq.qk_norm_quantize %x query %g, %g key %g, %g value_multiplier %m value_offset %m heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x24x!mixq.q<s8>>
  return
}

// -----

// (FL4)
func.func @fl4(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects tanh with the epilogue gelu only, got store}}
  %0 = mixq.fused_linear %x, %w, %b epilogue store tanh : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL11)
func.func @ql11(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects tanh with the epilogue gelu_requantize only, got requantize}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue requantize tanh
    : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}
