// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (QL1)
func.func @ql1_rank(%x: tensor<8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects input to have rank 2, got 'tensor<8x!mixq.q<u8>>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL1)
func.func @ql1_result(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects the result to have the shape 5x3, got 'tensor<3x5xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3x5xf32>
  return
}

// -----

// (QL1)
func.func @ql1_correction(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<1xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects correction to have the shape 3, got 'tensor<1xi32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL1)
func.func @ql1_multiplier(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<1xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects multiplier to have the shape 3, got 'tensor<1xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<1xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL1)
func.func @ql1_offset(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects offset to have the shape 3, got 'tensor<1xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<1xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL2)
func.func @ql2_input(%x: tensor<5x8x!mixq.q<s8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects input to have unsigned codes or entries of a codebook, got 'tensor<5x8x!mixq.q<s8>>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<s8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL2)
func.func @ql2_weight(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<u8>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects weight to be s8 or to have fewer bits, got 'tensor<3x8x!mixq.q<u8>>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<u8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL2)
func.func @ql2_bits(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s4>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects weight_zero_point exactly where the weight has fewer than 8 bits, got the op without it}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s4>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL3)
func.func @ql3_missing(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects a residual exactly with the epilogue add, got the epilogue add without a residual}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue add : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL3)
func.func @ql3_unused(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %r: tensor<5x3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects a residual exactly with the epilogue add, got the epilogue requantize with a residual}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o residual %r epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL3)
func.func @ql3_type(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %r: tensor<5x1xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects residual to have the result's type 'tensor<5x3xf32>', got 'tensor<5x1xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o residual %r epilogue add : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<5x1xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL4)
func.func @ql4_missing(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects result_multiplier and result_offset exactly with the epilogue gelu_requantize, got the epilogue gelu_requantize without a result_multiplier and without a result_offset}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue gelu_requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL4)
func.func @ql4_unused(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %rm: tensor<3xf32>, %ro: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects result_multiplier and result_offset exactly with the epilogue gelu_requantize, got the epilogue store with a result_multiplier and with a result_offset}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o result_multiplier %rm result_offset %ro epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL4)
func.func @ql4_half(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %rm: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects result_multiplier and result_offset exactly with the epilogue gelu_requantize, got the epilogue gelu_requantize with a result_multiplier and without a result_offset}}
  %0 = "mixq.qlinear"(%x, %w, %c, %m, %o, %rm) {epilogue = #mixq<epilogue gelu_requantize>, operandSegmentSizes = array<i32: 1, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0>} : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL4)
func.func @ql4_multiplier(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %rm: tensor<1xf32>, %ro: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects result_multiplier to have the shape 3, got 'tensor<1xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o result_multiplier %rm result_offset %ro epilogue gelu_requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<1xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL4)
func.func @ql4_offset(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>, %rm: tensor<3xf32>, %ro: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects result_offset to have the shape 3, got 'tensor<1xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o result_multiplier %rm result_offset %ro epilogue gelu_requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<1xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL5)
func.func @ql5_codes(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects the result to have unsigned codes or entries of a codebook, got 'tensor<5x3xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL5)
func.func @ql5_float(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects the result to be f32 with the epilogue store, got 'tensor<5x3x!mixq.q<u8>>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL5)
func.func @ql5_integer(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects the result to be f32 with the epilogue store, got 'tensor<5x3xi32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xi32>
  return
}

// -----

// (QL6)
func.func @ql6(%x: tensor<5x65001x!mixq.q<u8>>, %w: tensor<3x65001x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects at most 65000 columns, whose products sum below 2^31, got 'tensor<3x65001x!mixq.q<s8, axis = 0>>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue store : (tensor<5x65001x!mixq.q<u8>>, tensor<3x65001x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL7)
func.func @ql7(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %o: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects the epilogue store, add, requantize or gelu_requantize, got gelu}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %o epilogue gelu : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL8)
func.func @ql8_given(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects weight_zero_point exactly where the weight has fewer than 8 bits, got the op with it}}
  %0 = mixq.qlinear %x, %w weight_zero_point %c correction %c multiplier %m offset %m epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL8)
func.func @ql8_shape(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<u4>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %z: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects weight_zero_point to have the shape 3, got 'tensor<4xi32>'}}
  %0 = mixq.qlinear %x, %w weight_zero_point %z correction %c multiplier %m offset %m epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<u4>>, tensor<4xi32>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL9)
func.func @ql9_epilogue(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects limit with the epilogue requantize and a u8 result only, got the epilogue store and 'tensor<5x3xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m limit %m epilogue store : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (QL9)
func.func @ql9_shape(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %l: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects limit to have the shape 3, got 'tensor<4xf32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m limit %l epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// -----

// (QL10)
func.func @ql10_missing(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects table exactly where the result is a codebook, got the op without it}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.codebook<u2, u8>>
  return
}

// -----

// (QL10)
func.func @ql10_given(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %t: tensor<4xi32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects table exactly where the result is a codebook, got the op with it}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m table %t epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<4xi32>) -> tensor<5x3x!mixq.q<u4>>
  return
}

// -----

// (QL10)
func.func @ql10_shape(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %t: tensor<8xi32>) {
  // expected-error @+1 {{'mixq.qlinear' op expects table to have the shape 4, got 'tensor<8xi32>'}}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m table %t epilogue requantize : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<8xi32>) -> tensor<5x3x!mixq.codebook<u2, u8>>
  return
}
