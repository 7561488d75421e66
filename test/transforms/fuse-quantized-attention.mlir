// mixq-fuse: attention on codes. The projection writes the codes of queries, keys and values; all numbers are exact in fp32.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize))' --split-input-file | FileCheck %s

// The projection has the multiplier 1 * 1 and the offset 6 in its three channels. Requantized with
//   query: scale 0.5,  zero-point 100: multiplier 2, offset 6 / 0.5 + 100  = 112
//   key:   scale 0.25, symmetric:      multiplier 4, offset 6 / 0.25 + 128 = 152
//   value: scale 2,    symmetric:      multiplier 0.5, offset 6 / 2 + 128  = 131
// score multiplier       = 0.5 * 0.25 * 0.125 (the product's own) = 0.015625
// probability multiplier = 1 / 0.0078125                          = 128
// result multiplier      = 0.0078125 * 2 / 0.5                    = 0.03125
// CHECK-LABEL: @attention
// CHECK-SAME: (%[[X:.*]]: tensor<2x1x!mixq.q<u8>>)
// CHECK-DAG: %[[M:.*]] = mixq.parameter dense<[2.000000e+00, 4.000000e+00, 5.000000e-01]> : tensor<3xf32>
// CHECK-DAG: %[[O:.*]] = mixq.parameter dense<[1.120000e+02, 1.520000e+02, 1.310000e+02]> : tensor<3xf32>
// CHECK-DAG: %[[Z:.*]] = mixq.parameter dense<[100, 128, 128]> : tensor<3xi32>
// CHECK-DAG: %[[SM:.*]] = mixq.parameter dense<1.562500e-02> : tensor<1xf32>
// CHECK-DAG: %[[PM:.*]] = mixq.parameter dense<1.280000e+02> : tensor<1xf32>
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<3.125000e-02> : tensor<1xf32>
// CHECK-DAG: %[[RO:.*]] = mixq.parameter dense<7.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[P:.*]] = mixq.qlinear %[[X]], %{{.*}} multiplier %[[M]] offset %[[O]] epilogue requantize unit "attn.qkv" : {{.*}} -> tensor<2x3x!mixq.q<u8>>
// CHECK: %[[Y:.*]] = mixq.qattention %[[P]] zero_points %[[Z]] score_multiplier %[[SM]] probability_multiplier %[[PM]] result_multiplier %[[RM]] result_offset %[[RO]] heads 1 unit "attn"
// CHECK-NEXT: return %[[Y]]
func.func @attention(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<u8>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z0 : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<3x1xi8> : tensor<3x1x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<1.0> : tensor<3xf32> : tensor<3xf32>
  %wz = mixq.parameter dense<0> : tensor<3xi32> : tensor<3xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<3x1x!mixq.q<s8, axis = 0>>, tensor<3xf32>, tensor<3xi32>) -> tensor<3x1xf32>
  %b = mixq.parameter dense<6.0> : tensor<3xf32> : tensor<3xf32>
  %qkv = mixq.linear %xd, %wd, %b unit "attn.qkv" : (tensor<2x1xf32>, tensor<3x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %q, %k, %v = mixq.split_qkv %qkv : (tensor<2x3xf32>) -> (tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>)
  %qs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %qz = mixq.parameter dense<100> : tensor<1xi32> : tensor<1xi32>
  %qq = mixq.quantize %q scale %qs zero_point %qz : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u8>>
  %qd = mixq.dequantize %qq scale %qs zero_point %qz : (tensor<1x2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %ks = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %kq = mixq.quantize %k scale %ks zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s8>>
  %kd = mixq.dequantize %kq scale %ks zero_point %z0 : (tensor<1x2x1x!mixq.q<s8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %s = mixq.matmul %qd, %kd transpose_rhs multiplier 1.250000e-01 unit "attn.qk" : (tensor<1x2x1xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32>
  %p = mixq.softmax %s : tensor<1x2x2xf32>
  %ps = mixq.parameter dense<0.0078125> : tensor<1xf32> : tensor<1xf32>
  %pq = mixq.quantize %p scale %ps zero_point %z0 : (tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x2x!mixq.q<u8>>
  %pd = mixq.dequantize %pq scale %ps zero_point %z0 : (tensor<1x2x2x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x2xf32>
  %vs = mixq.parameter dense<2.0> : tensor<1xf32> : tensor<1xf32>
  %vq = mixq.quantize %v scale %vs zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s8>>
  %vd = mixq.dequantize %vq scale %vs zero_point %z0 : (tensor<1x2x1x!mixq.q<s8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %o = mixq.matmul %pd, %vd unit "attn.av" : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  %y = mixq.merge_heads %o : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
  %rz = mixq.parameter dense<7> : tensor<1xi32> : tensor<1xi32>
  %yq = mixq.quantize %y scale %qs zero_point %rz : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<u8>>
  return %yq : tensor<2x1x!mixq.q<u8>>
}

// -----

// Parts of fewer bits: limits for their columns, codes from 0 on.
//   query: u5, scale 0.5,  zero-point 100: offset 6 / 0.5 + 100   = 112
//   key:   u4, scale 0.25, zero-point 3:   offset 6 / 0.25 + 3    = 27
//   value: s4, scale 2,    symmetric:      offset 6 / 2 + 8       = 11
// CHECK-LABEL: @narrow
// CHECK-DAG: %[[O:.*]] = mixq.parameter dense<[1.120000e+02, 2.700000e+01, 1.100000e+01]> : tensor<3xf32>
// CHECK-DAG: %[[L:.*]] = mixq.parameter dense<[3.100000e+01, 1.500000e+01, 1.500000e+01]> : tensor<3xf32>
// CHECK-DAG: %[[Z:.*]] = mixq.parameter dense<[100, 3, 8]> : tensor<3xi32>
// CHECK-DAG: %[[T:.*]] = mixq.parameter dense<[0, 1, 16, 128]> : tensor<4xi32>
// CHECK-DAG: %[[P:.*]] = mixq.qlinear %{{.*}} offset %[[O]] limit %[[L]] epilogue requantize unit "attn.qkv" : {{.*}} -> tensor<2x3x!mixq.q<u8>>
// CHECK: mixq.qattention %[[P]] zero_points %[[Z]] {{.*}} table %[[T]] heads 1 probability_bits 2 unit "attn" : {{.*}} -> tensor<2x1x!mixq.q<u6>>
func.func @narrow(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<u6>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z0 : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<3x1xi8> : tensor<3x1x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<1.0> : tensor<3xf32> : tensor<3xf32>
  %wz = mixq.parameter dense<0> : tensor<3xi32> : tensor<3xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<3x1x!mixq.q<s8, axis = 0>>, tensor<3xf32>, tensor<3xi32>) -> tensor<3x1xf32>
  %b = mixq.parameter dense<6.0> : tensor<3xf32> : tensor<3xf32>
  %qkv = mixq.linear %xd, %wd, %b unit "attn.qkv" : (tensor<2x1xf32>, tensor<3x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %q, %k, %v = mixq.split_qkv %qkv : (tensor<2x3xf32>) -> (tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>)
  %qs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %qz = mixq.parameter dense<100> : tensor<1xi32> : tensor<1xi32>
  %qq = mixq.quantize %q scale %qs zero_point %qz : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u5>>
  %qd = mixq.dequantize %qq scale %qs zero_point %qz : (tensor<1x2x1x!mixq.q<u5>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %ks = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %kz = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %kq = mixq.quantize %k scale %ks zero_point %kz : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u4>>
  %kd = mixq.dequantize %kq scale %ks zero_point %kz : (tensor<1x2x1x!mixq.q<u4>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %s = mixq.matmul %qd, %kd transpose_rhs multiplier 1.250000e-01 unit "attn.qk" : (tensor<1x2x1xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32>
  %p = mixq.softmax %s : tensor<1x2x2xf32>
  %ps = mixq.parameter dense<0.0078125> : tensor<1xf32> : tensor<1xf32>
  %po = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %pt = mixq.parameter dense<[0, 1, 16, 128]> : tensor<4xi32> : tensor<4xi32>
  %pq = mixq.encode %p scale %ps offset %po table %pt : (tensor<1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<1x2x2x!mixq.codebook<u2, u8>>
  %pd = mixq.decode %pq scale %ps offset %po : (tensor<1x2x2x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x2x2xf32>
  %vs = mixq.parameter dense<2.0> : tensor<1xf32> : tensor<1xf32>
  %vq = mixq.quantize %v scale %vs zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s4>>
  %vd = mixq.dequantize %vq scale %vs zero_point %z0 : (tensor<1x2x1x!mixq.q<s4>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %o = mixq.matmul %pd, %vd unit "attn.av" : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  %y = mixq.merge_heads %o : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
  %rz = mixq.parameter dense<7> : tensor<1xi32> : tensor<1xi32>
  %yq = mixq.quantize %y scale %qs zero_point %rz : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<u6>>
  return %yq : tensor<2x1x!mixq.q<u6>>
}

// -----

// Coded inside the softmax: the row sum scales the result, whose multiplier is 2 / 0.5.
// CHECK-LABEL: @row_scale
// CHECK-DAG: %[[PM:.*]] = mixq.parameter dense<1.280000e+02> : tensor<1xf32>
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<4.000000e+00> : tensor<1xf32>
// CHECK: mixq.qattention %{{.*}} probability_multiplier %[[PM]] result_multiplier %[[RM]] {{.*}} table %{{.*}} heads 1 probability_bits 2 row_scale unit "attn"
func.func @row_scale(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x1x!mixq.q<u6>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z0 : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<3x1xi8> : tensor<3x1x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<1.0> : tensor<3xf32> : tensor<3xf32>
  %wz = mixq.parameter dense<0> : tensor<3xi32> : tensor<3xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<3x1x!mixq.q<s8, axis = 0>>, tensor<3xf32>, tensor<3xi32>) -> tensor<3x1xf32>
  %b = mixq.parameter dense<6.0> : tensor<3xf32> : tensor<3xf32>
  %qkv = mixq.linear %xd, %wd, %b unit "attn.qkv" : (tensor<2x1xf32>, tensor<3x1xf32>, tensor<3xf32>) -> tensor<2x3xf32>
  %q, %k, %v = mixq.split_qkv %qkv : (tensor<2x3xf32>) -> (tensor<1x2x1xf32>, tensor<1x2x1xf32>, tensor<1x2x1xf32>)
  %qs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %qz = mixq.parameter dense<100> : tensor<1xi32> : tensor<1xi32>
  %qq = mixq.quantize %q scale %qs zero_point %qz : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u5>>
  %qd = mixq.dequantize %qq scale %qs zero_point %qz : (tensor<1x2x1x!mixq.q<u5>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %ks = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  %kz = mixq.parameter dense<3> : tensor<1xi32> : tensor<1xi32>
  %kq = mixq.quantize %k scale %ks zero_point %kz : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<u4>>
  %kd = mixq.dequantize %kq scale %ks zero_point %kz : (tensor<1x2x1x!mixq.q<u4>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %s = mixq.matmul %qd, %kd transpose_rhs multiplier 1.250000e-01 unit "attn.qk" : (tensor<1x2x1xf32>, tensor<1x2x1xf32>) -> tensor<1x2x2xf32>
  %p = mixq.softmax %s codes(#mixq.codebook<u2, scale = 0.0078125, offset = 0.0, table = [0, 1, 16, 128]>) : tensor<1x2x2xf32>
  %vs = mixq.parameter dense<2.0> : tensor<1xf32> : tensor<1xf32>
  %vq = mixq.quantize %v scale %vs zero_point %z0 : (tensor<1x2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1x!mixq.q<s4>>
  %vd = mixq.dequantize %vq scale %vs zero_point %z0 : (tensor<1x2x1x!mixq.q<s4>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2x1xf32>
  %o = mixq.matmul %p, %vd unit "attn.av" : (tensor<1x2x2xf32>, tensor<1x2x1xf32>) -> tensor<1x2x1xf32>
  %y = mixq.merge_heads %o : (tensor<1x2x1xf32>) -> tensor<2x1xf32>
  %rz = mixq.parameter dense<7> : tensor<1xi32> : tensor<1xi32>
  %yq = mixq.quantize %y scale %qs zero_point %rz : (tensor<2x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1x!mixq.q<u6>>
  return %yq : tensor<2x1x!mixq.q<u6>>
}

// -----

// Heads with scales of their own, the same ones in both windows: columns and constants by head.
// The score multipliers are 0.5 * 0.25 * 0.125 and 0.25 * 1 * 0.125, the result's 0.0078125 * 2 / 0.5 and half of that.
// CHECK-LABEL: @heads
// CHECK-DAG: %[[P:.*]] = mixq.qlinear %{{.*}} epilogue requantize unit "attn.qkv" : {{.*}} -> tensor<2x6x!mixq.q<u8>>
// CHECK-DAG: %[[SM:.*]] = mixq.parameter dense<[1.562500e-02, 3.125000e-02]> : tensor<2xf32>
// CHECK-DAG: %[[RM:.*]] = mixq.parameter dense<[3.125000e-02, 1.562500e-02]> : tensor<2xf32>
// CHECK: mixq.qattention %[[P]] {{.*}} score_multiplier %[[SM]] {{.*}} result_multiplier %[[RM]] {{.*}} heads 2 grid [2, 1] unit "attn" : (tensor<2x6x!mixq.q<u8>>, tensor<6xi32>,
func.func @heads(%xq: tensor<2x1x!mixq.q<u8>>) -> tensor<2x2x!mixq.q<u8>> {
  %one = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %z0 = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %xd = mixq.dequantize %xq scale %one zero_point %z0 : (tensor<2x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<1> : tensor<6x1xi8> : tensor<6x1x!mixq.q<s8, axis = 0>>
  %ws = mixq.parameter dense<1.0> : tensor<6xf32> : tensor<6xf32>
  %wz = mixq.parameter dense<0> : tensor<6xi32> : tensor<6xi32>
  %wd = mixq.dequantize %w scale %ws zero_point %wz : (tensor<6x1x!mixq.q<s8, axis = 0>>, tensor<6xf32>, tensor<6xi32>) -> tensor<6x1xf32>
  %b = mixq.parameter dense<6.0> : tensor<6xf32> : tensor<6xf32>
  %qkv = mixq.linear %xd, %wd, %b unit "attn.qkv" : (tensor<2x1xf32>, tensor<6x1xf32>, tensor<6xf32>) -> tensor<2x6xf32>
  %q, %k, %v = mixq.split_qkv %qkv windows 2 : (tensor<2x6xf32>) -> (tensor<4x1x1xf32>, tensor<4x1x1xf32>, tensor<4x1x1xf32>)
  %qs = mixq.parameter dense<[0.5, 0.25, 0.5, 0.25]> : tensor<4xf32> : tensor<4xf32>
  %qz = mixq.parameter dense<[100, 90, 100, 90]> : tensor<4xi32> : tensor<4xi32>
  %qq = mixq.quantize %q scale %qs zero_point %qz : (tensor<4x1x1xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1x!mixq.q<u8, axis = 0>>
  %qd = mixq.dequantize %qq scale %qs zero_point %qz : (tensor<4x1x1x!mixq.q<u8, axis = 0>>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1xf32>
  %ks = mixq.parameter dense<[0.25, 1.0, 0.25, 1.0]> : tensor<4xf32> : tensor<4xf32>
  %kz = mixq.parameter dense<0> : tensor<4xi32> : tensor<4xi32>
  %kq = mixq.quantize %k scale %ks zero_point %kz : (tensor<4x1x1xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1x!mixq.q<s8, axis = 0>>
  %kd = mixq.dequantize %kq scale %ks zero_point %kz : (tensor<4x1x1x!mixq.q<s8, axis = 0>>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1xf32>
  %s = mixq.matmul %qd, %kd transpose_rhs multiplier 1.250000e-01 unit "attn.qk" : (tensor<4x1x1xf32>, tensor<4x1x1xf32>) -> tensor<4x1x1xf32>
  %p = mixq.softmax %s : tensor<4x1x1xf32>
  %ps = mixq.parameter dense<0.0078125> : tensor<1xf32> : tensor<1xf32>
  %pq = mixq.quantize %p scale %ps zero_point %z0 : (tensor<4x1x1xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x1x1x!mixq.q<u8>>
  %pd = mixq.dequantize %pq scale %ps zero_point %z0 : (tensor<4x1x1x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x1x1xf32>
  %vs = mixq.parameter dense<[2.0, 1.0, 2.0, 1.0]> : tensor<4xf32> : tensor<4xf32>
  %vq = mixq.quantize %v scale %vs zero_point %kz : (tensor<4x1x1xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1x!mixq.q<s8, axis = 0>>
  %vd = mixq.dequantize %vq scale %vs zero_point %kz : (tensor<4x1x1x!mixq.q<s8, axis = 0>>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x1x1xf32>
  %o = mixq.matmul %pd, %vd unit "attn.av" : (tensor<4x1x1xf32>, tensor<4x1x1xf32>) -> tensor<4x1x1xf32>
  %y = mixq.merge_heads %o windows 2 : (tensor<4x1x1xf32>) -> tensor<2x2xf32>
  %rs = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %rz = mixq.parameter dense<7> : tensor<1xi32> : tensor<1xi32>
  %yq = mixq.quantize %y scale %rs zero_point %rz : (tensor<2x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<2x2x!mixq.q<u8>>
  return %yq : tensor<2x2x!mixq.q<u8>>
}
