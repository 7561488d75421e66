// mixq-quantize-weights: weights become codes, and their mean error goes into the bias.

// RUN: python3 %S/../analysis/make-images.py %t.safetensors input 1,1,1,2 0.5 0.625
// RUN: mixq-opt %s "--mixq-quantize-weights=images=%t.safetensors" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: mixq-opt %s "--mixq-quantize-weights=images=%t.safetensors compensate=false ridge=0 damping=0" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: not mixq-opt %s --mixq-quantize-weights 2>&1 | FileCheck %s --check-prefix=IMAGES
// IMAGES: error: {{.*}}images

// The tokens are 0.5 and 0.625, their codes stand for 0.5 both: 0.0625 is lost in the mean. The row [0, 0.75] is exact in two
// bits: scale 0.25, code 3. So b' = 0.5 + 0.75 * 0.0625. The embedding has 8 bits, whose codes are symmetric.
// CHECK-LABEL: @main
// CHECK: %[[EC:.*]] = mixq.parameter dense<127> : tensor<1x1x1x1xi8> : tensor<1x1x1x1x!mixq.q<s8, axis = 0>>
// CHECK: %[[EW:.*]] = mixq.dequantize %[[EC]]
// CHECK: mixq.patch_embed %{{.*}}, %[[EW]], %{{.*}} unit "embed"
// CHECK: %[[C:.*]] = mixq.parameter dense<3> : tensor<1x1xi8> : tensor<1x1x!mixq.q<u2, axis = 0>>
// CHECK: %[[S:.*]] = mixq.parameter dense<2.500000e-01> : tensor<1xf32>
// CHECK: %[[Z:.*]] = mixq.parameter dense<0> : tensor<1xi32>
// CHECK: %[[W:.*]] = mixq.dequantize %[[C]] scale %[[S]] zero_point %[[Z]]
// CHECK: %[[B:.*]] = mixq.parameter dense<5.468750e-01> : tensor<1xf32>
// CHECK: mixq.linear %{{.*}}, %[[W]], %[[B]] unit "fc" {mixq.activations =
module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %x = mixq.patch_embed %image, %one, %zero unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 0>]}
    : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  %w = mixq.parameter dense<0.75> : tensor<1x1xf32> : tensor<1x1xf32>
  %b = mixq.parameter dense<0.5> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %x, %w, %b unit "fc" {mixq.activations = [#mixq.uniform<u8, scale = 0.5, zero_point = 0>], mixq.bits = array<i64: 8, 2>}
    : (tensor<2x1xf32>, tensor<1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}

// -----

module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %one = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{'mixq.patch_embed' op expects `mixq.activations` to calibrate operand 0}}
  %x = mixq.patch_embed %image, %one, %zero unit "embed" : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %x : tensor<2x1xf32>
}
}

// -----

module {
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<2x1xf32> {
  %huge = mixq.parameter dense<0x7F800000> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %zero = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  // expected-error @+1 {{'mixq.patch_embed' op expects finite weights, found INF at element 0}}
  %x = mixq.patch_embed %image, %huge, %zero unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 0>]}
    : (tensor<1x1x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %x : tensor<2x1xf32>
}
}
