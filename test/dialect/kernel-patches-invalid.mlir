// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (EP1)
func.func @ep1_image(%x: tensor<8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects image to have rank 3, got 'tensor<8x12xf32>'}}
  %0 = mixq.extract_patches %x patch [4, 6] : (tensor<8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP1)
func.func @ep1_result(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects the result to have rank 2, got 'tensor<2x2x72xf32>'}}
  %0 = mixq.extract_patches %x patch [4, 6] : (tensor<3x8x12xf32>) -> tensor<2x2x72xf32>
  return
}

// -----

// (EP1)
func.func @ep1_entries(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects patch to have two positive entries, got [4]}}
  %0 = mixq.extract_patches %x patch [4] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP1): not a division by zero
func.func @ep1_zero(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects patch to have two positive entries, got [4, 0]}}
  %0 = mixq.extract_patches %x patch [4, 0] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP1)
func.func @ep1_negative(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects patch to have two positive entries, got [-4, 6]}}
  %0 = mixq.extract_patches %x patch [-4, 6] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP2)
func.func @ep2(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects patches of 4x5 to tile the image, got 'tensor<3x8x12xf32>'}}
  %0 = mixq.extract_patches %x patch [4, 5] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP2)
func.func @ep2_huge(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects patches of 9223372036854775807x6 to tile the image, got 'tensor<3x8x12xf32>'}}
  %0 = mixq.extract_patches %x patch [9223372036854775807, 6] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  return
}

// -----

// (EP3)
func.func @ep3(%x: tensor<3x8x12xf32>) {
  // expected-error @+1 {{'mixq.extract_patches' op expects the result to have the shape 4x72, got 'tensor<4x24xf32>'}}
  %0 = mixq.extract_patches %x patch [4, 6] : (tensor<3x8x12xf32>) -> tensor<4x24xf32>
  return
}

// -----

// (QP1)
func.func @qp1(%x: tensor<3x8x12xf32>, %m: tensor<1xf32>, %z: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.quantize_patches' op expects patches of 3x6 to tile the image, got 'tensor<3x8x12xf32>'}}
  %0 = mixq.quantize_patches %x multiplier %m zero_point %z patch [3, 6] : (tensor<3x8x12xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x72x!mixq.q<u8>>
  return
}

// -----

// (QP2)
func.func @qp2_multiplier(%x: tensor<3x8x12xf32>, %m: tensor<3xf32>, %z: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.quantize_patches' op expects multiplier to have one element, got 'tensor<3xf32>'}}
  %0 = mixq.quantize_patches %x multiplier %m zero_point %z patch [4, 6] : (tensor<3x8x12xf32>, tensor<3xf32>, tensor<1xf32>) -> tensor<4x72x!mixq.q<u8>>
  return
}

// -----

// (QP2)
func.func @qp2_zero_point(%x: tensor<3x8x12xf32>, %m: tensor<1xf32>, %z: tensor<3xf32>) {
  // expected-error @+1 {{'mixq.quantize_patches' op expects zero_point to have one element, got 'tensor<3xf32>'}}
  %0 = mixq.quantize_patches %x multiplier %m zero_point %z patch [4, 6] : (tensor<3x8x12xf32>, tensor<1xf32>, tensor<3xf32>) -> tensor<4x72x!mixq.q<u8>>
  return
}

// -----

// (QP2)
func.func @qp2_result(%x: tensor<3x8x12xf32>, %m: tensor<1xf32>, %z: tensor<1xf32>) {
  // expected-error @+1 {{'mixq.quantize_patches' op expects the result to have unsigned codes, got 'tensor<4x72x!mixq.q<s8>>'}}
  %0 = mixq.quantize_patches %x multiplier %m zero_point %z patch [4, 6] : (tensor<3x8x12xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x72x!mixq.q<s8>>
  return
}
