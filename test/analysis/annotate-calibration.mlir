// RUN: python3 %S/make-images.py %t.safetensors input 2,1,2,2 -1 0 1 2 0 0 0.5 0
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors method=minmax" %s | FileCheck %s
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors method=percentile threads=2" %s | FileCheck %s --check-prefix=BEST
// RUN: mixq-opt "--mixq-annotate-calibration=images=%t.safetensors method=percentile threads=1" --mlir-disable-threading %s \
// RUN:   | FileCheck %s --check-prefix=BEST

// The patches are [-1, 0, 1, 2] and [0, 0, 0.5, 0]; 0.0117647061 = 3 / 255.

// CHECK-LABEL: func.func @main
func.func @main(%image: tensor<1x2x2xf32>) -> (tensor<1x2xf32>, tensor<1x1x1xf32>) {
  %filters = mixq.parameter dense<1.0> : tensor<3x1x2x2xf32> : tensor<3x1x2x2xf32>
  %w = mixq.parameter dense<1.0> : tensor<2x3xf32> : tensor<2x3xf32>
  %b = mixq.parameter dense<0.0> : tensor<3xf32> : tensor<3xf32>
  %c = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  // CHECK: mixq.patch_embed {{.*}} unit "patch_embed"
  // CHECK-SAME: {mixq.activations = [#mixq.uniform<u8, scale = 0.0117647061{{[0-9]*}}, zero_point = 85>]}
  %x = mixq.patch_embed %image, %filters, %b unit "patch_embed"
    : (tensor<1x2x2xf32>, tensor<3x1x2x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  // Sums of 2 and 0.5.
  // CHECK: mixq.linear {{.*}} unit "head"
  // CHECK-SAME: {mixq.activations = [#mixq.uniform<u8, scale = 0.00784313{{[0-9]*}}, zero_point = 0>]}
  // BEST: mixq.linear {{.*}} unit "head"
  // BEST-SAME: {mixq.activations = [#mixq.uniform<u8, scale = 0.0078{{[0-9]*}}, zero_point = 0>]}
  %y = mixq.linear %x, %w, %c unit "head"
    : (tensor<1x3xf32>, tensor<2x3xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  // The second activation of a product is s8 around 0, the result of a softmax
  // u8 from 0.
  %q, %k, %v = mixq.split_qkv %x
    : (tensor<1x3xf32>) -> (tensor<1x1x1xf32>, tensor<1x1x1xf32>, tensor<1x1x1xf32>)
  %p = mixq.softmax %q : tensor<1x1x1xf32>
  // CHECK: mixq.matmul {{.*}} unit "av"
  // CHECK-SAME: {mixq.activations = [#mixq.uniform<u8, scale = 0.003921568{{[0-9]*}}, zero_point = 0>,
  // CHECK-SAME:                      #mixq.uniform<s8, scale = 0.015748{{[0-9]*}}, zero_point = 0>]}
  // BEST: mixq.matmul {{.*}} {mixq.activations = [#mixq.uniform<u8, {{.*}}>, #mixq.uniform<s8, {{.*}}>]}
  %o = mixq.matmul %p, %v unit "av" : (tensor<1x1x1xf32>, tensor<1x1x1xf32>) -> tensor<1x1x1xf32>
  return %y, %o : tensor<1x2xf32>, tensor<1x1x1xf32>
}
