// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (D1): dynamic
func.func @dynamic(%x: tensor<?x8xf32>) {
  // expected-error @+1 {{'mixq.gelu' op operand #0 must be static, non-empty tensor (fewer than 2^31 elements) of 32-bit float values, but got 'tensor<?x8xf32>'}}
  %0 = mixq.gelu %x : tensor<?x8xf32>
  return
}

// -----

// (D1): unranked
func.func @unranked(%x: tensor<*xf32>) {
  // expected-error @+1 {{'mixq.softmax' op operand #0 must be static, non-empty tensor (fewer than 2^31 elements) of 32-bit float values, but got 'tensor<*xf32>'}}
  %0 = "mixq.softmax"(%x) : (tensor<*xf32>) -> tensor<*xf32>
  return
}

// -----

// (D1): the short form asks for a ranked type
func.func @unranked_short(%x: tensor<*xf32>) {
  // expected-error @+1 {{custom op 'mixq.softmax' invalid kind of type specified}}
  %0 = mixq.softmax %x : tensor<*xf32>
  return
}

// -----

// (D1): empty
func.func @empty(%x: tensor<0x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.linear' op operand #0 must be static, non-empty tensor (fewer than 2^31 elements) of 32-bit float values, but got 'tensor<0x8xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<0x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<0x3xf32>
  return
}

// -----

// (D1): an extent of zero does not hide that others overflow
func.func @overflow_empty(%x: tensor<9223372036854775807x0xf32>) {
  // expected-error @+1 {{must be static, non-empty tensor (fewer than 2^31 elements)}}
  %0 = mixq.gelu %x : tensor<9223372036854775807x0xf32>
  return
}

// -----

// (D1): 2^31 elements
func.func @large(%x: tensor<65536x32768xf32>) {
  // expected-error @+1 {{must be static, non-empty tensor (fewer than 2^31 elements)}}
  %0 = mixq.gelu %x : tensor<65536x32768xf32>
  return
}

// -----

// (D1): the product of the extents overflows 64 bits to 0
func.func @overflow(%x: tensor<4294967296x4294967296xf32>) {
  // expected-error @+1 {{must be static, non-empty tensor (fewer than 2^31 elements)}}
  %0 = mixq.gelu %x : tensor<4294967296x4294967296xf32>
  return
}

// -----

// (D1): results too
func.func @result(%x: tensor<1x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op result #0 must be static, non-empty tensor (fewer than 2^31 elements) of 32-bit float or 32-bit signless integer or quantized code or entry of a codebook values, but got 'tensor<0x8xf32>'}}
  %0 = mixq.slice %x from 0 : (tensor<1x8xf32>) -> tensor<0x8xf32>
  return
}

// -----

// Element types
func.func @element_type(%x: tensor<2x8xf64>) {
  // expected-error @+1 {{'mixq.gelu' op operand #0 must be static, non-empty tensor (fewer than 2^31 elements) of 32-bit float values, but got 'tensor<2x8xf64>'}}
  %0 = mixq.gelu %x : tensor<2x8xf64>
  return
}

// -----

func.func @not_codes(%x: tensor<2x8xi8>, %s: tensor<1xf32>, %z: tensor<1xi32>) {
  // expected-error @+1 {{'mixq.dequantize' op operand #0 must be static, non-empty tensor (fewer than 2^31 elements) of quantized code values, but got 'tensor<2x8xi8>'}}
  %0 = mixq.dequantize %x scale %s zero_point %z : (tensor<2x8xi8>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x8xf32>
  return
}

// -----

func.func @different_types(%x: tensor<2x8xf32>) {
  // expected-error @+1 {{'mixq.gelu' op requires the same type for all operands and results}}
  %0 = "mixq.gelu"(%x) : (tensor<2x8xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @no_operand() {
  // expected-error @+1 {{'mixq.gelu' op requires a single operand}}
  %0 = "mixq.gelu"() : () -> tensor<2x4xf32>
  return
}
