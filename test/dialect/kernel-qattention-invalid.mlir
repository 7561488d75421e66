// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (QA1)
func.func @qa1_rank(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects the result to have rank 2, got 'tensor<2x5x4x!mixq.q<u8>>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x5x4x!mixq.q<u8>>
  return
}

// -----

// (QA1)
func.func @qa1_heads(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects heads to be positive, got 0}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 0 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA1)
func.func @qa1_divide(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects the 9223372036854775807 heads to divide the result's columns, got 'tensor<5x8x!mixq.q<u8>>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 9223372036854775807 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA2)
func.func @qa2(%x: tensor<5x8x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects input to have the shape 5x24, got 'tensor<5x8x!mixq.q<u8>>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x8x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_input(%x: tensor<5x24x!mixq.q<s8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects input to have unsigned codes, got 'tensor<5x24x!mixq.q<s8>>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<s8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_result(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects the result to have unsigned codes, got 'tensor<5x8x!mixq.q<s4>>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<s4>>
  return
}

// -----

// (QA3)
func.func @qa3_zero_points(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<2xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects zero_points to have the shape 3, got 'tensor<2xi32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<2xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_heads(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<6xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<2xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects score_multiplier to have the shape 2, got 'tensor<1xf32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<6xi32>, tensor<1xf32>, tensor<1xf32>, tensor<2xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_score_multiplier(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<2xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects score_multiplier to have one element, got 'tensor<2xf32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_probability_multiplier(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<2xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects probability_multiplier to have one element, got 'tensor<2xf32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<2xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_result_multiplier(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<2xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects result_multiplier to have one element, got 'tensor<2xf32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<2xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA3)
func.func @qa3_result_offset(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<2xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects result_offset to have one element, got 'tensor<2xf32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA4)
func.func @qa4_rows(%x: tensor<65001x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects at most 65000 rows and columns a head, whose products sum below 2^31, got 65001 and 4}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<65001x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<65001x8x!mixq.q<u8>>
  return
}

// -----

// (QA4)
func.func @qa4_columns(%x: tensor<5x390006x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %p: tensor<1xf32>, %m: tensor<1xf32>, %o: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects at most 65000 rows and columns a head, whose products sum below 2^31, got 5 and 65001}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %p result_multiplier %m result_offset %o heads 2 : (tensor<5x390006x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x130002x!mixq.q<u8>>
  return
}

// -----

// (QA8)
func.func @qa8(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.qattention' op expects probability_bits in [2, 8], got 9}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %s result_multiplier %s result_offset %s heads 2 probability_bits 9 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  return
}

// -----

// (QA9)
func.func @qa9(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %s: tensor<1xf32>, %t: tensor<8xi32>) {
  // expected-error @+1 {{'mixq.qattention' op expects table to have the shape 16, got 'tensor<8xi32>'}}
  %0 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %s result_multiplier %s result_offset %s table %t heads 2 probability_bits 4 : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<8xi32>) -> tensor<5x8x!mixq.q<u8>>
  return
}
