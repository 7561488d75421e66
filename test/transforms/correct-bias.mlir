// mixq-correct-bias: the mean error of a unit's codes goes into its bias.

// RUN: python3 %S/../analysis/make-images.py %t.safetensors input 1,1,1,2 0.5 0.625
// RUN: mixq-opt %s "--mixq-correct-bias=images=%t.safetensors" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not mixq-opt %s --mixq-correct-bias 2>&1 | FileCheck %s --check-prefix=IMAGES
// IMAGES: error: {{.*}}images

// The tokens are 0.5 and 0.625, their codes stand for 0.5 both: 0.0625 is lost in the mean. The weight is 127 * 2^-7 and its code
// exact. So b' = 0.5 + 127/128 * 0.0625. The embedding's codes are exact: its bias keeps its value.
// CHECK-LABEL: @main
// CHECK: mixq.patch_embed {{.*}} unit "embed"
// CHECK: %[[B:.*]] = mixq.parameter dense<0.562011719> : tensor<1xf32>
// CHECK: mixq.linear %{{.*}}, %{{.*}}, %[[B]] unit "fc" {mixq.activations =
module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %x = mixq.patch_embed %image, %one, %zero unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 0>]}
    : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<0.9921875> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.5, zero_point = 0>]}
    : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}

// -----

// Into the residual stream a token counts by 1 / |x + y|^2, here 1 / (x (1 + 127/128))^2: the mean loss is
// (0.125 / 0.625^2) / (1 / 0.625^2 + 1 / 0.5^2) = 0.048780, times 127/128.
// CHECK-LABEL: @main
// CHECK: mixq.patch_embed {{.*}} unit "embed"
// CHECK: %[[B:.*]] = mixq.parameter dense<0.048399{{[0-9]*}}> : tensor<1xf32>
// CHECK: mixq.linear %{{.*}}, %{{.*}}, %[[B]] unit "fc"
module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %x = mixq.patch_embed %image, %one, %zero unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 0>]}
    : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<0.9921875> : tensor<1x1xf32> : tensor<1x1xf32>
  %y = mixq.linear %x, %w, %zero unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.5, zero_point = 0>]}
    : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %r = mixq.add %x, %y : tensor<2x1xf32>
  return %r : tensor<2x1xf32>
}
}

// -----

module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{'mixq.patch_embed' op expects `mixq.activations` with one quantizer: bias correction comes after calibration}}
  %x = mixq.patch_embed %image, %one, %zero unit "embed" : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %x : tensor<2x1xf32>
}
}
