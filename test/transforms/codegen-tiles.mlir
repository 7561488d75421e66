// The register tiles that mixq-lower-to-kernels emits. 7 rows are a full tile of 6 and one of the last row, whose code comes
// first; K = 5 is 2 groups of 4 for vpdpbusd and 3 of 2 for vpmaddwd.

// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx512-vnni --split-input-file | FileCheck %s --check-prefix=VNNI
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=x86-64-v3 --split-input-file | FileCheck %s --check-prefix=V3
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx-vnni --split-input-file | FileCheck %s --check-prefix=VEX

// VNNI: mixq.step "fc" @[[K:.*]] tasks 2 macs 420
// VNNI: func.func @[[K]](%{{.*}}: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64) attributes {mixq.kernel_op = "qlinear"
// The panels of the tasks, and the tiles of rows of each.
// VNNI: arith.divui %[[BEGIN]]
// VNNI: arith.addi %[[END]]
// VNNI: scf.for
// VNNI: scf.for
// VNNI: scf.if
// VNNI: scf.for %{{.*}} = %{{.*}} to %c2_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"({{.*}}) : (vector<16xi32>, vector<16xi32>, vector<16xi32>) -> vector<16xi32>
// VNNI-NEXT: scf.yield
// VNNI-NOT: vpdpbusd
// VNNI: } else {
// VNNI: scf.for %{{.*}} = %{{.*}} to %c2_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-24: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// VNNI-NEXT: scf.yield
// VNNI-NOT: vpdpbusd
// Then each sum becomes codes: one fma, both limits, 16 bytes.
// VNNI: arith.sitofp {{.*}} : vector<16xi32> to vector<16xf32>
// VNNI: math.fma {{.*}} : vector<16xf32>
// VNNI: arith.cmpf ogt
// VNNI: arith.cmpf olt
// VNNI: arith.trunci {{.*}} : vector<16xi32> to vector<16xi8>
// VNNI: llvm.store {{.*}} : vector<16xi8>, !llvm.ptr

// Codes are widened to 16 bits, since vpmaddubsw saturates.
// V3: mixq.step "fc" @[[K:.*]] tasks 2 macs 420
// V3: func.func @[[K]](
// V3: scf.if
// V3: scf.for %{{.*}} = %{{.*}} to %c3_i64{{[_0-9]*}} step %{{.*}} iter_args
// V3-COUNT-2: arith.extsi {{.*}} : vector<16xi8> to vector<16xi16>
// V3-NOT: scf.yield
// V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// V3-NOT: scf.yield
// V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// V3-NOT: pmadd
// V3: } else {
// V3-COUNT-12: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// V3-NOT: pmadd
// V3: math.fma {{.*}} : vector<8xf32>
// V3-NOT: pmaddubs

// VEX: mixq.step "fc" @[[K:.*]] tasks 2 macs 420
// VEX: func.func @[[K]](
// VEX: scf.if
// VEX: scf.for %{{.*}} = %{{.*}} to %c2_i64{{[_0-9]*}} step %{{.*}} iter_args
// VEX-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"({{.*}}) : (vector<8xi32>, vector<8xi32>, vector<8xi32>) -> vector<8xi32>
// VEX-NEXT: scf.yield
// VEX-NOT: vpdpbusd
// VEX: } else {
// VEX-COUNT-12: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// VEX-NEXT: scf.yield
// VEX-NOT: vpdpbusd
// VEX: math.fma {{.*}} : vector<8xf32>
module {
func.func @main(%image: tensor<1x7x5xf32>) -> tensor<1x1xf32> {
  %f = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %i = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %x = mixq.quantize_patches %image multiplier %f zero_point %f patch [1, 5] : (tensor<1x7x5xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<7x5x!mixq.q<u8>>
  %w = mixq.parameter dense<1> : tensor<12x5xi8> : tensor<12x5x!mixq.q<s8, axis = 0>>
  %c = mixq.parameter dense<0> : tensor<12xi32> : tensor<12xi32>
  %m = mixq.parameter dense<1.0> : tensor<12xf32> : tensor<12xf32>
  %h = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue requantize unit "fc"
    : (tensor<7x5x!mixq.q<u8>>, tensor<12x5x!mixq.q<s8, axis = 0>>, tensor<12xi32>, tensor<12xf32>, tensor<12xf32>) -> tensor<7x12x!mixq.q<u8>>
  %v = mixq.parameter dense<1> : tensor<1x12xi8> : tensor<1x12x!mixq.q<s8, axis = 0>>
  %y = mixq.qlinear %h, %v correction %i multiplier %f offset %f epilogue store unit "head"
    : (tensor<7x12x!mixq.q<u8>>, tensor<1x12x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<7x1xf32>
  %s = mixq.slice %y from 0 : (tensor<7x1xf32>) -> tensor<1x1xf32>
  return %s : tensor<1x1xf32>
}
}

// -----

// One row: no branch, a tile of that row. Fp32 sums take one fma a product.
// VNNI: mixq.step "head" @[[K:.*]] tasks 1 macs 12
// VNNI: func.func @[[K]](
// VNNI-NOT: scf.if
// VNNI: scf.for %{{.*}} = %{{.*}} to %c4_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-4: math.fma {{.*}} : vector<16xf32>
// VNNI-NEXT: scf.yield
// VNNI-NOT: math.fma
// VNNI: func.func @"f32f32_roof__avx512-vnni"
// V3: mixq.step "head" @[[K:.*]] tasks 1 macs 12
// V3: func.func @[[K]](
// V3-NOT: scf.if
// V3-COUNT-2: math.fma {{.*}} : vector<8xf32>
// V3-NEXT: scf.yield
// V3-NOT: math.fma
// V3: func.func @"f32f32_roof__x86-64-v3"
module {
func.func @main(%image: tensor<1x2x2xf32>) -> tensor<1x3xf32> {
  %w = mixq.parameter dense<1.0> : tensor<3x4xf32> : tensor<3x4xf32>
  %b = mixq.parameter dense<0.0> : tensor<3xf32> : tensor<3xf32>
  %p = mixq.extract_patches %image patch [2, 2] : (tensor<1x2x2xf32>) -> tensor<1x4xf32>
  %y = mixq.fused_linear %p, %w, %b epilogue store unit "head" : (tensor<1x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}
}
