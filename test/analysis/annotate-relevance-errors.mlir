// Every constraint of the pass.

// RUN: python3 %S/make-images.py %t.safetensors input 1,1,2,2 0 1 2 3
// RUN: split-file %s %t

//--- no-images.mlir
// RUN: not mixq-opt --mixq-annotate-relevance %t/no-images.mlir 2>&1 | FileCheck %t/no-images.mlir
// CHECK: expects the option images=<safetensors archive>, found none
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x2x2xf32> {
  return %image : tensor<1x2x2xf32>
}

//--- logits.mlir
// AR1.
// RUN: not mixq-opt --mixq-annotate-relevance=images=%t.safetensors %t/logits.mlir 2>&1 | FileCheck %t/logits.mlir
// CHECK: 'func.func' op expects logits [1, classes] in f64 as the first result, found 4x1xf64
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<4x1xf32> {
  %w = mixq.parameter dense<1.0> : tensor<1x1x1x1xf32> : tensor<1x1x1x1xf32>
  %b = mixq.parameter dense<0.0> : tensor<1xf32> : tensor<1xf32>
  %0 = mixq.patch_embed %image, %w, %b unit "patch_embed"
    : (tensor<1x2x2xf32>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> tensor<4x1xf32>
  return %0 : tensor<4x1xf32>
}

//--- target.mlir
// AR2.
// RUN: not mixq-opt "--mixq-annotate-relevance=images=%t.safetensors target=3" %t/target.mlir 2>&1 | FileCheck %t/target.mlir
// CHECK: 'func.func' op expects a class below 3 to explain, found 3
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x3xf32> {
  %w = mixq.parameter dense<1.0> : tensor<3x1x2x2xf32> : tensor<3x1x2x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<3xf32> : tensor<3xf32>
  %0 = mixq.patch_embed %image, %w, %b unit "patch_embed"
    : (tensor<1x2x2xf32>, tensor<3x1x2x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}

//--- kernel.mlir
// AR3.
// RUN: not mixq-opt --mixq-annotate-relevance=images=%t.safetensors %t/kernel.mlir 2>&1 | FileCheck %t/kernel.mlir
// CHECK: 'mixq.extract_patches' op has no gradient: expects ops of the graph, before fusion
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x4xf32> {
  %0 = mixq.extract_patches %image patch [2, 2] : (tensor<1x2x2xf32>) -> tensor<1x4xf32>
  return %0 : tensor<1x4xf32>
}

//--- main.mlir
// RUN: not mixq-opt --mixq-annotate-relevance=images=%t.safetensors %t/main.mlir 2>&1 | FileCheck %t/main.mlir
// CHECK: expects a function @main, found none
func.func @other() {
  return
}
