// mixq-quantize: activations take what calibration chose, weights are quantized per output channel.

// RUN: mixq-opt %s --mixq-quantize --split-input-file | FileCheck %s

// Row 0 = 0.01 * [127, -64]: the whole range fits the codes, nothing is clipped. Row 1 is zero: any scale serves, the codes are 0.
// CHECK-LABEL: @linear
// CHECK-SAME: (%[[X:.*]]: tensor<2x2xf32>)
// CHECK-DAG: %[[B:.*]] = mixq.parameter dense<[5.000000e-01, -1.000000e+00]>
// CHECK: %[[S:.*]] = mixq.parameter dense<2.500000e-01> : tensor<1xf32>
// CHECK: %[[Z:.*]] = mixq.parameter dense<3> : tensor<1xi32>
// CHECK: %[[Q:.*]] = mixq.quantize %[[X]] scale %[[S]] zero_point %[[Z]] : {{.*}} -> tensor<2x2x!mixq.q<u8>>
// CHECK: %[[D:.*]] = mixq.dequantize %[[Q]] scale %[[S]] zero_point %[[Z]]
// CHECK: %[[C:.*]] = mixq.parameter dense<{{\[\[}}127, -64], [0, 0]]> : tensor<2x2xi8> : tensor<2x2x!mixq.q<s8, axis = 0>>
// CHECK: %[[WS:.*]] = mixq.parameter dense<[0.00999999977, {{.*}}]> : tensor<2xf32>
// CHECK: %[[WZ:.*]] = mixq.parameter dense<0> : tensor<2xi32>
// CHECK: %[[W:.*]] = mixq.dequantize %[[C]] scale %[[WS]] zero_point %[[WZ]]
// CHECK: mixq.linear %[[D]], %[[W]], %[[B]] unit "fc"
// CHECK-NOT: mixq.activations
func.func @linear(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %w = mixq.parameter dense<[[1.27, -0.64], [0.0, 0.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %b = mixq.parameter dense<[0.5, -1.0]> : tensor<2xf32> : tensor<2xf32>
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  return %0 : tensor<2x2xf32>
}

// -----

// The weight [1, 1, 2, 2] has one scale for its one output channel; the image is quantized, not the patches.
// CHECK-LABEL: @patch_embed
// CHECK-SAME: (%[[X:.*]]: tensor<1x2x4xf32>)
// CHECK: mixq.quantize %[[X]]
// CHECK: mixq.parameter dense<{{\[\[\[\[}}127, 64], [-127, 1]]]]> : tensor<1x1x2x2xi8> : tensor<1x1x2x2x!mixq.q<s8, axis = 0>>
// CHECK: mixq.patch_embed %{{.*}}, %{{.*}}, %{{.*}} unit "embed" :
func.func @patch_embed(%x: tensor<1x2x4xf32>) -> tensor<2x1xf32> {
  %w = mixq.parameter dense<[[[[31.75, 16.0], [-31.75, 0.25]]]]> : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.patch_embed %x, %w, %b unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.5, zero_point = 128>]}
    : (tensor<1x2x4xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// Both operands of a matmul are activations, in the order of the attribute.
// CHECK-LABEL: @matmul
// CHECK-SAME: (%[[Q:.*]]: tensor<1x2x4xf32>, %[[K:.*]]: tensor<1x3x4xf32>)
// CHECK: %[[QQ:.*]] = mixq.quantize %[[Q]] {{.*}} -> tensor<1x2x4x!mixq.q<u8>>
// CHECK: %[[QD:.*]] = mixq.dequantize %[[QQ]]
// CHECK: %[[KQ:.*]] = mixq.quantize %[[K]] {{.*}} -> tensor<1x3x4x!mixq.q<s8>>
// CHECK: %[[KD:.*]] = mixq.dequantize %[[KQ]]
// CHECK: mixq.matmul %[[QD]], %[[KD]] transpose_rhs multiplier 5.000000e-01 unit "attn.qk" :
func.func @matmul(%q: tensor<1x2x4xf32>, %k: tensor<1x3x4xf32>) -> tensor<1x2x3xf32> {
  %0 = mixq.matmul %q, %k transpose_rhs multiplier 5.000000e-01 unit "attn.qk"
    {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 7>, #mixq.uniform<s8, scale = 0.5, zero_point = 0>]}
    : (tensor<1x2x4xf32>, tensor<1x3x4xf32>) -> tensor<1x2x3xf32>
  return %0 : tensor<1x2x3xf32>
}

// -----

// Larger results of the pass go to the parameter store, under the weight's name where it has one.
// CHECK-LABEL: @stored
// CHECK: mixq.parameter "weight.codes" hash "{{[0-9a-f]+}}" : tensor<5x1x!mixq.q<s8, axis = 0>>
// CHECK: mixq.parameter "weight.scale" hash "{{[0-9a-f]+}}" : tensor<5xf32>
// CHECK: mixq.parameter "weight.zero_point" hash "{{[0-9a-f]+}}" : tensor<5xi32>
func.func @stored(%x: tensor<1x1xf32>) -> tensor<1x5xf32> {
  %w = mixq.parameter dense<1.0> : tensor<5x1xf32> : tensor<5x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<5xf32> : tensor<5xf32>
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<5x1xf32>, tensor<5xf32>) -> tensor<1x5xf32>
  return %0 : tensor<1x5xf32>
}

// -----

// Ops that are no units stay in fp32.
// CHECK-LABEL: @no_unit
// CHECK-NOT: quantize
// CHECK: mixq.softmax
// CHECK: mixq.gelu
// CHECK: return
func.func @no_unit(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.softmax %x : tensor<2x4xf32>
  %1 = mixq.gelu %0 : tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// A gelu whose result becomes codes is told so, through the scaling of its channels, too.
// CHECK-LABEL: @gelus
// CHECK: mixq.gelu %{{.*}} codes : tensor<1x1xf32>
// CHECK: mixq.gelu %{{.*}} tanh codes : tensor<1x1xf32>
// CHECK-NEXT: mixq.channel_affine
func.func @gelus(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.gelu %x : tensor<1x1xf32>
  %1 = mixq.linear %0, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %2 = mixq.gelu %1 tanh : tensor<1x1xf32>
  %3 = mixq.channel_affine %2 multiplier %b offset %b : (tensor<1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  %4 = mixq.linear %3, %w, %b unit "gc" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %4 : tensor<1x1xf32>
}

// -----

// Weights and activations of the unit's widths; a codebook is encoded and decoded.
// CHECK-LABEL: @narrow
// CHECK: mixq.encode %{{.*}} : (tensor<1x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<1x2x!mixq.codebook<u2, u8>>
// CHECK: mixq.decode
// CHECK: mixq.parameter dense<{{\[\[}}0, 15]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u4, axis = 0>>
// CHECK: mixq.parameter dense<6> : tensor<1xi32> : tensor<1xi32>
// CHECK: mixq.dequantize
func.func @narrow(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %w = mixq.parameter dense<[[-6.0, 9.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 2, 4>, mixq.activations = [#mixq.codebook<u2, scale = 0.25, offset = -0.5, table = [0, 1, 4, 16]>]}
    : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// A weight that is quantized already stays as it is.
// CHECK-LABEL: @decided
// CHECK: %[[CODES:.*]] = mixq.parameter dense<{{\[\[}}3, 0]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u2, axis = 0>>
// CHECK: %[[WEIGHT:.*]] = mixq.dequantize %[[CODES]]
// CHECK: mixq.linear %{{.*}}, %[[WEIGHT]], %{{.*}} unit "fc"
func.func @decided(%x: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %c = mixq.parameter dense<[[3, 0]]> : tensor<1x2xi8> : tensor<1x2x!mixq.q<u2, axis = 0>>
  %s = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<1> : tensor<1xi32> : tensor<1xi32>
  %w = mixq.dequantize %c scale %s zero_point %z : (tensor<1x2x!mixq.q<u2, axis = 0>>, tensor<1xf32>, tensor<1xi32>) -> tensor<1x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 8, 2>, mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 3>]}
    : (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// -----

// With `softmax-scale=row` the softmax codes its exponentials: the entry's bits, and 1 as the highest code.
// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-quantize{softmax-scale=row}))' --split-input-file | FileCheck %s --check-prefix=ROW
// ROW-LABEL: @probabilities
// ROW: %[[P:.*]] = mixq.softmax %{{.*}} codes(#mixq.uniform<u4, scale = 0.0666666666666666{{[0-9]*}}, zero_point = 0>)
// ROW: mixq.matmul %[[P]], %{{.*}} unit "av"
// CHECK-LABEL: @probabilities
// CHECK: mixq.softmax %{{.*}} : tensor<1x2x2xf32>
// CHECK: mixq.quantize {{.*}} -> tensor<1x2x2x!mixq.q<u4>>
func.func @probabilities(%x: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  %p = mixq.softmax %x : tensor<1x2x2xf32>
  %0 = mixq.matmul %p, %x unit "av" {mixq.bits = array<i64: 4, 8>, mixq.activations = [#mixq.uniform<u4, scale = 0.05, zero_point = 0>, #mixq.uniform<s8, scale = 0.25, zero_point = 0>]}
    : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  return %0 : tensor<1x2x2xf32>
}
