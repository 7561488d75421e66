// mixq-fuse on the quantized graph: scales and zero-points move into multipliers, offsets and corrections. All numbers here
// are chosen so that fp32 holds them exactly.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize))' --split-input-file | FileCheck %s

// correction[n] = -zero_point * sum of the weight's codes = -3 * (127 - 64), -3 * (1 + 2)
// multiplier[n] = 0.25 * [0.5, 2]                         = 0.125, 0.5
// offset        = bias
// CHECK-LABEL: @linear
// CHECK-SAME: (%[[X:.*]]: tensor<2x2xf32>)
// CHECK: %[[B:.*]] = mixq.parameter dense<[5.000000e-01, -1.000000e+00]>
// CHECK: %[[Q:.*]] = mixq.quantize %[[X]]
// CHECK: %[[W:.*]] = mixq.parameter dense<{{\[\[}}127, -64], [1, 2]]> : tensor<2x2xi8>
// CHECK: %[[C:.*]] = mixq.parameter dense<[-189, -9]> : tensor<2xi32>
// CHECK: %[[M:.*]] = mixq.parameter dense<[1.250000e-01, 5.000000e-01]> : tensor<2xf32>
// CHECK: mixq.qlinear %[[Q]], %[[W]] correction %[[C]] multiplier %[[M]] offset %[[B]] epilogue store unit "fc" : {{.*}} -> tensor<2x2xf32>
func.func @linear(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %b = mixq.parameter dense<[0.5, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xq = mixq.quantize %x scale %s zero_point %z : (tensor<2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2x!mixq.q<u8>>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[127, -64], [1, 2]]> : tensor<2x2xi8> : tensor<2x2x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<[0.5, 2.0]> : tensor<2xf32> : tensor<2xf32>
  %wz = mixq.parameter dense<0> : tensor<2xi32> : tensor<2xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  %0 = mixq.linear %xd, %wd, %b unit "fc" : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// multiplier[n] = 0.25 * [0.5, 2] / 0.5 = 0.25, 1
// offset[n]     = [0.5, -1] / 0.5 + 10  = 11, 8
// CHECK-LABEL: @requantize
// CHECK: %[[M:.*]] = mixq.parameter dense<[2.500000e-01, 1.000000e+00]>
// CHECK: %[[O:.*]] = mixq.parameter dense<[1.100000e+01, 8.000000e+00]>
// CHECK: %[[Y:.*]] = mixq.qlinear %{{.*}}, %{{.*}} correction %{{.*}} multiplier %[[M]] offset %[[O]] epilogue requantize : {{.*}} -> tensor<2x2x!mixq.q<u8>>
// CHECK-NEXT: return %[[Y]]
func.func @requantize(%xq: tensor<2x2x!mixq.q<u8>>) -> tensor<2x2x!mixq.q<u8>> {
  %b = mixq.parameter dense<[0.5, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[127, -64], [1, 2]]> : tensor<2x2xi8> : tensor<2x2x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<[0.5, 2.0]> : tensor<2xf32> : tensor<2xf32>
  %wz = mixq.parameter dense<0> : tensor<2xi32> : tensor<2xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  %0 = mixq.linear %xd, %wd, %b : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %rs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %rz = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
  %1 = mixq.quantize %0 scale %rs zero_point %rz : (tensor<2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2x!mixq.q<u8>>
  return %1 : tensor<2x2x!mixq.q<u8>>
}

// -----

// gelu wants the product itself; what follows it is 1 / 0.5 and 10 in each channel.
// CHECK-LABEL: @gelu_requantize
// CHECK-DAG: %[[O:.*]] = mixq.parameter dense<[5.000000e-01, -1.000000e+00]>
// CHECK-DAG: %[[M:.*]] = mixq.parameter dense<[1.250000e-01, 5.000000e-01]>
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<2.000000e+00> : tensor<2xf32>
// CHECK-DAG: %[[RO:.*]] = mixq.parameter dense<1.000000e+01> : tensor<2xf32>
// CHECK: %[[Y:.*]] = mixq.qlinear %{{.*}}, %{{.*}} correction %{{.*}} multiplier %[[M]] offset %[[O]] result_multiplier %[[RM]] result_offset %[[RO]] epilogue gelu_requantize
// CHECK-NEXT: return %[[Y]]
func.func @gelu_requantize(%xq: tensor<2x2x!mixq.q<u8>>) -> tensor<2x2x!mixq.q<u8>> {
  %b = mixq.parameter dense<[0.5, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[127, -64], [1, 2]]> : tensor<2x2xi8> : tensor<2x2x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<[0.5, 2.0]> : tensor<2xf32> : tensor<2xf32>
  %wz = mixq.parameter dense<0> : tensor<2xi32> : tensor<2xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  %0 = mixq.linear %xd, %wd, %b : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %1 = mixq.gelu %0 : tensor<2x2xf32>
  %rs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %rz = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
  %2 = mixq.quantize %1 scale %rs zero_point %rz : (tensor<2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2x!mixq.q<u8>>
  return %2 : tensor<2x2x!mixq.q<u8>>
}

// -----

// A scale for each channel costs nothing: [2, 4] / 0.5 = 4, 8, and [1, -1] / 0.5 + 10 = 12, 8.
// CHECK-LABEL: @channel_affine
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<[4.000000e+00, 8.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[RO:.*]] = mixq.parameter dense<[1.200000e+01, 8.000000e+00]> : tensor<2xf32>
// CHECK: %[[Y:.*]] = mixq.qlinear {{.*}} result_multiplier %[[RM]] result_offset %[[RO]] epilogue gelu_requantize
// CHECK-NEXT: return %[[Y]]
func.func @channel_affine(%xq: tensor<2x2x!mixq.q<u8>>) -> tensor<2x2x!mixq.q<u8>> {
  %b = mixq.parameter dense<[0.5, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[127, -64], [1, 2]]> : tensor<2x2xi8> : tensor<2x2x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<[0.5, 2.0]> : tensor<2xf32> : tensor<2xf32>
  %wz = mixq.parameter dense<0> : tensor<2xi32> : tensor<2xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<2x2x!mixq.q<s8, axis = 0>>, tensor<2xf32>, tensor<2xi32>) -> tensor<2x2xf32>
  %0 = mixq.linear %xd, %wd, %b : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %1 = mixq.gelu %0 : tensor<2x2xf32>
  %am = mixq.parameter dense<[2.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %ao = mixq.parameter dense<[1.0, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %a = mixq.channel_affine %1 multiplier %am offset %ao : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %rs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %rz = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
  %2 = mixq.quantize %a scale %rs zero_point %rz : (tensor<2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2x!mixq.q<u8>>
  return %2 : tensor<2x2x!mixq.q<u8>>
}

// -----

// CHECK-LABEL: @add
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<2x1xf32>)
// CHECK: mixq.qlinear {{.*}} residual %[[R]] epilogue add unit "fc"
func.func @add(%xq: tensor<2x1x!mixq.q<u8>>, %r: tensor<2x1xf32>) -> tensor<2x1xf32> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<1x1xi8> : tensor<1x1x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %s zero_point %z : (tensor<1x1x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x1xf32>
  %0 = mixq.linear %xd, %wd, %s unit "fc" : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %1 = mixq.add %0, %r : tensor<2x1xf32>
  return %1 : tensor<2x1xf32>
}

// -----

// The fp32 result of the product is used twice: it stays, and so does the quantizer.
// CHECK-LABEL: @second_use
// CHECK: %[[Y:.*]] = mixq.qlinear {{.*}} epilogue store
// CHECK: mixq.quantize %[[Y]]
func.func @second_use(%xq: tensor<2x1x!mixq.q<u8>>) -> (tensor<2x1xf32>, tensor<2x1x!mixq.q<u8>>) {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<1x1xi8> : tensor<1x1x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %s zero_point %z : (tensor<1x1x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x1xf32>
  %0 = mixq.linear %xd, %wd, %s : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %1 = mixq.quantize %0 scale %s zero_point %z : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<u8>>
  return %0, %1 : tensor<2x1xf32>, tensor<2x1x!mixq.q<u8>>
}

// -----

// The epilogues write u8; a symmetric s8 result is left.
// CHECK-LABEL: @signed_result
// CHECK: %[[Y:.*]] = mixq.qlinear {{.*}} epilogue store
// CHECK: mixq.quantize %[[Y]]
func.func @signed_result(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<s8>> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<1x1xi8> : tensor<1x1x!mixq.q<s8, axis = 0>>
  %wd = mixq.dequantize %w scale %s zero_point %z : (tensor<1x1x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x1xf32>
  %0 = mixq.linear %xd, %wd, %s : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %1 = mixq.quantize %0 scale %s zero_point %z : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<s8>>
  return %1 : tensor<2x1x!mixq.q<s8>>
}

// -----

// Only the activation is quantized: a float product, and nothing hides that.
// CHECK-LABEL: @float_weight
// CHECK: mixq.fused_linear
func.func @float_weight(%xq: tensor<2x1x!mixq.q<u8>>, %w: tensor<1x1xf32>) -> tensor<2x1xf32> {
  %s = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %0 = mixq.linear %xd, %w, %s : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// The quantizer of the image moves to its patches: 1 / 0.5 = 2, and 128 in fp32. correction = -128 * (127 + 64 - 127 + 1)
// CHECK-LABEL: @patch_embed
// CHECK-SAME: (%[[X:.*]]: tensor<1x2x4xf32>)
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}127, 64, -127, 1]]> : tensor<1x4xi8>
// CHECK-DAG: %[[M:.*]] = mixq.parameter dense<2.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[Z:.*]] = mixq.parameter dense<1.280000e+02> : tensor<1xf32>
// CHECK-DAG: %[[P:.*]] = mixq.quantize_patches %[[X]] multiplier %[[M]] zero_point %[[Z]] patch [2, 2] : {{.*}} -> tensor<2x4x!mixq.q<u8>>
// CHECK-DAG: %[[C:.*]] = mixq.parameter dense<-8320> : tensor<1xi32>
// CHECK: mixq.qlinear %[[P]], %[[W]] correction %[[C]] {{.*}} epilogue store unit "embed"
func.func @patch_embed(%x: tensor<1x2x4xf32>) -> tensor<2x1xf32> {
  %s = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<128> : tensor<1xi32> : tensor<1xi32>
  %xq = mixq.quantize %x scale %s zero_point %z : (tensor<1x2x4xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x4x!mixq.q<u8>>
  %xd = mixq.dequantize %xq scale %s zero_point %z : (tensor<1x2x4x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x4xf32>
  %w = mixq.parameter dense<[[[[127, 64], [-127, 1]]]]> : tensor<1x1x2x2xi8> : tensor<1x1x2x2x!mixq.q<s8, axis = 0>>
  %wz = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %wd = mixq.dequantize %w scale %s zero_point %wz : (tensor<1x1x2x2x!mixq.q<s8, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x1x2x2xf32>
  %0 = mixq.patch_embed %xd, %wd, %s unit "embed" : (tensor<1x2x4xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// gamma / 0.5, and beta / 0.5 + 10.
// CHECK-LABEL: @layer_norm
// CHECK-SAME: (%[[X:.*]]: tensor<3x2xf32>)
// CHECK: %[[G:.*]] = mixq.parameter dense<[2.000000e+00, 8.000000e+00]>
// CHECK: %[[B:.*]] = mixq.parameter dense<[9.000000e+00, 1.150000e+01]>
// CHECK: mixq.layer_norm_quantize %[[X]], %[[G]], %[[B]] epsilon 9.99999997E-7 : {{.*}} -> tensor<3x2x!mixq.q<u8>>
func.func @layer_norm(%x: tensor<3x2xf32>) -> tensor<3x2x!mixq.q<u8>> {
  %g = mixq.parameter dense<[1.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %b = mixq.parameter dense<[-0.5, 0.75]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.000000e-06 : (tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %1 = mixq.quantize %0 scale %s zero_point %z : (tensor<3x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<3x2x!mixq.q<u8>>
  return %1 : tensor<3x2x!mixq.q<u8>>
}
