// RUN: mixq-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// concat, slice
//===----------------------------------------------------------------------===//

// (C1)
func.func @c1_none() {
  // expected-error @+1 {{'mixq.concat' op expects at least one input, got none}}
  %0 = mixq.concat : () -> tensor<1x8xf32>
  return
}

// -----

// (C1)
func.func @c1_rank(%x: tensor<1x8xf32>, %y: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.concat' op expects every input to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.concat %x, %y : (tensor<1x8xf32>, tensor<8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// (C1)
func.func @c1_result(%x: tensor<1x8xf32>) {
  // expected-error @+1 {{'mixq.concat' op expects the result to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.concat %x : (tensor<1x8xf32>) -> tensor<8xf32>
  return
}

// -----

// (C2)
func.func @c2_rows(%x: tensor<1x8xf32>, %y: tensor<4x8xf32>) {
  // expected-error @+1 {{'mixq.concat' op expects the result to have the shape 5x8, got 'tensor<6x8xf32>'}}
  %0 = mixq.concat %x, %y : (tensor<1x8xf32>, tensor<4x8xf32>) -> tensor<6x8xf32>
  return
}

// -----

// (C2)
func.func @c2_columns(%x: tensor<1x8xf32>, %y: tensor<4x7xf32>) {
  // expected-error @+1 {{'mixq.concat' op expects every input to have the result's 8 columns, got 'tensor<4x7xf32>'}}
  %0 = mixq.concat %x, %y : (tensor<1x8xf32>, tensor<4x7xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (S1)
func.func @s1_rank(%x: tensor<8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects input to have rank 2, got 'tensor<8xf32>'}}
  %0 = mixq.slice %x from 0 : (tensor<8xf32>) -> tensor<4xf32>
  return
}

// -----

// (S1)
func.func @s1_columns(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects the result to have the input's 8 columns, got 'tensor<1x7xf32>'}}
  %0 = mixq.slice %x from 0 : (tensor<5x8xf32>) -> tensor<1x7xf32>
  return
}

// -----

// (S1)
func.func @s1_elements(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects the result to have the input's 'f32' elements, got 'tensor<1x8x!mixq.q<u8>>'}}
  %0 = mixq.slice %x from 0 : (tensor<5x8xf32>) -> tensor<1x8x!mixq.q<u8>>
  return
}

// -----

// (S2)
func.func @s2_rows(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects the result to have at most the input's 5 rows, got 'tensor<6x8xf32>'}}
  %0 = mixq.slice %x from 0 : (tensor<5x8xf32>) -> tensor<6x8xf32>
  return
}

// -----

// (S2)
func.func @s2_begin(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects a range of 2 rows to begin in [0, 3] of the input, got 4}}
  %0 = mixq.slice %x from 4 : (tensor<5x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// (S2)
func.func @s2_negative(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects a range of 2 rows to begin in [0, 3] of the input, got -1}}
  %0 = mixq.slice %x from -1 : (tensor<5x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

// (S2): begin + rows overflows
func.func @s2_overflow(%x: tensor<5x8xf32>) {
  // expected-error @+1 {{'mixq.slice' op expects a range of 2 rows to begin in [0, 3] of the input, got 9223372036854775807}}
  %0 = mixq.slice %x from 9223372036854775807 : (tensor<5x8xf32>) -> tensor<2x8xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// pool
//===----------------------------------------------------------------------===//

// (PL1)
func.func @pl1(%x: tensor<2x4x8xf32>) {
  // expected-error @+1 {{'mixq.pool' op expects input to have rank 2, got 'tensor<2x4x8xf32>'}}
  %0 = mixq.pool %x : (tensor<2x4x8xf32>) -> tensor<1x8xf32>
  return
}

// -----

// (PL2)
func.func @pl2(%x: tensor<4x8xf32>) {
  // expected-error @+1 {{'mixq.pool' op expects the result to have the shape 1x8, got 'tensor<1x4xf32>'}}
  %0 = mixq.pool %x : (tensor<4x8xf32>) -> tensor<1x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// split_qkv, merge_heads
//===----------------------------------------------------------------------===//

// (SQ1)
func.func @sq1_rank(%x: tensor<1x4x24xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects input to have rank 2, got 'tensor<1x4x24xf32>'}}
  %q, %k, %v = mixq.split_qkv %x : (tensor<1x4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
  return
}

// -----

// (SQ1)
func.func @sq1_query(%x: tensor<4x24xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects query to have rank 3, got 'tensor<4x8xf32>'}}
  %q, %k, %v = mixq.split_qkv %x : (tensor<4x24xf32>) -> (tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
  return
}

// -----

// (SQ1)
func.func @sq1_types(%x: tensor<4x24xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects the results to have one type, got 'tensor<2x4x4xf32>', 'tensor<2x4x4xf32>' and 'tensor<4x4x2xf32>'}}
  %q, %k, %v = mixq.split_qkv %x : (tensor<4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<4x4x2xf32>)
  return
}

// -----

// (SQ2)
func.func @sq2(%x: tensor<4x25xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects input to have the shape 4x24, got 'tensor<4x25xf32>'}}
  %q, %k, %v = mixq.split_qkv %x : (tensor<4x25xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
  return
}

// -----

// (MH1)
func.func @mh1_input(%x: tensor<4x6xf32>) {
  // expected-error @+1 {{'mixq.merge_heads' op expects input to have rank 3, got 'tensor<4x6xf32>'}}
  %0 = mixq.merge_heads %x : (tensor<4x6xf32>) -> tensor<4x6xf32>
  return
}

// -----

// (MH1)
func.func @mh1_result(%x: tensor<2x4x3xf32>) {
  // expected-error @+1 {{'mixq.merge_heads' op expects the result to have rank 2, got 'tensor<4x2x3xf32>'}}
  %0 = mixq.merge_heads %x : (tensor<2x4x3xf32>) -> tensor<4x2x3xf32>
  return
}

// -----

// (MH2)
func.func @mh2(%x: tensor<2x4x3xf32>) {
  // expected-error @+1 {{'mixq.merge_heads' op expects the result to have the shape 4x6, got 'tensor<6x4xf32>'}}
  %0 = mixq.merge_heads %x : (tensor<2x4x3xf32>) -> tensor<6x4xf32>
  return
}
