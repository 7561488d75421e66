// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (Q1)
func.func @q1(%x: tensor<4x8xf32>, %s: tensor<1xf32>, %z: tensor<1xi32>) {
  // expected-error @+1 {{'mixq.quantize' op expects the result to have the shape 4x8, got 'tensor<8x4x!mixq.q<u8>>'}}
  %0 = mixq.quantize %x scale %s zero_point %z : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<8x4x!mixq.q<u8>>
  return
}

// -----

// (Q1)
func.func @q1_dequantize(%x: tensor<4x8x!mixq.q<u8>>, %s: tensor<1xf32>, %z: tensor<1xi32>) {
  // expected-error @+1 {{'mixq.dequantize' op expects the result to have the shape 4x8, got 'tensor<32xf32>'}}
  %0 = mixq.dequantize %x scale %s zero_point %z : (tensor<4x8x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<32xf32>
  return
}

// -----

// (Q2): per tensor
func.func @q2_scale(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %z: tensor<1xi32>) {
  // expected-error @+1 {{'mixq.quantize' op expects scale to have 1 element, got 'tensor<4xf32>'}}
  %0 = mixq.quantize %x scale %s zero_point %z : (tensor<4x8xf32>, tensor<4xf32>, tensor<1xi32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// -----

// (Q2): per channel
func.func @q2_zero_point(%x: tensor<4x8xf32>, %s: tensor<8xf32>, %z: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.quantize' op expects zero_point to have 8 elements, got 'tensor<4xi32>'}}
  %0 = mixq.quantize %x scale %s zero_point %z : (tensor<4x8xf32>, tensor<8xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.q<s8, axis = 1>>
  return
}

// -----

// (Q2)
func.func @q2_dequantize(%x: tensor<4x8x!mixq.q<s8, axis = 0>>, %s: tensor<8xf32>, %z: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.dequantize' op expects scale to have 4 elements, got 'tensor<8xf32>'}}
  %0 = mixq.dequantize %x scale %s zero_point %z : (tensor<4x8x!mixq.q<s8, axis = 0>>, tensor<8xf32>, tensor<4xi32>) -> tensor<4x8xf32>
  return
}

// -----

// (Q3)
func.func @q3(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %z: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.quantize' op expects an axis below the rank 2, got '!mixq.q<s8, axis = 2>'}}
  %0 = mixq.quantize %x scale %s zero_point %z : (tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.q<s8, axis = 2>>
  return
}

// -----

// (Q3)
func.func @q3_dequantize(%x: tensor<!mixq.q<s8, axis = 0>>, %s: tensor<1xf32>, %z: tensor<1xi32>) {
  // expected-error @+1 {{'mixq.dequantize' op expects an axis below the rank 0, got '!mixq.q<s8, axis = 0>'}}
  %0 = mixq.dequantize %x scale %s zero_point %z : (tensor<!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<f32>
  return
}
