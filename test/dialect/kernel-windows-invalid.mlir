// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (FA2)
func.func @fa2_rows(%x: tensor<24x20xf32>, %r: tensor<24xi32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects input to have the shape 24x24, got 'tensor<24x20xf32>'}}
  %0 = mixq.fused_attention %x rows %r heads 2 multiplier 0.5  : (tensor<24x20xf32>, tensor<24xi32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA4)
func.func @fa4_entries(%x: tensor<24x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects grid to have two positive entries with a product below 2^31, got [0, 2]}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 grid [0, 2] : (tensor<24x24xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA4)
func.func @fa4_divide(%x: tensor<24x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects the 5 windows of the grid to divide the input's 24 rows}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 grid [5, 1] : (tensor<24x24xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA5)
func.func @fa5_rank(%x: tensor<24x24xf32>, %b: tensor<2x4x4xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects bias to have rank 5, got 'tensor<2x4x4xf32>'}}
  %0 = mixq.fused_attention %x bias %b heads 2 multiplier 0.5 grid [3, 2] : (tensor<24x24xf32>, tensor<2x4x4xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA5)
func.func @fa5_shape(%x: tensor<24x24xf32>, %b: tensor<1x1x2x4x5xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects bias to have the shape 1x1x2x4x4, got 'tensor<1x1x2x4x5xf32>'}}
  %0 = mixq.fused_attention %x bias %b heads 2 multiplier 0.5 grid [3, 2] : (tensor<24x24xf32>, tensor<1x1x2x4x5xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA5)
func.func @fa5_classes(%x: tensor<24x24xf32>, %b: tensor<1x3x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects the first two extents of bias to be 1 or 2, got 'tensor<1x3x2x4x4xf32>'}}
  %0 = mixq.fused_attention %x bias %b heads 2 multiplier 0.5 grid [3, 2] : (tensor<24x24xf32>, tensor<1x3x2x4x4xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (FA6)
func.func @fa6(%x: tensor<24x24xf32>, %r: tensor<20xi32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects rows to have the shape 24, got 'tensor<20xi32>'}}
  %0 = mixq.fused_attention %x rows %r heads 2 multiplier 0.5 grid [3, 2] : (tensor<24x24xf32>, tensor<20xi32>) -> tensor<24x8xf32>
  return
}

// -----

// (QA5)
func.func @qa5(%x: tensor<24x24x!mixq.q<u8>>, %z3: tensor<3xi32>, %f: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects the 5 windows of the grid to divide the input's 24 rows}}
  %0 = mixq.qattention %x zero_points %z3 score_multiplier %f probability_multiplier %f result_multiplier %f result_offset %f heads 2 grid [5, 1] : (tensor<24x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<24x8x!mixq.q<u8>>
  return
}

// -----

// (QA6)
func.func @qa6(%x: tensor<24x24x!mixq.q<u8>>, %z3: tensor<3xi32>, %f: tensor<1xf32>, %b: tensor<2x1x1x4x4xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects bias to have the shape 2x1x2x4x4, got 'tensor<2x1x1x4x4xf32>'}}
  %0 = mixq.qattention %x zero_points %z3 score_multiplier %f probability_multiplier %f result_multiplier %f result_offset %f bias %b heads 2 grid [3, 2] : (tensor<24x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2x1x1x4x4xf32>) -> tensor<24x8x!mixq.q<u8>>
  return
}

// -----

// (QA7)
func.func @qa7(%x: tensor<24x24x!mixq.q<u8>>, %z3: tensor<3xi32>, %f: tensor<1xf32>, %r: tensor<24x1xi32>) {
  // expected-error @+1 {{'mixq.qattention' op expects rows to have the shape 24, got 'tensor<24x1xi32>'}}
  %0 = mixq.qattention %x zero_points %z3 score_multiplier %f probability_multiplier %f result_multiplier %f result_offset %f rows %r heads 2 grid [3, 2] : (tensor<24x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<24x1xi32>) -> tensor<24x8x!mixq.q<u8>>
  return
}

// -----

// (FN1)
func.func @f_rank(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3xi32>) {
  // expected-error @+1 {{'mixq.fused_layer_norm' op expects rows to have rank 2, got 'tensor<3xi32>'}}
  %0 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3xi32>) -> tensor<3x16xf32>
  return
}

// -----

// (FN2)
func.func @f_gamma(%x: tensor<6x8xf32>, %g: tensor<8xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.fused_layer_norm' op expects gamma to have the shape 16, got 'tensor<8xf32>'}}
  %0 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<8xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16xf32>
  return
}

// -----

// (FN2)
func.func @f_beta(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<8xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.fused_layer_norm' op expects beta to have the shape 16, got 'tensor<8xf32>'}}
  %0 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<8xf32>, tensor<3x2xi32>) -> tensor<3x16xf32>
  return
}

// -----

// (FN2)
func.func @f_result(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.fused_layer_norm' op expects the result to have the shape 3x16, got 'tensor<6x16xf32>'}}
  %0 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<6x16xf32>
  return
}

// -----

// (LQ4)
func.func @l_rank(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects rows to have rank 2, got 'tensor<3xi32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}

// -----

// (LQ4)
func.func @l_gamma(%x: tensor<6x8xf32>, %g: tensor<8xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects gamma to have the shape 16, got 'tensor<8xf32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<8xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}

// -----

// (LQ4)
func.func @l_beta(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<8xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects beta to have the shape 16, got 'tensor<8xf32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<8xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}

// -----

// (LQ4)
func.func @l_result(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects the result to have the shape 3x16, got 'tensor<6x16x!mixq.q<u8>>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<6x16x!mixq.q<u8>>
  return
}

// -----

// (FN3)
func.func @fn3(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.fused_layer_norm' op expects epsilon to be positive and finite, got 0}}
  %0 = mixq.fused_layer_norm %x, %g, %b rows %r epsilon 0.0 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16xf32>
  return
}

// -----

// (LQ5)
func.func @lq5(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects padding_code in [0, 255], got 256}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 padding_code 256 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}

// -----

// (LQ5)
func.func @lq5_negative(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %b: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects padding_code in [0, 255], got -1}}
  %0 = mixq.layer_norm_quantize %x, %g, %b rows %r epsilon 1.0e-5 padding_code -1 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}
