// RUN: mixq-compile import %workspace/examples/digits/model -o %t.mlir
// RUN: FileCheck %s < %t.mlir

// The whole model, op for op as the framework computes it; weights are named,
// never printed.

// CHECK:      module attributes {
// CHECK-SAME:   mixq.class_names = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
// CHECK-SAME:   mixq.model = "vit_tiny_patch16_224"
// CHECK-SAME:   mixq.preprocessing = #mixq.preprocessing<resize = 32, interpolation = bilinear, mean = [{{0\.5|5\.0+e-01}}, {{0\.5|5\.0+e-01}}, {{0\.5|5\.0+e-01}}], std = [{{0\.5|5\.0+e-01}}, {{0\.5|5\.0+e-01}}, {{0\.5|5\.0+e-01}}]>
// CHECK-SAME:   mixq.provenance = "checkpoint"

// CHECK:      func.func @main(%[[IMAGE:.*]]: tensor<3x32x32xf32> loc("image")) -> tensor<1x10xf32>
// CHECK-NEXT:   %[[W:.*]] = mixq.parameter "patch_embed.proj.weight" hash "{{[0-9a-f]+}}" : tensor<64x3x4x4xf32>
// CHECK-NEXT:   %[[B:.*]] = mixq.parameter "patch_embed.proj.bias" hash "{{[0-9a-f]+}}" : tensor<64xf32>
// CHECK-NEXT:   %[[PATCHES:.*]] = mixq.patch_embed %[[IMAGE]], %[[W]], %[[B]] unit "patch_embed" : {{.*}} -> tensor<64x64xf32>
// CHECK-NEXT:   %[[CLASS:.*]] = mixq.parameter "cls_token" hash "{{.*}}" : tensor<1x64xf32>
// CHECK-NEXT:   %[[TOKENS:.*]] = mixq.concat %[[CLASS]], %[[PATCHES]] : {{.*}} -> tensor<65x64xf32>
// CHECK-NEXT:   %[[POSITION:.*]] = mixq.parameter "pos_embed" hash "{{.*}}" : tensor<65x64xf32>
// CHECK-NEXT:   %[[X:.*]] = mixq.add %[[TOKENS]], %[[POSITION]] : tensor<65x64xf32>

// Attention of the first block.
// CHECK-NEXT:   %[[GAMMA:.*]] = mixq.parameter "blocks.0.norm1.weight"
// CHECK-NEXT:   %[[BETA:.*]] = mixq.parameter "blocks.0.norm1.bias"
// CHECK-NEXT:   %[[NORM1:.*]] = mixq.layer_norm %[[X]], %[[GAMMA]], %[[BETA]] epsilon 9.99999997E-7 :
// CHECK-NEXT:   mixq.parameter "blocks.0.attn.qkv.weight"
// CHECK-NEXT:   mixq.parameter "blocks.0.attn.qkv.bias"
// CHECK-NEXT:   %[[QKV:.*]] = mixq.linear %[[NORM1]], {{.*}} unit "blocks.0.attn.qkv" : {{.*}} -> tensor<65x192xf32>
// CHECK-NEXT:   %[[Q:.*]], %[[K:.*]], %[[V:.*]] = mixq.split_qkv %[[QKV]] : (tensor<65x192xf32>) -> (tensor<2x65x32xf32>, tensor<2x65x32xf32>, tensor<2x65x32xf32>)
// CHECK-NEXT:   %[[SCORES:.*]] = mixq.matmul %[[Q]], %[[K]] transpose_rhs multiplier 0.176776692 unit "blocks.0.attn.qk" : {{.*}} -> tensor<2x65x65xf32>
// CHECK-NEXT:   %[[WEIGHTS:.*]] = mixq.softmax %[[SCORES]] : tensor<2x65x65xf32>
// CHECK-NEXT:   %[[MIXED:.*]] = mixq.matmul %[[WEIGHTS]], %[[V]] unit "blocks.0.attn.av" : {{.*}} -> tensor<2x65x32xf32>
// CHECK-NEXT:   %[[MERGED:.*]] = mixq.merge_heads %[[MIXED]] : (tensor<2x65x32xf32>) -> tensor<65x64xf32>
// CHECK-NEXT:   mixq.parameter "blocks.0.attn.proj.weight"
// CHECK-NEXT:   mixq.parameter "blocks.0.attn.proj.bias"
// CHECK-NEXT:   %[[PROJ:.*]] = mixq.linear %[[MERGED]], {{.*}} unit "blocks.0.attn.proj"
// CHECK-NEXT:   %[[Y:.*]] = mixq.add %[[X]], %[[PROJ]] : tensor<65x64xf32>

// Its MLP.
// CHECK:        %[[NORM2:.*]] = mixq.layer_norm %[[Y]],
// CHECK:        %[[FC1:.*]] = mixq.linear %[[NORM2]], {{.*}} unit "blocks.0.mlp.fc1" : {{.*}} -> tensor<65x128xf32>
// CHECK-NEXT:   %[[GELU:.*]] = mixq.gelu %[[FC1]] : tensor<65x128xf32>
// CHECK:        %[[FC2:.*]] = mixq.linear %[[GELU]], {{.*}} unit "blocks.0.mlp.fc2" : {{.*}} -> tensor<65x64xf32>
// CHECK-NEXT:   %[[Z:.*]] = mixq.add %[[Y]], %[[FC2]]

// The next block reads it, and the head reads the class token.
// CHECK:        mixq.layer_norm %[[Z]],
// CHECK:        unit "blocks.3.mlp.fc2"
// CHECK:        %[[LAST:.*]] = mixq.layer_norm
// CHECK-NEXT:   %[[ROW:.*]] = mixq.slice %[[LAST]] from 0 : (tensor<65x64xf32>) -> tensor<1x64xf32>
// CHECK-NEXT:   mixq.parameter "head.weight" hash "{{.*}}" : tensor<10x64xf32>
// CHECK-NEXT:   mixq.parameter "head.bias" hash "{{.*}}" : tensor<10xf32>
// CHECK-NEXT:   %[[LOGITS:.*]] = mixq.linear %[[ROW]], {{.*}} unit "head" : {{.*}} -> tensor<1x10xf32>
// CHECK-NEXT:   return %[[LOGITS]] : tensor<1x10xf32>
