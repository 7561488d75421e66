// mixq-fuse computes only the rows that a slice reads, as far up as each row depends on one row alone.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize,cse))' --split-input-file | FileCheck %s

// The last block of a ViT behind its attention, whose codes are %codes.
// CHECK-LABEL: @class_token
// CHECK-SAME: (%[[CODES:.*]]: tensor<5x4x!mixq.q<u8>>, %[[STREAM:.*]]: tensor<5x4xf32>,
// CHECK-DAG: %[[A:.*]] = mixq.slice %[[CODES]] from 1 : (tensor<5x4x!mixq.q<u8>>) -> tensor<2x4x!mixq.q<u8>>
// CHECK-DAG: %[[X:.*]] = mixq.slice %[[STREAM]] from 1 : (tensor<5x4xf32>) -> tensor<2x4xf32>
// CHECK: %[[Y:.*]] = mixq.qlinear %[[A]], {{.*}} residual %[[X]] epilogue add unit "proj" : {{.*}} -> tensor<2x4xf32>
// CHECK: %[[N:.*]] = mixq.layer_norm_quantize %[[Y]], {{.*}} -> tensor<2x4x!mixq.q<u8>>
// CHECK: %[[Z:.*]] = mixq.qlinear %[[N]], {{.*}} residual %[[Y]] epilogue add unit "mlp" : {{.*}} -> tensor<2x4xf32>
// CHECK-NEXT: return %[[Z]] : tensor<2x4xf32>
func.func @class_token(%codes: tensor<5x4x!mixq.q<u8>>, %stream: tensor<5x4xf32>, %w: tensor<4x4x!mixq.q<s8, axis = 0>>,
                       %c: tensor<4xi32>, %m: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.qlinear %codes, %w correction %c multiplier %m offset %m residual %stream epilogue add unit "proj"
    : (tensor<5x4x!mixq.q<u8>>, tensor<4x4x!mixq.q<s8, axis = 0>>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %1 = mixq.layer_norm_quantize %0, %m, %m epsilon 1.0e-6 : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4x!mixq.q<u8>>
  %2 = mixq.qlinear %1, %w correction %c multiplier %m offset %m residual %0 epilogue add unit "mlp"
    : (tensor<5x4x!mixq.q<u8>>, tensor<4x4x!mixq.q<s8, axis = 0>>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %3 = mixq.slice %2 from 1 : (tensor<5x4xf32>) -> tensor<2x4xf32>
  return %3 : tensor<2x4xf32>
}

// -----

// In fp32, too.
// CHECK-LABEL: @float
// CHECK: %[[X:.*]] = mixq.slice %{{.*}} from 0 : (tensor<5x4xf32>) -> tensor<1x4xf32>
// CHECK: %[[N:.*]] = mixq.layer_norm %[[X]]
// CHECK: mixq.fused_linear %[[N]], {{.*}} residual %[[X]] epilogue add : {{.*}} -> tensor<1x4xf32>
func.func @float(%x: tensor<5x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> tensor<1x4xf32> {
  %0 = mixq.layer_norm %x, %b, %b epsilon 1.0e-6 : (tensor<5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
  %1 = mixq.fused_linear %0, %w, %b residual %x epilogue add : (tensor<5x4xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %2 = mixq.slice %1 from 0 : (tensor<5x4xf32>) -> tensor<1x4xf32>
  return %2 : tensor<1x4xf32>
}

// -----

// Another reader of all rows, or of other rows: nothing would be saved.
// CHECK-LABEL: @other_readers
// CHECK: %[[Y:.*]] = mixq.fused_linear {{.*}} -> tensor<5x4xf32>
// CHECK: mixq.slice %[[Y]] from 0
// CHECK: mixq.slice %[[Y]] from 1
func.func @other_readers(%x: tensor<5x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) -> (tensor<1x4xf32>, tensor<1x4xf32>) {
  %0 = mixq.fused_linear %x, %w, %b epilogue store : (tensor<5x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<5x4xf32>
  %1 = mixq.slice %0 from 0 : (tensor<5x4xf32>) -> tensor<1x4xf32>
  %2 = mixq.slice %0 from 1 : (tensor<5x4xf32>) -> tensor<1x4xf32>
  return %1, %2 : tensor<1x4xf32>, tensor<1x4xf32>
}
