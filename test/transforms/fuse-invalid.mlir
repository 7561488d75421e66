// What only a file can hold, since calibration never chooses it.
//
// mixq-fuse proves that no accumulator leaves int32: (255 + |zero_point|) * sum |w| < 2^31 for every channel.

// RUN: mixq-opt %s --mixq-fuse --split-input-file --verify-diagnostics
// RUN: not mixq-opt %s --mixq-fuse --split-input-file >/dev/null 2>&1

// (255 + 4 * 10^6) * 4 * 127 = 2.03 * 10^9
func.func @fits(%x: tensor<1x5x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<-4000000> : tensor<1xi32> : tensor<1xi32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x5x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x5xf32>
  %w = mixq.parameter dense<[[127, -127, 127, 0, -127]]> : tensor<1x5xi8> : tensor<1x5x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %s zero_point %z0 : (tensor<1x5x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x5xf32>
  %0 = mixq.linear %xd, %wd, %s : (tensor<1x5xf32>, tensor<1x5xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// With 5 * 127 it is 2.54 * 10^9.
func.func @exceeds(%x: tensor<1x5x!mixq.q<u8>>) -> tensor<1x2xf32> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %b = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %z = mixq.parameter dense<-4000000> : tensor<1xi32> : tensor<1xi32>
  %z0 = mixq.parameter dense<0> : tensor<2xi32> : tensor<2xi32>
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x5x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x5xf32>
  %w = mixq.parameter dense<[[1, 1, 1, 1, 1], [127, -127, 127, 127, -127]]> : tensor<2x5xi8> : tensor<2x5x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %b zero_point %z0 : (tensor<2x5x!mixq.q<s8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x5xf32>
  // expected-error @+1 {{'mixq.linear' op expects accumulators below 2^31, but channel 1 with zero-point -4000000 may exceed it}}
  %0 = mixq.linear %xd, %wd, %b : (tensor<1x5xf32>, tensor<2x5xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %0 : tensor<1x2xf32>
}

// -----

// Patterns divide by scales.
func.func @scale_zero(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{'mixq.dequantize' op expects scales that are positive, finite and normal, got 0.0}}
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// Patterns divide by scales.
func.func @scale_negative(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<-1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{'mixq.dequantize' op expects scales that are positive, finite and normal, got -1.0}}
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// Patterns divide by scales.
func.func @scale_denormal(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<1.0e-40> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{'mixq.dequantize' op expects scales that are positive, finite and normal, got }}
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// Patterns divide by scales.
func.func @scale_infinite(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<0x7F800000> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{'mixq.dequantize' op expects scales that are positive, finite and normal, got }}
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// Patterns divide by scales.
func.func @scale_nan(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<0x7FC00000> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{'mixq.dequantize' op expects scales that are positive, finite and normal, got }}
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// The product knows no zero-point of a weight.
func.func @weight_zero_point(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  // expected-error @+1 {{'mixq.dequantize' op expects 8-bit weights with zero-point 0}}
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// The least zero-point times a weight of zeros is 0, not an overflow.
func.func @least_zero_point(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<-2147483648> : tensor<1xi32> : tensor<1xi32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<0> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %s zero_point %z0 : (tensor<1x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %s : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
