// The named pipelines: from the graph to steps, with nothing but the precision between them.

// RUN: mixq-opt %s --mixq-fp32-pipeline=target-cpu=x86-64-v3 | FileCheck %s --check-prefix=FP32
// RUN: mixq-opt %s --mixq-w8a8-pipeline=target-cpu=x86-64-v3 | FileCheck %s --check-prefix=W8A8
// RUN: mixq-opt %s --mixq-w8a8-pipeline=target-cpu=avx512-vnni | FileCheck %s --check-prefix=VNNI
// RUN: not mixq-opt %s --mixq-w8a8-pipeline=target-cpu=i386 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// FP32: mixq.precision = "fp32"
// FP32-SAME: mixq.target = "x86-64-v3"
// FP32: func.func @main() {
// FP32-NEXT: mixq.step "extract_patches"
// FP32-NEXT: mixq.step "embed"
// FP32-NEXT: mixq.step "{{.*}}" @{{.*}}_copy_
// FP32-NEXT: mixq.step "norm"
// FP32-NEXT: mixq.step "fc1" @{{.*}}gelu
// FP32-NEXT: mixq.step "fc2" @{{.*}}add
// FP32-NEXT: mixq.step "final" @{{.*}} tasks 1 macs 0
// FP32-NEXT: mixq.step "head" @{{.*}}store
// FP32-NEXT: return
// FP32-NOT: "u8"

// The slice moves before the last layer norm, which normalises one row. The embedding's sum with the position table is its residual, the layer norm and gelu write codes.
// W8A8: mixq.precision = "w8a8"
// W8A8-SAME: mixq.target = "x86-64-v3"
// W8A8: func.func @main() {
// W8A8-NEXT: mixq.step "{{.*}}" @{{.*}}patches
// W8A8-NEXT: mixq.step "embed" @{{.*}}u8s8{{.*}}_add_
// W8A8-NEXT: mixq.step "{{.*}}" @{{.*}}_copy_
// W8A8-NEXT: mixq.step "norm" @{{.*}}layer_norm{{.*}}u8
// W8A8-NEXT: mixq.step "fc1" @{{.*}}u8s8{{.*}}_gelu_requantize_
// W8A8-NEXT: mixq.step "fc2" @{{.*}}u8s8{{.*}}_add_
// W8A8-NEXT: mixq.step "final" @{{.*}}layer_norm{{.*}}u8{{.*}} tasks 1 macs 0
// W8A8-NEXT: mixq.step "head" @{{.*}}u8s8{{.*}}_store_
// W8A8-NEXT: return
// W8A8-NOT: mixq.types = ["f32"

// VNNI: mixq.target = "avx512-vnni"
// UNKNOWN: error: unknown target CPU 'i386'

module {
func.func @main(%image: tensor<1x1x4xf32>) -> tensor<1x2xf32> {
  %ew = mixq.parameter dense<0.25> : tensor<16x1x1x2xf32> : tensor<16x1x1x2xf32>
  %b = mixq.parameter dense<0.5> : tensor<16xf32> : tensor<16xf32>
  %cls = mixq.parameter dense<0.5> : tensor<1x16xf32> : tensor<1x16xf32>
  %pos = mixq.parameter dense<0.125> : tensor<3x16xf32> : tensor<3x16xf32>
  %w1 = mixq.parameter dense<0.25> : tensor<4x16xf32> : tensor<4x16xf32>
  %b1 = mixq.parameter dense<0.0> : tensor<4xf32> : tensor<4xf32>
  %w2 = mixq.parameter dense<0.25> : tensor<16x4xf32> : tensor<16x4xf32>
  %wh = mixq.parameter dense<0.25> : tensor<2x16xf32> : tensor<2x16xf32>
  %bh = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  %e = mixq.patch_embed %image, %ew, %b unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.25, zero_point = 128>]}
    : (tensor<1x1x4xf32>, tensor<16x1x1x2xf32>, tensor<16xf32>) -> tensor<2x16xf32>
  %t = mixq.concat %cls, %e : (tensor<1x16xf32>, tensor<2x16xf32>) -> tensor<3x16xf32>
  %x = mixq.add %t, %pos : tensor<3x16xf32>
  %n = mixq.layer_norm %x, %b, %b epsilon 1.000000e-06 : (tensor<3x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<3x16xf32> loc("norm")
  %h = mixq.linear %n, %w1, %b1 unit "fc1" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 100>]}
    : (tensor<3x16xf32>, tensor<4x16xf32>, tensor<4xf32>) -> tensor<3x4xf32>
  %g = mixq.gelu %h : tensor<3x4xf32>
  %m = mixq.linear %g, %w2, %b unit "fc2" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 3>]}
    : (tensor<3x4xf32>, tensor<16x4xf32>, tensor<16xf32>) -> tensor<3x16xf32>
  %r = mixq.add %x, %m : tensor<3x16xf32>
  %c = mixq.layer_norm %r, %b, %b epsilon 1.000000e-06 : (tensor<3x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<3x16xf32> loc("final")
  %s = mixq.slice %c from 0 : (tensor<3x16xf32>) -> tensor<1x16xf32>
  %y = mixq.linear %s, %wh, %bh unit "head" {mixq.activations = [#mixq.uniform<u8, scale = 0.125, zero_point = 100>]}
    : (tensor<1x16xf32>, tensor<2x16xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %y : tensor<1x2xf32>
}
}
