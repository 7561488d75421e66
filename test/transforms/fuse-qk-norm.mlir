// mixq-fuse on normalised queries and keys: one op before attention, in fp32.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize))' | FileCheck %s

// CHECK-LABEL: @attention
// CHECK-SAME: (%[[X:.*]]: tensor<3x24xf32>)
// CHECK-DAG: %[[G:.*]] = mixq.parameter dense<[1.0
// CHECK-DAG: %[[B:.*]] = mixq.parameter dense<0.0
// CHECK: %[[N:.*]] = mixq.qk_norm %[[X]] query %[[G]], %[[B]] key %[[B]], %[[G]] heads 2 epsilon 9.99999997E-7
// CHECK: %[[Y:.*]] = mixq.fused_attention %[[N]] heads 2 multiplier 5.000000e-01 unit "attn"
// CHECK-NEXT: return %[[Y]]
func.func @attention(%x: tensor<3x24xf32>) -> tensor<3x8xf32> {
  %q, %k, %v = mixq.split_qkv %x : (tensor<3x24xf32>) -> (tensor<2x3x4xf32>, tensor<2x3x4xf32>, tensor<2x3x4xf32>)
  %g = mixq.parameter dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32> : tensor<4xf32>
  %b = mixq.parameter dense<0.0> : tensor<4xf32> : tensor<4xf32>
  %qn = mixq.layer_norm %q, %g, %b epsilon 1.0e-6 : (tensor<2x3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %kn = mixq.layer_norm %k, %b, %g epsilon 1.0e-6 : (tensor<2x3x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x3x4xf32>
  %s = mixq.matmul %qn, %kn transpose_rhs multiplier 0.5 unit "attn.qk" : (tensor<2x3x4xf32>, tensor<2x3x4xf32>) -> tensor<2x3x3xf32>
  %p = mixq.softmax %s : tensor<2x3x3xf32>
  %o = mixq.matmul %p, %v unit "attn.av" : (tensor<2x3x3xf32>, tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
  %m = mixq.merge_heads %o : (tensor<2x3x4xf32>) -> tensor<3x8xf32>
  return %m : tensor<3x8xf32>
}
