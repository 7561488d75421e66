// RUN: python3 %S/make-images.py %t.safetensors input 2,1,1,2 6 2
// RUN: mixq-opt "--mixq-annotate-relevance=images=%t.safetensors by-type=false" %s | FileCheck %s
// RUN: mixq-opt "--mixq-annotate-relevance=images=%t.safetensors by-type=false score=absolute threads=2" %s | FileCheck %s --check-prefix=ABSOLUTE
// RUN: mixq-opt "--mixq-annotate-relevance=images=%t.safetensors by-type=false score=gradient" %s | FileCheck %s --check-prefix=GRADIENT
// RUN: mixq-opt "--mixq-annotate-relevance=images=%t.safetensors by-type=false score=signed target=0" %s | FileCheck %s --check-prefix=SIGNED
// RUN: mixq-opt "--mixq-annotate-relevance=images=%t.safetensors" %s | FileCheck %s --check-prefix=TYPES

// Two equal images (6, 2). Forwards: the patch embedding is the identity, so
//   t    = (6, 2)
//   fc1  = (6 + 2, 6 - 2)       = (8, 4)
//   fc2  = (-8 + 4, 2 * 4)      = (-4, 8)
//   x    = t + fc2              = (2, 10)
//   head = (2 + 10, 2 - 10)     = (12, -8): class 0.
//
// Backwards, R(head) = (1, 0).
//   head: x has no negative part and row 0 of the weight, (1, 1), neither:
//     Z = 12, R(x) = (2/12, 10/12) = (1/6, 5/6).
//   add: shares of t     (6/2 * 1/6,  2/10 * 5/6) = ( 1/2, 1/6), sum 2/3;
//        shares of fc2  (-4/2 * 1/6,  8/10 * 5/6) = (-1/3, 2/3), sum 1/3.
//     Both sums are positive and add up to 1: nothing to rescale.
//   fc2: row 0, (-1, 1): only 4 * 1 is positive, Z = 4, so fc1[1] gets -1/3;
//        row 1, (0, 2):  Z = 8, so fc1[1] gets 2/3. R(fc1) = (0, 1/3).
//   fc1: row 1, (1, -1): Z = 6, so t[0] gets 1/3.
//   t has two uses: (1/2, 1/6) + (1/3, 0) = (5/6, 1/6).
//
//   |          | R           | positive | absolute | sum | gradient | grad * R, positive |
//   | patch    | (5/6, 1/6)  | 1        | 1        | 1   | (3, -3)  | 5/2                |
//   | fc1      | (0, 1/3)    | 1/3      | 1/3      | 1/3 | (-1, 3)  | 1                  |
//   | fc2      | (-1/3, 2/3) | 2/3      | 1        | 1/3 | (1, 1)   | 2/3                |
//   | head     | (1, 0)      | 1        | 1        | 1   | (1, 0)   | 1                  |
//   | all      |             | 3        | 10/3     | 8/3 |          | 31/6               |

// CHECK-LABEL: func.func @main
func.func @main(%image: tensor<1x1x2xf32>) -> tensor<1x2xf32> {
  %p = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]>
    : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %w1 = mixq.parameter dense<[[1.0, 1.0], [1.0, -1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %w2 = mixq.parameter dense<[[-1.0, 1.0], [0.0, 2.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %w3 = mixq.parameter dense<[[1.0, 1.0], [1.0, -1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  // CHECK: mixq.patch_embed {{.*}} {mixq.relevance = 0.3333333{{[0-9]*}} : f64}
  // ABSOLUTE: mixq.patch_embed {{.*}} {mixq.relevance = 0.{{2999999|3000000}}{{[0-9]*}} : f64}
  // GRADIENT: mixq.patch_embed {{.*}} {mixq.relevance = 0.4838709{{[0-9]*}} : f64}
  // SIGNED: mixq.patch_embed {{.*}} {mixq.relevance = 0.{{374999|375000}}{{[0-9]*}} : f64}
  // Each is the only unit of its type.
  // TYPES: mixq.patch_embed {{.*}} {mixq.relevance = {{2.500000e-01|0.2499999[0-9]*|0.250000[0-9]*}} : f64}
  %0 = mixq.patch_embed %image, %p, %b unit "patch_embed"
    : (tensor<1x1x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  // CHECK: mixq.linear {{.*}} {mixq.relevance = 0.1111111{{[0-9]*}} : f64}
  // ABSOLUTE: mixq.linear {{.*}} {mixq.relevance = 0.{{0999999|100000}}{{[0-9]*}} : f64}
  // GRADIENT: mixq.linear {{.*}} {mixq.relevance = 0.1935483{{[0-9]*}} : f64}
  // SIGNED: mixq.linear {{.*}} {mixq.relevance = 0.{{124999|125000}}{{[0-9]*}} : f64}
  %1 = mixq.linear %0, %w1, %b unit "blocks.0.mlp.fc1"
    : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  // CHECK: mixq.linear {{.*}} {mixq.relevance = 0.2222222{{[0-9]*}} : f64}
  // ABSOLUTE: mixq.linear {{.*}} {mixq.relevance = 0.{{2999999|3000000}}{{[0-9]*}} : f64}
  // GRADIENT: mixq.linear {{.*}} {mixq.relevance = 0.1290322{{[0-9]*}} : f64}
  // SIGNED: mixq.linear {{.*}} {mixq.relevance = 0.{{124999|125000}}{{[0-9]*}} : f64}
  %2 = mixq.linear %1, %w2, %b unit "blocks.0.mlp.fc2"
    : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  %3 = mixq.add %0, %2 : tensor<1x2xf32>
  // CHECK: mixq.linear {{.*}} {mixq.relevance = 0.3333333{{[0-9]*}} : f64}
  // ABSOLUTE: mixq.linear {{.*}} {mixq.relevance = 0.{{2999999|3000000}}{{[0-9]*}} : f64}
  // GRADIENT: mixq.linear {{.*}} {mixq.relevance = 0.1935483{{[0-9]*}} : f64}
  // SIGNED: mixq.linear {{.*}} {mixq.relevance = 0.{{374999|375000}}{{[0-9]*}} : f64}
  %4 = mixq.linear %3, %w3, %b unit "head"
    : (tensor<1x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
  return %4 : tensor<1x2xf32>
}
