// mixq-fuse below 8 bits and with codebooks. All numbers are exact in fp32.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize))' --split-input-file | FileCheck %s

// The input is scale * entry + offset = 0.25 T - 0.5, the weight 0.5 * ([3, 15] - 5) = 0.5 * [-2, 10].
//   multiplier = 0.25 * 0.5,  correction = 0
//   offset     = bias - 0.5 * 0.5 * (-2 + 10) = 1 - 2 = -1
// CHECK-LABEL: @decode
// CHECK-SAME: (%[[X:.*]]: tensor<2x2x!mixq.codebook<u4, u8>>)
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}3, 15]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u4, axis = 0>>
// CHECK-DAG: %[[Z:.*]] = mixq.parameter dense<5> : tensor<1xi32>
// CHECK-DAG: %[[C:.*]] = mixq.parameter dense<0> : tensor<1xi32>
// CHECK-DAG: %[[M:.*]] = mixq.parameter dense<1.250000e-01> : tensor<1xf32>
// CHECK-DAG: %[[O:.*]] = mixq.parameter dense<-1.000000e+00> : tensor<1xf32>
// CHECK: mixq.qlinear %[[X]], %[[W]] weight_zero_point %[[Z]] correction %[[C]] multiplier %[[M]] offset %[[O]] epilogue store unit "fc"
func.func @decode(%xq: tensor<2x2x!mixq.codebook<u4, u8>>) -> tensor<2x1xf32> {
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %o = mixq.parameter dense<-0.5> : tensor<1xf32> : tensor<1xf32>
  %xd = mixq.decode %xq scale %s offset %o : (tensor<2x2x!mixq.codebook<u4, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[3, 15]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u4, axis = 0>>
  %ws = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %wz = mixq.parameter dense<5> : tensor<1xi32> : tensor<1xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<1x2x!mixq.q<u4, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %b = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.linear %xd, %wd, %b unit "fc" : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// encode(gelu(product)): t = gelu / 0.25 - (-0.5) / 0.25 = 4 gelu + 2, for the nearest entry of the table.
// A zero-point of the input below its code range: correction = 3 * (1 - 3).
// CHECK-LABEL: @encode_gelu
// CHECK-DAG: %[[C:.*]] = mixq.parameter dense<-6> : tensor<1xi32>
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<4.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[RO:.*]] = mixq.parameter dense<2.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[T:.*]] = mixq.parameter dense<[0, 1, 16, 128]> : tensor<4xi32>
// CHECK: %[[Y:.*]] = mixq.qlinear %{{.*}} correction %[[C]] {{.*}} result_multiplier %[[RM]] result_offset %[[RO]] table %[[T]] epilogue gelu_requantize : {{.*}} -> tensor<2x1x!mixq.codebook<u2, u8>>
// CHECK-NEXT: return %[[Y]]
func.func @encode_gelu(%xq: tensor<2x1x!mixq.q<u3>>) -> tensor<2x1x!mixq.codebook<u2, u8>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<-3> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z : (tensor<2x1x!mixq.q<u3>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<1x1xi8> : tensor<1x1x!mixq.q<s2, axis = 0>>
  %wz = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %wd = mixq.dequantize %w scale %one zero_point %wz : (tensor<1x1x!mixq.q<s2, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x1xf32>
  %0 = mixq.linear %xd, %wd, %one : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %1 = mixq.gelu %0 : tensor<2x1xf32>
  %s = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %o = mixq.parameter dense<-0.5> : tensor<1xf32> : tensor<1xf32>
  %t = mixq.parameter dense<[0, 1, 16, 128]> : tensor<4xi32> : tensor<4xi32>
  %2 = mixq.encode %1 scale %s offset %o table %t : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<2x1x!mixq.codebook<u2, u8>>
  return %2 : tensor<2x1x!mixq.codebook<u2, u8>>
}

// -----

// The bits of a result are the limit of its codes.
// CHECK-LABEL: @layer_norm
// CHECK: mixq.layer_norm_quantize {{.*}} -> tensor<3x2x!mixq.q<u4>>
func.func @layer_norm(%x: tensor<3x2xf32>) -> tensor<3x2x!mixq.q<u4>> {
  %g = mixq.parameter dense<[1.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<10> : tensor<1xi32> : tensor<1xi32>
  %0 = mixq.layer_norm %x, %g, %g epsilon 1.000000e-06 : (tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %1 = mixq.quantize %0 scale %s zero_point %z : (tensor<3x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<3x2x!mixq.q<u4>>
  return %1 : tensor<3x2x!mixq.q<u4>>
}
