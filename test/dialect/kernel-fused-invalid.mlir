// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (FL1)
func.func @fl1_rank(%x: tensor<8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects input to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.fused_linear %x, %w, %b epilogue store : (tensor<8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL1)
func.func @fl1_columns(%x: tensor<5x8xf32>, %w: tensor<3x7xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects weight to have the input's 8 columns, got 'tensor<3x7xf32>'}}
  %0 = mixq.fused_linear %x, %w, %b epilogue store : (tensor<5x8xf32>, tensor<3x7xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL1)
func.func @fl1_bias(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects bias to have the shape 3, got 'tensor<1xf32>'}}
  %0 = mixq.fused_linear %x, %w, %b epilogue store : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<1xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL2)
func.func @fl2_missing(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects a residual exactly with the epilogue add, got the epilogue add without a residual}}
  %0 = mixq.fused_linear %x, %w, %b epilogue add : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL2)
func.func @fl2_unused(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>, %r: tensor<5x3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects a residual exactly with the epilogue add, got the epilogue gelu with a residual}}
  %0 = mixq.fused_linear %x, %w, %b residual %r epilogue gelu : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL2)
func.func @fl2_type(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>, %r: tensor<1x3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects residual to have the result's type 'tensor<5x3xf32>', got 'tensor<1x3xf32>'}}
  %0 = mixq.fused_linear %x, %w, %b residual %r epilogue add : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>, tensor<1x3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FL3)
func.func @fl3(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.fused_linear' op expects the epilogue store, add or gelu, got requantize}}
  %0 = mixq.fused_linear %x, %w, %b epilogue requantize : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// -----

// (FA1)
func.func @fa1_rank(%x: tensor<1x5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects input to have rank 2, got 'tensor<1x5x24xf32>'}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 : (tensor<1x5x24xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (FA1)
func.func @fa1_result(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects the result to have rank 2, got 'tensor<2x5x4xf32>'}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 : (tensor<5x24xf32>) -> tensor<2x5x4xf32>
  return
}

// -----

// (FA1): not a division by zero
func.func @fa1_zero(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects heads to be positive, got 0}}
  %0 = mixq.fused_attention %x heads 0 multiplier 0.5 : (tensor<5x24xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (FA1)
func.func @fa1_negative(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects heads to be positive, got -2}}
  %0 = mixq.fused_attention %x heads -2 multiplier 0.5 : (tensor<5x24xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (FA1)
func.func @fa1_divide(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects the 3 heads to divide the result's columns, got 'tensor<5x8xf32>'}}
  %0 = mixq.fused_attention %x heads 3 multiplier 0.5 : (tensor<5x24xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (FA2)
func.func @fa2_columns(%x: tensor<5x16xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects input to have the shape 5x24, got 'tensor<5x16xf32>'}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 : (tensor<5x16xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (FA2)
func.func @fa2_rows(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects input to have the shape 4x24, got 'tensor<5x24xf32>'}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0.5 : (tensor<5x24xf32>) -> tensor<4x8xf32>
  return
}

// -----

// (FA3)
func.func @fa3(%x: tensor<5x24xf32>) {
  // expected-error @+1 {{'mixq.fused_attention' op expects multiplier to be positive and finite, got +Inf}}
  %0 = mixq.fused_attention %x heads 2 multiplier 0x7F800000 : (tensor<5x24xf32>) -> tensor<5x8xf32>
  return
}
