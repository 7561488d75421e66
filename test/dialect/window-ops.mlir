// RUN: mixq-opt %s | mixq-opt | FileCheck %s

// CHECK-LABEL: func.func @maps
func.func @maps(%x: tensor<20x8xf32>) {
  // CHECK: mixq.roll %{{.*}} map [4, 5] shift [-1, 2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %0 = mixq.roll %x map [4, 5] shift [-1, 2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  // CHECK: mixq.pad_map %{{.*}} map [4, 5] to [6, 6] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  %1 = mixq.pad_map %0 map [4, 5] to [6, 6] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  // CHECK: mixq.window_partition %{{.*}} map [6, 6] window [3, 2] : (tensor<36x8xf32>) -> tensor<36x8xf32>
  %2 = mixq.window_partition %1 map [6, 6] window [3, 2] : (tensor<36x8xf32>) -> tensor<36x8xf32>
  // CHECK: mixq.window_reverse %{{.*}} map [6, 6] window [3, 2] : (tensor<36x8xf32>) -> tensor<36x8xf32>
  %3 = mixq.window_reverse %2 map [6, 6] window [3, 2] : (tensor<36x8xf32>) -> tensor<36x8xf32>
  // CHECK: mixq.crop_map %{{.*}} map [6, 6] to [4, 5] : (tensor<36x8xf32>) -> tensor<20x8xf32>
  %4 = mixq.crop_map %3 map [6, 6] to [4, 5] : (tensor<36x8xf32>) -> tensor<20x8xf32>
  // CHECK: mixq.patch_merge %{{.*}} map [4, 5] : (tensor<20x8xf32>) -> tensor<6x32xf32>
  %5 = mixq.patch_merge %4 map [4, 5] : (tensor<20x8xf32>) -> tensor<6x32xf32>
  return
}

// CHECK-LABEL: func.func @attention
func.func @attention(%x: tensor<24x24xf32>, %b: tensor<1x2x2x4x4xf32>) {
  // CHECK: mixq.split_qkv %{{.*}} windows 6 : (tensor<24x24xf32>) -> (tensor<12x4x4xf32>, tensor<12x4x4xf32>, tensor<12x4x4xf32>)
  %q, %k, %v = mixq.split_qkv %x windows 6 : (tensor<24x24xf32>) -> (tensor<12x4x4xf32>, tensor<12x4x4xf32>, tensor<12x4x4xf32>)
  // CHECK: mixq.window_bias %{{.*}}, %{{.*}} grid [3, 2] : (tensor<12x4x4xf32>, tensor<1x2x2x4x4xf32>) -> tensor<12x4x4xf32>
  %0 = mixq.window_bias %q, %b grid [3, 2] : (tensor<12x4x4xf32>, tensor<1x2x2x4x4xf32>) -> tensor<12x4x4xf32>
  // CHECK: mixq.merge_heads %{{.*}} windows 6 : (tensor<12x4x4xf32>) -> tensor<24x8xf32>
  %1 = mixq.merge_heads %0 windows 6 : (tensor<12x4x4xf32>) -> tensor<24x8xf32>
  return
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @norms
func.func @norms(%x: tensor<6x8xf32>, %g: tensor<16xf32>, %r: tensor<3x2xi32>) {
  // CHECK: mixq.fused_layer_norm %{{.*}}, %{{.*}}, %{{.*}} rows %{{.*}} epsilon 9.99999974E-6 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16xf32>
  %0 = mixq.fused_layer_norm %x, %g, %g rows %r epsilon 1.0e-5 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16xf32>
  // CHECK: mixq.layer_norm_quantize %{{.*}}, %{{.*}}, %{{.*}} rows %{{.*}} epsilon 9.99999974E-6 padding_code 131 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  %1 = mixq.layer_norm_quantize %x, %g, %g rows %r epsilon 1.0e-5 padding_code 131 : (tensor<6x8xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x2xi32>) -> tensor<3x16x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @kernels
func.func @kernels(%x: tensor<24x24xf32>, %c: tensor<24x24x!mixq.q<u8>>, %b: tensor<2x1x2x4x4xf32>, %r: tensor<20xi32>, %z3: tensor<3xi32>, %f: tensor<1xf32>) {
  // CHECK: mixq.fused_attention %{{.*}} bias %{{.*}} rows %{{.*}} heads 2 multiplier 5.000000e-01 grid [3, 2] unit "a" : (tensor<24x24xf32>, tensor<2x1x2x4x4xf32>, tensor<20xi32>) -> tensor<20x8xf32>
  %0 = mixq.fused_attention %x bias %b rows %r heads 2 multiplier 0.5 grid [3, 2] unit "a" : (tensor<24x24xf32>, tensor<2x1x2x4x4xf32>, tensor<20xi32>) -> tensor<20x8xf32>
  // CHECK: mixq.fused_attention %{{[^ ]*}} heads 2 multiplier 5.000000e-01 : (tensor<24x24xf32>) -> tensor<24x8xf32>
  %1 = mixq.fused_attention %x heads 2 multiplier 0.5 : (tensor<24x24xf32>) -> tensor<24x8xf32>
  // CHECK: mixq.qattention %{{.*}} result_offset %{{[^ ]*}} bias %{{.*}} rows %{{.*}} heads 2 grid [3, 2] :
  %2 = mixq.qattention %c zero_points %z3 score_multiplier %f probability_multiplier %f result_multiplier %f result_offset %f bias %b rows %r heads 2 grid [3, 2] : (tensor<24x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<2x1x2x4x4xf32>, tensor<20xi32>) -> tensor<20x8x!mixq.q<u8>>
  return
}
