// RUN: mixq-opt --mixq-annotate-cost %s | FileCheck %s

// Weights without bias, and multiplications for one image: rows times weights.

// CHECK-LABEL: func.func @main
func.func @main(%image: tensor<3x4x4xf32>, %filters: tensor<24x3x2x2xf32>, %w: tensor<2x24xf32>,
                %b: tensor<24xf32>, %c: tensor<2xf32>) -> (tensor<4x2xf32>, tensor<2x4x4xf32>) {
  // CHECK: mixq.patch_embed {{.*}} unit "patch_embed" {mixq.macs = 1152 : i64, mixq.parameters = 288 : i64}
  %x = mixq.patch_embed %image, %filters, %b unit "patch_embed"
    : (tensor<3x4x4xf32>, tensor<24x3x2x2xf32>, tensor<24xf32>) -> tensor<4x24xf32>
  // CHECK: mixq.split_qkv %{{[0-9a-z_]+}} :
  %q, %k, %v = mixq.split_qkv %x
    : (tensor<4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
  // CHECK: mixq.matmul {{.*}} unit "qk" {mixq.macs = 128 : i64, mixq.parameters = 0 : i64}
  %s = mixq.matmul %q, %k transpose_rhs unit "qk"
    : (tensor<2x4x4xf32>, tensor<2x4x4xf32>) -> tensor<2x4x4xf32>
  // CHECK: mixq.linear {{.*}} unit "head" {mixq.macs = 192 : i64, mixq.parameters = 48 : i64}
  %y = mixq.linear %x, %w, %c unit "head"
    : (tensor<4x24xf32>, tensor<2x24xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return %y, %s : tensor<4x2xf32>, tensor<2x4x4xf32>
}

// CHECK-LABEL: func.func @example
func.func @example(%x: tensor<3x4xf32>, %w: tensor<2x4xf32>, %b: tensor<2xf32>) -> tensor<3x2xf32> {
  // The example of the manual.
  // CHECK: mixq.linear {{.*}} unit "head" {mixq.macs = 24 : i64, mixq.parameters = 8 : i64}
  %y = mixq.linear %x, %w, %b unit "head"
    : (tensor<3x4xf32>, tensor<2x4xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  return %y : tensor<3x2xf32>
}

// CHECK-LABEL: func.func @kernels
func.func @kernels(%x: tensor<4x24x!mixq.q<u8>>, %w: tensor<2x24x!mixq.q<s8, axis = 0>>, %c: tensor<2xi32>,
                   %m: tensor<2xf32>, %z: tensor<3xi32>, %s: tensor<1xf32>, %f: tensor<4x24xf32>,
                   %g: tensor<2x24xf32>)
    -> (tensor<4x2xf32>, tensor<4x8x!mixq.q<u8>>, tensor<4x2xf32>, tensor<4x8xf32>) {
  // CHECK: mixq.qlinear {{.*}} {mixq.macs = 192 : i64, mixq.parameters = 48 : i64}
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue store
    : (tensor<4x24x!mixq.q<u8>>, tensor<2x24x!mixq.q<s8, axis = 0>>, tensor<2xi32>, tensor<2xf32>,
       tensor<2xf32>) -> tensor<4x2xf32>
  // Two products of 4 x 4 x 4 for each of two heads.
  // CHECK: mixq.qattention {{.*}} {mixq.macs = 256 : i64, mixq.parameters = 0 : i64}
  %1 = mixq.qattention %x zero_points %z score_multiplier %s probability_multiplier %s
    result_multiplier %s result_offset %s heads 2
    : (tensor<4x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>,
       tensor<1xf32>) -> tensor<4x8x!mixq.q<u8>>
  // CHECK: mixq.fused_linear {{.*}} {mixq.macs = 192 : i64, mixq.parameters = 48 : i64}
  %2 = mixq.fused_linear %f, %g, %m epilogue store
    : (tensor<4x24xf32>, tensor<2x24xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  // CHECK: mixq.fused_attention {{.*}} {mixq.macs = 256 : i64, mixq.parameters = 0 : i64}
  %3 = mixq.fused_attention %f heads 2 multiplier 5.000000e-01
    : (tensor<4x24xf32>) -> tensor<4x8xf32>
  return %0, %1, %2, %3 : tensor<4x2xf32>, tensor<4x8x!mixq.q<u8>>, tensor<4x2xf32>, tensor<4x8xf32>
}
