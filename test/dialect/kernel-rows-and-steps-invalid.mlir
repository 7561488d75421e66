// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (LQ1)
func.func @lq1_rank(%x: tensor<8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects input to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// -----

// (LQ1)
func.func @lq1_gamma(%x: tensor<4x8xf32>, %g: tensor<4xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects gamma to have the shape 8, got 'tensor<4xf32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<4xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// -----

// (LQ1)
func.func @lq1_beta(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<4xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects beta to have the shape 8, got 'tensor<4xf32>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<4xf32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// -----

// (LQ2)
func.func @lq2_shape(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects the result to have the shape 4x8, got 'tensor<8x4x!mixq.q<u8>>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<8x4x!mixq.q<u8>>
  return
}

// -----

// (LQ2)
func.func @lq2_type(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects the result to have unsigned codes, got 'tensor<4x8x!mixq.q<s8>>'}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<s8>>
  return
}

// -----

// (LQ3)
func.func @lq3(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.layer_norm_quantize' op expects epsilon to be positive and finite, got NaN}}
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 0x7FC00000 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// -----

// (ST1)
func.func @st1() {
  // expected-error @+1 {{'mixq.step' op expects tasks to be positive, got 0}}
  mixq.step "s" @k tasks 0 macs 0 arguments [#mixq.argument<arena, 0, 64>]
  return
}

// -----

// (ST1)
func.func @st1_negative() {
  // expected-error @+1 {{'mixq.step' op expects tasks to be positive, got -1}}
  mixq.step "s" @k tasks -1 macs 0 arguments [#mixq.argument<arena, 0, 64>]
  return
}

// -----

// (ST2)
func.func @st2_offset() {
  // expected-error @+1 {{'mixq.step' op expects arguments with offsets and sizes of at least 0, got #mixq.argument<arena, -64, 64>}}
  mixq.step "s" @k tasks 1 macs 0 arguments [#mixq.argument<arena, -64, 64>]
  return
}

// -----

// (ST2)
func.func @st2_size() {
  // expected-error @+1 {{'mixq.step' op expects arguments with offsets and sizes of at least 0, got #mixq.argument<input, 0, -1>}}
  mixq.step "s" @k tasks 1 macs 0 arguments [#mixq.argument<input, 0, -1>]
  return
}

// -----

func.func @st_argument_kind() {
  // expected-error @+1 {{'mixq.step' op attribute 'arguments' failed to satisfy constraint: arguments}}
  mixq.step "s" @k tasks 1 macs 0 arguments [3]
  return
}

// -----

func.func @st_space() {
  // expected-error @+2 {{expected ::mixq::Space to be one of: input, arena, constants}}
  // expected-error @+1 {{failed to parse Mixq_ArgumentAttr parameter 'space'}}
  mixq.step "s" @k tasks 1 macs 0 arguments [#mixq.argument<heap, 0, 64>]
  return
}
