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

// Codes of 8 bits minus a zero-point would leave s8.
func.func @weight_zero_point(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %x scale %s zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<s8, axis = 0>>
  // expected-error @+1 {{'mixq.dequantize' op expects 8-bit weights with zero-point 0, got 3 for channel 0}}
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

// -----

// The product multiplies u8 by s8.
func.func @asymmetric_keys(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<u8>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %z5 = mixq.parameter dense<5> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z0 : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<3x1xi8> : tensor<3x1x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<1.0> : tensor<3xf32> : tensor<3xf32>
  %wz = mixq.parameter dense<0> : tensor<3xi32> : tensor<3xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<3x1x!mixq.q<s8, axis = 0>>, tensor<3xf32>, tensor<3xi32>) -> tensor<3x1xf32>
  %qkv = mixq.linear %xd, %wd, %ws : (tensor<2x1xf32>, tensor<3x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %q, %k, %v = mixq.split_qkv %qkv : (tensor<2x3xf32>) -> (tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>)
  %qq = mixq.quantize %q scale %one zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u8>>
  %qd = mixq.dequantize %qq scale %one zero_point %z0 : (tensor<1x2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %kq = mixq.quantize %k scale %one zero_point %z5 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s8>>
  %kd = mixq.dequantize %kq scale %one zero_point %z5 : (tensor<1x2x1x!mixq.q<s8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %s = mixq.matmul %qd, %kd transpose_rhs : (tensor<1x2x1xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32>
  %p = mixq.softmax %s : tensor<1x2x2xf32>
  %pq = mixq.quantize %p scale %one zero_point %z0 : (tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x2x!mixq.q<u8>>
  %pd = mixq.dequantize %pq scale %one zero_point %z0 : (tensor<1x2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x2xf32>
  %vq = mixq.quantize %v scale %one zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s8>>
  %vd = mixq.dequantize %vq scale %one zero_point %z0 : (tensor<1x2x1x!mixq.q<s8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %o = mixq.matmul %pd, %vd : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  %y = mixq.merge_heads %o : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
  // expected-error @+1 {{'mixq.quantize' op expects codes of keys and values minus their zero-point in [-128, 127], got the zero-point 5 of '!mixq.q<s8>' in attention}}
  %yq = mixq.quantize %y scale %one zero_point %z0 : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<u8>>
  return %yq : tensor<2x1x!mixq.q<u8>>
}

// -----

func.func @narrow_weight(%x: tensor<1x2x!mixq.q<u8>>) -> tensor<1x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wz = mixq.parameter dense<129> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %x scale %one zero_point %z : (tensor<1x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %w = mixq.parameter dense<[[1, 2]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u4, axis = 0>>
  // expected-error @+1 {{'mixq.dequantize' op expects weights whose codes minus their zero-point are in [-128, 127], got the zero-point 129 for channel 0 of '!mixq.q<u4, axis = 0>'}}
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x2x!mixq.q<u4, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
