// mixq-reparameterize: what differs between the channels of an activation moves into the next weight.

// RUN: python3 %S/../analysis/make-images.py %t.safetensors input 1,1,2,2 0 8 8 0
// RUN: mixq-opt %s "--mixq-reparameterize=images=%t.safetensors strength=1" --canonicalize --split-input-file | FileCheck %s
// RUN: mixq-opt %s --canonicalize --split-input-file > %t.before
// RUN: mixq-opt %s "--mixq-reparameterize=images=%t.safetensors strength=0" --canonicalize --split-input-file > %t.after
// RUN: cmp %t.before %t.after
// RUN: not mixq-opt %s --mixq-reparameterize --split-input-file 2>&1 | FileCheck %s --check-prefix=IMAGES
// IMAGES: error: {{.*}}images

// The tokens are (1, 9) and (9, 1): normalised (-1, 1) and (1, -1). So channel c spans beta - gamma to beta + gamma: widths 2
// and 8, middles 3 and 5. With alpha = 1, r = (2, 8) / geomean(2, 8) = 0.5, 2:
//   gamma' = (1, 4) / r = 2, 2      beta' = ((3, 5) - (3, 5)) / r = 0
//   W' = (1, 3) * r = 0.5, 6        b' = 7 + 1 * 3 + 3 * 5 = 25
// CHECK-LABEL: @main
// CHECK-DAG: %[[G:.*]] = mixq.parameter dense<2.000000e+00> : tensor<2xf32>
// CHECK-DAG: %[[Z:.*]] = mixq.parameter dense<0.000000e+00> : tensor<2xf32>
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}5.000000e-01, 6.000000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = mixq.parameter dense<2.500000e+01> : tensor<1xf32>
// CHECK-DAG: %[[N:.*]] = mixq.layer_norm %{{.*}}, %[[G]], %[[Z]]
// CHECK-DAG: mixq.linear %[[N]], %[[W]], %[[B]] unit "fc"
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<2x1xf32> {
  %ew = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]> : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %eb = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %x = mixq.patch_embed %image, %ew, %eb unit "embed" : (tensor<1x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %gamma = mixq.parameter dense<[1.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %beta = mixq.parameter dense<[3.0, 5.0]> : tensor<2xf32> : tensor<2xf32>
  %n = mixq.layer_norm %x, %gamma, %beta epsilon 1.000000e-12 : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[1.0, 3.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %b = mixq.parameter dense<7.0> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %n, %w, %b unit "fc" : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}

// -----

// The tokens are (0, 16) and (64, 0), which gelu leaves alone. r = (64, 16) / 32 = 2, 0.5; nothing is shifted:
//   channel_affine by 1 / r = 0.5, 2      W' = (1, 3) * r = 2, 1.5      b' = 7
// CHECK-LABEL: @main
// CHECK-DAG: %[[A:.*]] = mixq.parameter dense<[5.000000e-01, 2.000000e+00]> : tensor<2xf32>
// CHECK-DAG: %[[O:.*]] = mixq.parameter dense<-0.000000e+00> : tensor<2xf32>
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}2.000000e+00, 1.500000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = mixq.parameter dense<7.000000e+00> : tensor<1xf32>
// CHECK-DAG: %[[G:.*]] = mixq.gelu
// CHECK-DAG: %[[C:.*]] = mixq.channel_affine %[[G]] multiplier %[[A]] offset %[[O]]
// CHECK-DAG: mixq.linear %[[C]], %[[W]], %[[B]] unit "fc"
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<2x1xf32> {
  %ew = mixq.parameter dense<[[[[8.0, 0.0]]], [[[0.0, 2.0]]]]> : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %eb = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  %x = mixq.patch_embed %image, %ew, %eb unit "embed" : (tensor<1x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %g = mixq.gelu %x : tensor<2x2xf32>
  %w = mixq.parameter dense<[[1.0, 3.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %b = mixq.parameter dense<7.0> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %g, %w, %b unit "fc" : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}

// -----

// The layer norm is the residual, too: scaling it would change more than the unit.
// CHECK-LABEL: @main
// CHECK-DAG: %[[G:.*]] = mixq.parameter dense<[1.000000e+00, 4.000000e+00]>
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}1.000000e+00, 3.000000e+00]
// CHECK-DAG: mixq.layer_norm %{{.*}}, %[[G]],
// CHECK-DAG: mixq.linear %{{.*}}, %[[W]],
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<2x2xf32> {
  %ew = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]> : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %eb = mixq.parameter dense<0.0> : tensor<2xf32> : tensor<2xf32>
  %x = mixq.patch_embed %image, %ew, %eb unit "embed" : (tensor<1x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %gamma = mixq.parameter dense<[1.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %n = mixq.layer_norm %x, %gamma, %eb epsilon 1.000000e-12 : (tensor<2x2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[1.0, 3.0], [0.0, 1.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %y = mixq.linear %n, %w, %eb unit "fc" : (tensor<2x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %r = mixq.add %n, %y : tensor<2x2xf32>
  return %r : tensor<2x2xf32>
}
}

// -----

// Scores are so far apart that each of the tokens (1, 9) and (9, 1) has its own value, (1, 36) and (9, 4). So channels span 1 to 9
// and 4 to 36: widths 8 and 32, middles 5 and 20, r = (8, 32) / 16 = 0.5, 2. Values' rows of the projection make v' = (v - m) / r:
//   W' = (1, 3) * r = 0.5, 6      b' = 7 + 1 * 5 + 3 * 20 = 72
// CHECK-LABEL: @main
// CHECK-DAG: %[[V:.*]] = mixq.parameter "weight.scaled"
// CHECK-DAG: %[[C:.*]] = mixq.parameter "bias.shifted"
// CHECK-DAG: %[[W:.*]] = mixq.parameter dense<{{\[\[}}5.000000e-01, 6.000000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[B:.*]] = mixq.parameter dense<7.200000e+01> : tensor<1xf32>
// CHECK-DAG: mixq.linear %{{.*}}, %[[V]], %[[C]] unit "qkv"
// CHECK-DAG: mixq.linear %{{.*}}, %[[W]], %[[B]] unit "proj"
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<2x1xf32> {
  %ew = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]> : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %eb = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %x = mixq.patch_embed %image, %ew, %eb unit "embed" : (tensor<1x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %qw = mixq.parameter dense<[[10.0, 0.0], [0.0, 10.0], [10.0, 0.0], [0.0, 10.0], [1.0, 0.0], [0.0, 4.0]]>
    : tensor<6x2xf32> : tensor<6x2xf32>
  %qb = mixq.parameter dense<0.0> : tensor<6xf32> : tensor<6xf32>
  %p = mixq.linear %x, %qw, %qb unit "qkv" : (tensor<2x2xf32>, tensor<6x2xf32>, tensor<6xf32>) -> tensor<2x6xf32>
  %q, %k, %v = mixq.split_qkv %p : (tensor<2x6xf32>) -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %s = mixq.matmul %q, %k transpose_rhs unit "qk" : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %a = mixq.softmax %s : tensor<1x2x2xf32>
  %o = mixq.matmul %a, %v unit "av" : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %m = mixq.merge_heads %o : (tensor<1x2x2xf32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[1.0, 3.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %b = mixq.parameter dense<7.0> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %m, %w, %b unit "proj" : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}

// -----

// Weights that no softmax made have no sum of 1: the values stay as they are.
// CHECK-LABEL: @main
// CHECK-NOT: scaled
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<2x1xf32> {
  %ew = mixq.parameter dense<[[[[1.0, 0.0]]], [[[0.0, 1.0]]]]> : tensor<2x1x1x2xf32> : tensor<2x1x1x2xf32>
  %eb = mixq.parameter dense<1.0> : tensor<2xf32> : tensor<2xf32>
  %x = mixq.patch_embed %image, %ew, %eb unit "embed" : (tensor<1x2x2xf32>, tensor<2x1x1x2xf32>, tensor<2xf32>) -> tensor<2x2xf32>
  %qw = mixq.parameter dense<[[10.0, 0.0], [0.0, 10.0], [10.0, 0.0], [0.0, 10.0], [1.0, 0.0], [0.0, 4.0]]>
    : tensor<6x2xf32> : tensor<6x2xf32>
  %qb = mixq.parameter dense<0.0> : tensor<6xf32> : tensor<6xf32>
  %p = mixq.linear %x, %qw, %qb unit "qkv" : (tensor<2x2xf32>, tensor<6x2xf32>, tensor<6xf32>) -> tensor<2x6xf32>
  %q, %k, %v = mixq.split_qkv %p : (tensor<2x6xf32>) -> (tensor<1x2x2xf32>, tensor<1x2x2xf32>, tensor<1x2x2xf32>)
  %s = mixq.matmul %q, %k transpose_rhs unit "qk" : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %o = mixq.matmul %s, %v unit "av" : (tensor<1x2x2xf32>, tensor<1x2x2xf32>) -> tensor<1x2x2xf32>
  %m = mixq.merge_heads %o : (tensor<1x2x2xf32>) -> tensor<2x2xf32>
  %w = mixq.parameter dense<[[1.0, 3.0]]> : tensor<1x2xf32> : tensor<1x2xf32>
  %b = mixq.parameter dense<7.0> : tensor<1xf32> : tensor<1xf32>
  %y = mixq.linear %m, %w, %b unit "proj" : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<1xf32>) -> tensor<2x1xf32>
  return %y : tensor<2x1xf32>
}
}
