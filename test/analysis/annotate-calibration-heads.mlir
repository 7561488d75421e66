// Queries, keys and values with one quantizer for each head, from the values of that head in all windows.

// RUN: python3 %S/make-images.py %t.safetensors input 1,1,2,2 1 -2 3 0.5
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors method=minmax qkv-scale=head" %s -o %t.mlir
// RUN: FileCheck %s --input-file=%t.mlir
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors method=percentile qkv-scale=head" %s | FileCheck %s --check-prefix=ANY
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors qkv-scale=head" %s | FileCheck %s --check-prefix=ANY

// The four tokens 1, -2, 3, 0.5 are two windows of two; head 0 has them as they are, head 1 ten times as large. So for queries
// [-2, 3] is 5 / 255 = 0.0196 and [-20, 30] is 0.196, for keys and values 3 / 127 = 0.0236 and 30 / 127 = 0.236.

// CHECK: mixq.matmul {{.*}} unit "qk"
// CHECK-SAME: {mixq.activations = [
// CHECK-SAME: [#mixq.uniform<u8, scale = 0.0196{{[0-9]*}}, zero_point = 102>, #mixq.uniform<u8, scale = 0.196{{[0-9]*}}, zero_point = 102>],
// CHECK-SAME: [#mixq.uniform<s8, scale = 0.0236{{[0-9]*}}, zero_point = 0>, #mixq.uniform<s8, scale = 0.236{{[0-9]*}}, zero_point = 0>]]}
// The probabilities come from no split.
// CHECK: mixq.matmul {{.*}} unit "av"
// CHECK-SAME: {mixq.activations = [#mixq.uniform<u8, {{[^[]*}}>, [#mixq.uniform<s8, {{.*}}>, #mixq.uniform<s8, {{.*}}>]]}
// ANY: mixq.matmul {{.*}} {mixq.activations = [{{\[}}#mixq.uniform<u8, {{.*}}>, #mixq.uniform<u8, {{.*}}>], [#mixq.uniform<s8, {{.*}}>, #mixq.uniform<s8, {{.*}}>]]}

// What each then is coded with: the heads again in each window.
// RUN: mixq-opt %t.mlir --pass-pipeline='builtin.module(func.func(mixq-quantize))' | FileCheck %s --check-prefix=CODES
// CODES-DAG: %[[S:.*]] = mixq.parameter dense<[0.0196{{[0-9]*}}, 0.196{{[0-9]*}}, 0.0196{{[0-9]*}}, 0.196{{[0-9]*}}]> : tensor<4xf32>
// CODES-DAG: mixq.quantize %{{.*}} scale %[[S]] zero_point %{{.*}} -> tensor<4x2x1x!mixq.q<u8, axis = 0>>
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<4x2xf32> {
  %filters = mixq.parameter dense<[[[[1.0]]], [[[10.0]]], [[[1.0]]], [[[10.0]]], [[[1.0]]], [[[10.0]]]]> : tensor<6x1x1x1xf32> : tensor<6x1x1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<6xf32> : tensor<6xf32>
  %x = mixq.patch_embed %image, %filters, %b unit "patch_embed"
    : (tensor<1x2x2xf32>, tensor<6x1x1x1xf32>, tensor<6xf32>) -> tensor<4x6xf32>
  %q, %k, %v = mixq.split_qkv %x windows 2
    : (tensor<4x6xf32>) -> (tensor<4x2x1xf32>, tensor<4x2x1xf32>, tensor<4x2x1xf32>)
  %s = mixq.matmul %q, %k transpose_rhs unit "qk" : (tensor<4x2x1xf32>, tensor<4x2x1xf32>) -> tensor<4x2x2xf32>
  %p = mixq.softmax %s : tensor<4x2x2xf32>
  %o = mixq.matmul %p, %v unit "av" : (tensor<4x2x2xf32>, tensor<4x2x1xf32>) -> tensor<4x2x1xf32>
  %y = mixq.merge_heads %o windows 2 : (tensor<4x2x1xf32>) -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
