// mixq-fuse on the fp32 graph: each product takes what follows it as its epilogue.

// RUN: mixq-opt %s --pass-pipeline='builtin.module(func.func(mixq-fuse,canonicalize))' --split-input-file | FileCheck %s

// CHECK-LABEL: @linear
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>, %[[W:.*]]: tensor<4x3xf32>, %[[B:.*]]: tensor<4xf32>)
// CHECK: %[[Y:.*]] = mixq.fused_linear %[[X]], %[[W]], %[[B]] epilogue store unit "fc"
// CHECK-NEXT: return %[[Y]]
func.func @linear(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b unit "fc" : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: @gelu
// CHECK: %[[Y:.*]] = mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} epilogue gelu unit "fc"
// CHECK-NEXT: return %[[Y]]
func.func @gelu(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b unit "fc" : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.gelu %0 : tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// The product is needed without gelu, too.
// CHECK-LABEL: @gelu_second_use
// CHECK: %[[Y:.*]] = mixq.fused_linear {{.*}} epilogue store
// CHECK: mixq.gelu %[[Y]]
func.func @gelu_second_use(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>) {
  %0 = mixq.linear %x, %w, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.gelu %0 : tensor<2x4xf32>
  return %0, %1 : tensor<2x4xf32>, tensor<2x4xf32>
}

// -----

// One epilogue a product.
// CHECK-LABEL: @gelu_twice
// CHECK: %[[Y:.*]] = mixq.fused_linear {{.*}} epilogue gelu
// CHECK: mixq.gelu %[[Y]]
func.func @gelu_twice(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.gelu %0 : tensor<2x4xf32>
  %2 = mixq.gelu %1 : tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: @add_right
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<2x4xf32>)
// CHECK: %[[Y:.*]] = mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} residual %[[R]] epilogue add
// CHECK-NEXT: return %[[Y]]
func.func @add_right(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>, %r: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.add %r, %0 : tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// CHECK-LABEL: @add_left
// CHECK-SAME: %[[R:[a-z0-9]+]]: tensor<2x4xf32>)
// CHECK: mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} residual %[[R]] epilogue add
func.func @add_left(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>, %r: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.add %0, %r : tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// A product is not its own residual.
// CHECK-LABEL: @add_itself
// CHECK: %[[Y:.*]] = mixq.fused_linear {{.*}} epilogue store
// CHECK: mixq.add %[[Y]], %[[Y]]
func.func @add_itself(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.add %0, %0 : tensor<2x4xf32>
  return %1 : tensor<2x4xf32>
}

// -----

// The sum of two products: one becomes the residual of the other.
// CHECK-LABEL: @add_products
// CHECK: %[[A:.*]] = mixq.fused_linear {{.*}} epilogue store unit "a"
// CHECK: mixq.fused_linear {{.*}} residual %[[A]] epilogue add unit "b"
func.func @add_products(%x: tensor<2x3xf32>, %w: tensor<4x3xf32>, %b: tensor<4xf32>) -> tensor<2x4xf32> {
  %0 = mixq.linear %x, %w, %b unit "a" : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %1 = mixq.linear %x, %w, %b unit "b" : (tensor<2x3xf32>, tensor<4x3xf32>, tensor<4xf32>) -> tensor<2x4xf32>
  %2 = mixq.add %0, %1 : tensor<2x4xf32>
  return %2 : tensor<2x4xf32>
}

// -----

// The weight keeps its numbers and order.
// CHECK-LABEL: @patch_embed
// CHECK-SAME: (%[[X:.*]]: tensor<1x2x4xf32>)
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]]> : tensor<1x4xf32>
// CHECK-DAG: %[[P:.*]] = mixq.extract_patches %[[X]] patch [2, 2] : (tensor<1x2x4xf32>) -> tensor<2x4xf32>
// CHECK: mixq.fused_linear %[[P]], %[[W]], %{{.*}} epilogue store unit "embed" : {{.*}} -> tensor<2x1xf32>
func.func @patch_embed(%x: tensor<1x2x4xf32>) -> tensor<2x1xf32> {
  %w = mixq.parameter dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.patch_embed %x, %w, %b unit "embed" : (tensor<1x2x4xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// CHECK-LABEL: @patch_embed_of_computed_weight
// CHECK: mixq.patch_embed
func.func @patch_embed_of_computed_weight(%x: tensor<1x2x4xf32>, %w: tensor<1x1x2x2xf32>) -> tensor<2x1xf32> {
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.patch_embed %x, %w, %b : (tensor<1x2x4xf32>, tensor<1x1x2x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %0 : tensor<2x1xf32>
}

// -----

// CHECK-LABEL: @attention
// CHECK-SAME: (%[[X:.*]]: tensor<5x24xf32>)
// CHECK-NEXT: %[[Y:.*]] = mixq.fused_attention %[[X]] heads 2 multiplier 5.000000e-01 unit "blocks.0.attn" : (tensor<5x24xf32>) -> tensor<5x8xf32>
// CHECK-NEXT: return %[[Y]]
func.func @attention(%x: tensor<5x24xf32>) -> tensor<5x8xf32> {
  %q, %k, %v = mixq.split_qkv %x : (tensor<5x24xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>)
  %s = mixq.matmul %q, %k transpose_rhs multiplier 5.000000e-01 unit "blocks.0.attn.qk" : (tensor<2x5x4xf32>, tensor<2x5x4xf32>) -> tensor<2x5x5xf32>
  %p = mixq.softmax %s : tensor<2x5x5xf32>
  %o = mixq.matmul %p, %v unit "blocks.0.attn.av" : (tensor<2x5x5xf32>, tensor<2x5x4xf32>) -> tensor<2x5x4xf32>
  %y = mixq.merge_heads %o : (tensor<2x5x4xf32>) -> tensor<5x8xf32>
  return %y : tensor<5x8xf32>
}

// -----

// Keys for values: not what the kernel computes.
// CHECK-LABEL: @attention_to_keys
// CHECK-NOT: fused_attention
// CHECK: mixq.merge_heads
func.func @attention_to_keys(%x: tensor<5x24xf32>) -> tensor<5x8xf32> {
  %q, %k, %v = mixq.split_qkv %x : (tensor<5x24xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>)
  %s = mixq.matmul %q, %k transpose_rhs : (tensor<2x5x4xf32>, tensor<2x5x4xf32>) -> tensor<2x5x5xf32>
  %p = mixq.softmax %s : tensor<2x5x5xf32>
  %o = mixq.matmul %p, %k : (tensor<2x5x5xf32>, tensor<2x5x4xf32>) -> tensor<2x5x4xf32>
  %y = mixq.merge_heads %o : (tensor<2x5x4xf32>) -> tensor<5x8xf32>
  return %y : tensor<5x8xf32>
}

// -----

// The kernel has no place for a multiplier of the second product.
// CHECK-LABEL: @attention_times_two
// CHECK-NOT: fused_attention
// CHECK: mixq.merge_heads
func.func @attention_times_two(%x: tensor<5x24xf32>) -> tensor<5x8xf32> {
  %q, %k, %v = mixq.split_qkv %x : (tensor<5x24xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>)
  %s = mixq.matmul %q, %k transpose_rhs : (tensor<2x5x4xf32>, tensor<2x5x4xf32>) -> tensor<2x5x5xf32>
  %p = mixq.softmax %s : tensor<2x5x5xf32>
  %o = mixq.matmul %p, %v multiplier 2.000000e+00 : (tensor<2x5x5xf32>, tensor<2x5x4xf32>) -> tensor<2x5x4xf32>
  %y = mixq.merge_heads %o : (tensor<2x5x4xf32>) -> tensor<5x8xf32>
  return %y : tensor<5x8xf32>
}

// -----

// The position table: its first row folds into the class token (1 + 10, 2 + 20), the rest is added to the patches.
// CHECK-LABEL: @positions
// CHECK-SAME: (%[[X:.*]]: tensor<2x2xf32>)
// CHECK-DAG: %[[C:.*]] = mixq.parameter dense<{{\[\[}}1.100000e+01, 2.200000e+01]]> : tensor<1x2xf32>
// CHECK-DAG: %[[P:.*]] = mixq.parameter dense<{{\[\[}}3.000000e+01, 4.000000e+01], [5.000000e+01, 6.000000e+01]]> : tensor<2x2xf32>
// CHECK: %[[S:.*]] = mixq.add %[[X]], %[[P]]
// CHECK: %[[Y:.*]] = mixq.concat %[[C]], %[[S]]
// CHECK-NEXT: return %[[Y]]
func.func @positions(%x: tensor<2x2xf32>) -> tensor<3x2xf32> {
  %cls = mixq.parameter dense<[[1.0, 2.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %pos = mixq.parameter dense<[[10.0, 20.0], [30.0, 40.0], [50.0, 60.0]]> : tensor<3x2xf32> : tensor<3x2xf32>
  %0 = mixq.concat %cls, %x : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<3x2xf32>
  %1 = mixq.add %0, %pos : tensor<3x2xf32>
  return %1 : tensor<3x2xf32>
}

// -----

// The concat is needed as it was.
// CHECK-LABEL: @positions_second_use
// CHECK: %[[C:.*]] = mixq.concat
// CHECK: mixq.add %[[C]]
func.func @positions_second_use(%x: tensor<1x2xf32>) -> (tensor<2x2xf32>, tensor<2x2xf32>) {
  %cls = mixq.parameter dense<[[1.0, 2.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %pos = mixq.parameter dense<10.0> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = mixq.concat %cls, %x : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<2x2xf32>
  %1 = mixq.add %0, %pos : tensor<2x2xf32>
  return %0, %1 : tensor<2x2xf32>, tensor<2x2xf32>
}
