// Every error of the pass's options and images, one run each.

// RUN: not mixq-opt --mixq-annotate-calibration %s 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: expects the option images=<safetensors archive>, found none

// RUN: not mixq-opt --mixq-annotate-calibration=images=%t.missing %s 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: cannot read calibration images: {{.*}}.missing

// RUN: python3 %S/make-images.py %t.name other 1,1,2,2 0
// RUN: not mixq-opt --mixq-annotate-calibration=images=%t.name %s 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: expects calibration images as tensor 'input' of {{.*}}.name, found no such tensor

// RUN: python3 %S/make-images.py %t.rank input 1,2,2 0
// RUN: not mixq-opt --mixq-annotate-calibration=images=%t.rank %s 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: expects calibration images as f32 [N, C, H, W] in tensor 'input' of {{.*}}.rank, found 1x2x2xf32

// RUN: python3 %S/make-images.py %t.shape input 1,1,2,3 0
// RUN: not mixq-opt --mixq-annotate-calibration=images=%t.shape %s 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: 'func.func' op expects input 0 to hold f32 for 'tensor<1x2x2xf32>', found 1x2x3xf32

// RUN: python3 %S/make-images.py %t.finite input 1,1,2,2 0 inf
// RUN: not mixq-opt --mixq-annotate-calibration=images=%t.finite %s 2>&1 | FileCheck %s --check-prefix=FINITE
// FINITE: 'mixq.patch_embed' op cannot be calibrated: expects finite activations, found NaN or infinity in operand 0

// RUN: not mixq-opt "--mixq-annotate-calibration=images=%t.finite method=median" %s 2>&1 \
// RUN:   | FileCheck %s --check-prefix=METHOD
// METHOD: median

func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x3xf32> {
  %filters = mixq.parameter dense<1.0> : tensor<3x1x2x2xf32> : tensor<3x1x2x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<3xf32> : tensor<3xf32>
  %x = mixq.patch_embed %image, %filters, %b unit "patch_embed"
    : (tensor<1x2x2xf32>, tensor<3x1x2x2xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %x : tensor<1x3xf32>
}
