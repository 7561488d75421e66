// RUN: mixq-opt %s --split-input-file --mixq-fuse | FileCheck %s

// A map of 1 x 3 tokens, rolled by one, padded to 4 and cut into windows of 2:
// tokens 1, 2 and 0, padding.
// CHECK-LABEL: @norm_to_windows
// CHECK-SAME: (%[[X:.*]]: tensor<3x2xf32>)
// CHECK-DAG: %[[R:.*]] = mixq.parameter dense<{{\[\[}}1], [2], [0], [-1]]> : tensor<4x1xi32>
// CHECK: %[[Y:.*]] = mixq.fused_layer_norm %[[X]], %{{.*}}, %{{.*}} rows %[[R]] epsilon 9.99999974E-6 : {{.*}} -> tensor<4x2xf32>
// CHECK-NEXT: return %[[Y]]
func.func @norm_to_windows(%x: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %g = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %0 = mixq.layer_norm %x, %g, %g epsilon 1.0e-5 : (tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %1 = mixq.roll %0 map [1, 3] shift [0, -1] : (tensor<3x2xf32>) -> tensor<3x2xf32>
  %2 = mixq.pad_map %1 map [1, 3] to [1, 4] : (tensor<3x2xf32>) -> tensor<4x2xf32>
  %3 = mixq.window_partition %2 map [1, 4] window [1, 2] : (tensor<4x2xf32>) -> tensor<4x2xf32>
  return %3 : tensor<4x2xf32>
}

// -----

// The quantizer's code of 0 is that of the padding.
// CHECK-LABEL: @quantized_norm_to_windows
// CHECK-DAG: %[[R:.*]] = mixq.parameter dense<{{\[\[}}0], [1], [2], [-1]]> : tensor<4x1xi32>
// CHECK: mixq.layer_norm_quantize %{{.*}}, %{{.*}}, %{{.*}} rows %[[R]] epsilon 9.99999974E-6 padding_code 77 : {{.*}} -> tensor<4x2x!mixq.q<u8>>
func.func @quantized_norm_to_windows(%x: tensor<3x2xf32>) -> tensor<4x2x!mixq.q<u8>> {
  %g = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %s = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %z = mixq.parameter dense<77> : tensor<1xi32> : tensor<1xi32>
  %0 = mixq.layer_norm %x, %g, %g epsilon 1.0e-5 : (tensor<3x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<3x2xf32>
  %1 = mixq.pad_map %0 map [1, 3] to [1, 4] : (tensor<3x2xf32>) -> tensor<4x2xf32>
  %2 = mixq.quantize %1 scale %s zero_point %z : (tensor<4x2xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x2x!mixq.q<u8>>
  return %2 : tensor<4x2x!mixq.q<u8>>
}

// -----

// CHECK-LABEL: @merge_to_norm
// CHECK-SAME: (%[[X:.*]]: tensor<2x1xf32>)
// CHECK-DAG: %[[R:.*]] = mixq.parameter dense<{{\[\[}}0, 1, -1, -1]]> : tensor<1x4xi32>
// CHECK: mixq.fused_layer_norm %[[X]], %{{.*}}, %{{.*}} rows %[[R]] epsilon {{.*}} -> tensor<1x4xf32>
func.func @merge_to_norm(%x: tensor<2x1xf32>) -> tensor<1x4xf32> {
  %g = mixq.parameter dense<1.0> : tensor<4xf32> : tensor<4xf32>
  %0 = mixq.patch_merge %x map [2, 1] : (tensor<2x1xf32>) -> tensor<1x4xf32>
  %1 = mixq.layer_norm %0, %g, %g epsilon 1.0e-5 : (tensor<1x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x4xf32>
  return %1 : tensor<1x4xf32>
}

// -----

// layer_norm makes beta of a row of zeros, the kernel would leave it zeros.
// CHECK-LABEL: @norm_of_padding
// CHECK: mixq.pad_map
// CHECK: mixq.layer_norm
func.func @norm_of_padding(%x: tensor<3x2xf32>) -> tensor<4x2xf32> {
  %g = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %0 = mixq.pad_map %x map [1, 3] to [1, 4] : (tensor<3x2xf32>) -> tensor<4x2xf32>
  %1 = mixq.layer_norm %0, %g, %g epsilon 1.0e-5 : (tensor<4x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// -----

// Two windows of 2 tokens, put back in a map of 2 x 2 and rolled: rows 0 and 1
// of the windows are tokens (0, 0) and (1, 0).
// CHECK-LABEL: @attention
// CHECK-SAME: (%[[X:.*]]: tensor<4x12xf32>, %[[B:.*]]: tensor<1x2x2x2x2xf32>)
// CHECK-DAG: %[[R:.*]] = mixq.parameter dense<[1, 3, 0, 2]> : tensor<4xi32>
// CHECK: %[[Y:.*]] = mixq.fused_attention %[[X]] bias %[[B]] rows %[[R]] heads 2 multiplier 5.000000e-01 grid [1, 2] unit "blocks.0.attn" : (tensor<4x12xf32>, tensor<1x2x2x2x2xf32>, tensor<4xi32>) -> tensor<4x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @attention(%x: tensor<4x12xf32>, %b: tensor<1x2x2x2x2xf32>) -> tensor<4x4xf32> {
  %q, %k, %v = mixq.split_qkv %x windows 2 : (tensor<4x12xf32>) -> (tensor<4x2x2xf32>, tensor<4x2x2xf32>, tensor<4x2x2xf32>)
  %s = mixq.matmul %q, %k transpose_rhs multiplier 5.000000e-01 unit "blocks.0.attn.qk" : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>
  %t = mixq.window_bias %s, %b grid [1, 2] : (tensor<4x2x2xf32>, tensor<1x2x2x2x2xf32>) -> tensor<4x2x2xf32>
  %p = mixq.softmax %t : tensor<4x2x2xf32>
  %o = mixq.matmul %p, %v unit "blocks.0.attn.av" : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>
  %m = mixq.merge_heads %o windows 2 : (tensor<4x2x2xf32>) -> tensor<4x4xf32>
  %0 = mixq.window_reverse %m map [2, 2] window [2, 1] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  %1 = mixq.roll %0 map [2, 2] shift [1, 0] : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %1 : tensor<4x4xf32>
}

// -----

// Heads that are split by windows and merged as one are no attention of windows.
// CHECK-LABEL: @other_windows
// CHECK-NOT: fused_attention
// CHECK: mixq.merge_heads
func.func @other_windows(%x: tensor<4x12xf32>) -> tensor<2x8xf32> {
  %q, %k, %v = mixq.split_qkv %x windows 2 : (tensor<4x12xf32>) -> (tensor<4x2x2xf32>, tensor<4x2x2xf32>, tensor<4x2x2xf32>)
  %s = mixq.matmul %q, %k transpose_rhs : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>
  %p = mixq.softmax %s : tensor<4x2x2xf32>
  %o = mixq.matmul %p, %v : (tensor<4x2x2xf32>, tensor<4x2x2xf32>) -> tensor<4x2x2xf32>
  %m = mixq.merge_heads %o : (tensor<4x2x2xf32>) -> tensor<2x8xf32>
  return %m : tensor<2x8xf32>
}
