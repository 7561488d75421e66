// RUN: mixq-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// patch_embed
//===----------------------------------------------------------------------===//

// (PE1)
func.func @pe1_image(%x: tensor<8x12xf32>, %w: tensor<16x3x4x6xf32>, %b: tensor<16xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects image to have rank 3, got 'tensor<8x12xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<8x12xf32>, tensor<16x3x4x6xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  return
}

// -----

// (PE1)
func.func @pe1_result(%x: tensor<3x8x12xf32>, %w: tensor<16x3x4x6xf32>, %b: tensor<16xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects the result to have rank 2, got 'tensor<2x2x16xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<3x8x12xf32>, tensor<16x3x4x6xf32>, tensor<16xf32>) -> tensor<2x2x16xf32>
  return
}

// -----

// (PE2)
func.func @pe2(%x: tensor<3x8x12xf32>, %w: tensor<16x1x4x6xf32>, %b: tensor<16xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects weight to have the image's 3 channels, got 'tensor<16x1x4x6xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<3x8x12xf32>, tensor<16x1x4x6xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  return
}

// -----

// (PE3)
func.func @pe3(%x: tensor<3x8x12xf32>, %w: tensor<16x3x4x5xf32>, %b: tensor<16xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects patches of 4x5 to tile the image, got 'tensor<3x8x12xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<3x8x12xf32>, tensor<16x3x4x5xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  return
}

// -----

// (PE4)
func.func @pe4_result(%x: tensor<3x8x12xf32>, %w: tensor<16x3x4x6xf32>, %b: tensor<16xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects the result to have the shape 4x16, got 'tensor<5x16xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<3x8x12xf32>, tensor<16x3x4x6xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  return
}

// -----

// (PE4)
func.func @pe4_bias(%x: tensor<3x8x12xf32>, %w: tensor<16x3x4x6xf32>, %b: tensor<15xf32>) {
  // expected-error @+1 {{'mixq.patch_embed' op expects bias to have the shape 16, got 'tensor<15xf32>'}}
  %0 = mixq.patch_embed %x, %w, %b : (tensor<3x8x12xf32>, tensor<16x3x4x6xf32>, tensor<15xf32>) -> tensor<4x16xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

// (L1)
func.func @l1_input(%x: tensor<8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.linear' op expects input to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

// (L1)
func.func @l1_weight(%x: tensor<5x8xf32>, %w: tensor<3x8x1xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.linear' op expects weight to have rank 2, got 'tensor<3x8x1xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<5x8xf32>, tensor<3x8x1xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (L2)
func.func @l2(%x: tensor<5x8xf32>, %w: tensor<3x7xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.linear' op expects weight to have the input's 8 columns, got 'tensor<3x7xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<5x8xf32>, tensor<3x7xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (L3)
func.func @l3_result(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.linear' op expects the result to have the shape 5x3, got 'tensor<5x4xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x4xf32>
  return
}

// -----

// (L3)
func.func @l3_bias(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<1x3xf32>) {
  // expected-error @+1 {{'mixq.linear' op expects bias to have the shape 3, got 'tensor<1x3xf32>'}}
  %0 = mixq.linear %x, %w, %b : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// matmul
//===----------------------------------------------------------------------===//

// (M1)
func.func @m1_rank(%a: tensor<5x4xf32>, %b: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects lhs to have rank 3, got 'tensor<5x4xf32>'}}
  %0 = mixq.matmul %a, %b : (tensor<5x4xf32>, tensor<2x4x6xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

// (M1)
func.func @m1_batch(%a: tensor<2x5x4xf32>, %b: tensor<3x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects lhs and rhs to have the same batch, got 'tensor<2x5x4xf32>' and 'tensor<3x4x6xf32>'}}
  %0 = mixq.matmul %a, %b : (tensor<2x5x4xf32>, tensor<3x4x6xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

// (M2)
func.func @m2(%a: tensor<2x5x4xf32>, %b: tensor<2x6x4xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects rhs to have the inner extent 4 of lhs in dimension 1, got 'tensor<2x6x4xf32>'}}
  %0 = mixq.matmul %a, %b : (tensor<2x5x4xf32>, tensor<2x6x4xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

// (M2)
func.func @m2_transposed(%a: tensor<2x5x4xf32>, %b: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects rhs to have the inner extent 4 of lhs in dimension 2, got 'tensor<2x4x6xf32>'}}
  %0 = mixq.matmul %a, %b transpose_rhs : (tensor<2x5x4xf32>, tensor<2x4x6xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

// (M3)
func.func @m3(%a: tensor<2x5x4xf32>, %b: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects the result to have the shape 2x5x6, got 'tensor<2x6x5xf32>'}}
  %0 = mixq.matmul %a, %b : (tensor<2x5x4xf32>, tensor<2x4x6xf32>) -> tensor<2x6x5xf32>
  return
}

// -----

// (M4)
func.func @m4_negative(%a: tensor<2x5x4xf32>, %b: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects multiplier to be positive and finite, got -0.5}}
  %0 = mixq.matmul %a, %b multiplier -0.5 : (tensor<2x5x4xf32>, tensor<2x4x6xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

// (M4)
func.func @m4_nan(%a: tensor<2x5x4xf32>, %b: tensor<2x4x6xf32>) {
  // expected-error @+1 {{'mixq.matmul' op expects multiplier to be positive and finite, got NaN}}
  %0 = mixq.matmul %a, %b multiplier 0x7FC00000 : (tensor<2x5x4xf32>, tensor<2x4x6xf32>) -> tensor<2x5x6xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// layer_norm, softmax
//===----------------------------------------------------------------------===//

// (LN1)
func.func @ln1_rank(%x: tensor<8xf32>, %g: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm' op expects input to have rank 2 or 3, got 'tensor<8xf32>'}}
  %0 = mixq.layer_norm %x, %g, %g epsilon 1.0e-6 : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  return
}

// -----

// (LN1)
func.func @ln1_gamma(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm' op expects gamma to have the shape 8, got 'tensor<4xf32>'}}
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// (LN1)
func.func @ln1_beta(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8x1xf32>) {
  // expected-error @+1 {{'mixq.layer_norm' op expects beta to have the shape 8, got 'tensor<8x1xf32>'}}
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8x1xf32>) -> tensor<4x8xf32>
  return
}

// -----

// (LN2)
func.func @ln2(%x: tensor<4x8xf32>, %g: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm' op expects epsilon to be positive and finite, got 0}}
  %0 = mixq.layer_norm %x, %g, %g epsilon 0.0 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  return
}

// -----

func.func @ln_result(%x: tensor<4x8xf32>, %g: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm' op failed to verify that all of {input, result} have same type}}
  %0 = mixq.layer_norm %x, %g, %g epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<3x8xf32>
  return
}

// -----

// (SM1)
func.func @sm1(%x: tensor<f32>) {
  // expected-error @+1 {{'mixq.softmax' op expects input to have at least one dimension, got 'tensor<f32>'}}
  %0 = mixq.softmax %x : tensor<f32>
  return
}

// -----

// (SM2)
func.func @sm2_signed(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{'mixq.softmax' op expects codes that are unsigned and stand for 0 and more, got #mixq.uniform<s4,}}
  %0 = mixq.softmax %x codes(#mixq.uniform<s4, scale = 0.125, zero_point = 0>) : tensor<2x4xf32>
  return
}

// -----

// (SM2)
func.func @sm2_offset(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{'mixq.softmax' op expects codes that are unsigned and stand for 0 and more, got #mixq.codebook<u2,}}
  %0 = mixq.softmax %x codes(#mixq.codebook<u2, scale = 0.125, offset = 1.0, table = [0, 1, 2, 8]>) : tensor<2x4xf32>
  return
}
