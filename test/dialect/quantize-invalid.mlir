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

// -----

// (EN1)
func.func @en1(%x: tensor<4x8xf32>, %s: tensor<1xf32>, %o: tensor<1xf32>, %t: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.encode' op expects the result to have the shape 4x8, got 'tensor<8x4x!mixq.codebook<u2, u8>>'}}
  %0 = mixq.encode %x scale %s offset %o table %t : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<8x4x!mixq.codebook<u2, u8>>
  return
}

// -----

// (EN2)
func.func @en2_scale(%x: tensor<4x8xf32>, %s: tensor<4xf32>, %o: tensor<1xf32>, %t: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.encode' op expects scale to have one element, got 'tensor<4xf32>'}}
  %0 = mixq.encode %x scale %s offset %o table %t : (tensor<4x8xf32>, tensor<4xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.codebook<u2, u8>>
  return
}

// -----

// (EN2)
func.func @en2_offset(%x: tensor<4x8xf32>, %s: tensor<1xf32>, %o: tensor<4xf32>, %t: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.encode' op expects offset to have one element, got 'tensor<4xf32>'}}
  %0 = mixq.encode %x scale %s offset %o table %t : (tensor<4x8xf32>, tensor<1xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.codebook<u2, u8>>
  return
}

// -----

// (EN3)
func.func @en3(%x: tensor<4x8xf32>, %s: tensor<1xf32>, %o: tensor<1xf32>, %t: tensor<8xi32>) {
  // expected-error @+1 {{'mixq.encode' op expects table to have the shape 4, got 'tensor<8xi32>'}}
  %0 = mixq.encode %x scale %s offset %o table %t : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<8xi32>) -> tensor<4x8x!mixq.codebook<u2, u8>>
  return
}

// -----

// (DE1)
func.func @de1(%x: tensor<4x8x!mixq.codebook<u2, u8>>, %s: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.decode' op expects the result to have the shape 4x8, got 'tensor<8x4xf32>'}}
  %0 = mixq.decode %x scale %s offset %o : (tensor<4x8x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<8x4xf32>
  return
}

// -----

// (DE2)
func.func @de2_scale(%x: tensor<4x8x!mixq.codebook<u2, u8>>, %s: tensor<4xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.decode' op expects scale to have one element, got 'tensor<4xf32>'}}
  %0 = mixq.decode %x scale %s offset %o : (tensor<4x8x!mixq.codebook<u2, u8>>, tensor<4xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  return
}

// -----

// (DE2)
func.func @de2_offset(%x: tensor<4x8x!mixq.codebook<u2, u8>>, %s: tensor<1xf32>, %o: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.decode' op expects offset to have one element, got 'tensor<4xf32>'}}
  %0 = mixq.decode %x scale %s offset %o : (tensor<4x8x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<4xf32>) -> tensor<4x8xf32>
  return
}
