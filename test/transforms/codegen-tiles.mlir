// The register tiles that mixq-lower-to-kernels emits. 7 rows are a full tile of 6 and one of the last row, whose code comes
// first; 64 columns are one panel of AVX-512's, four of the others'.

// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx512-vnni --split-input-file | FileCheck %s --check-prefix=VNNI
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=x86-64-v3 --split-input-file | FileCheck %s --check-prefix=V3
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx-vnni --split-input-file | FileCheck %s --check-prefix=VEX

// VNNI: mixq.step "fc" @[[K:.*]] tasks 2 macs 448
// VNNI: func.func @[[K]](%{{.*}}: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64) attributes {mixq.kernel_op = "qlinear"
// The panels of the tasks, and the tiles of rows of each.
// VNNI: arith.divui %[[BEGIN]]
// VNNI: arith.addi %[[END]]
// VNNI: scf.for
// VNNI: scf.for
// VNNI: scf.if
// VNNI: scf.for %{{.*}} = %{{.*}} to %c1_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-4: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"({{.*}}) : (vector<16xi32>, vector<16xi32>, vector<16xi32>) -> vector<16xi32>
// VNNI-NEXT: scf.yield
// VNNI-NOT: vpdpbusd
// VNNI: } else {
// VNNI: scf.for %{{.*}} = %{{.*}} to %c1_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-24: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"
// VNNI-NEXT: scf.yield
// VNNI-NOT: vpdpbusd
// Then the sums of a row become codes: one fma and the upper limit each, and two packs for all four; 64 bytes.
// VNNI: arith.sitofp {{.*}} : vector<16xi32> to vector<16xf32>
// VNNI: math.fma {{.*}} : vector<16xf32>
// VNNI: arith.cmpf olt
// VNNI-COUNT-4: "llvm.x86.avx512.mask.cvtps2dq.512"
// VNNI-COUNT-2: "llvm.x86.avx512.packssdw.512"
// VNNI-NEXT: "llvm.x86.avx512.packuswb.512"
// VNNI: vector.shuffle {{.*}} : vector<16xi32>, vector<16xi32>
// VNNI: llvm.store {{.*}} : vector<64xi8>, !llvm.ptr

// Weights of -128 and any u8 are widened to 16 bits, even and odd bytes apart, since vpmaddubsw saturates. Weights of 1 let it sum
// all 16 groups of the head in 16 bits; only then do sums become 32 bits wide.
// V3: mixq.step "fc" @[[K:.*]] tasks 8 macs 448
// V3: mixq.step "head" @[[HEAD:.*_w32__.*]] tasks 2 macs 448
// V3: func.func @[[K]](
// V3: scf.if
// V3: scf.for %{{.*}} = %{{.*}} to %c1_i64{{[_0-9]*}} step %{{.*}} iter_args
// V3-COUNT-4: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// V3-NEXT: arith.addi {{.*}} : vector<8xi32>
// V3-NEXT: scf.yield
// V3-NOT: pmadd
// V3: } else {
// V3-COUNT-24: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"
// V3-NOT: pmadd
// V3: math.fma {{.*}} : vector<8xf32>
// V3-NOT: pmadd
// V3: func.func @[[HEAD]](
// V3-NOT: pmadd.wd
// V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"({{.*}}) : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
// V3: scf.for %{{.*}} iter_args
// V3-NOT: pmadd.wd
// V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"
// V3-NEXT: arith.addi {{.*}} : vector<16xi16>
// V3-NEXT: scf.yield
// V3: llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"({{.*}}) : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
// V3-NEXT: arith.addi {{.*}} : vector<8xi32>
// V3: } else {
// V3-COUNT-6: llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"

// VEX: mixq.step "fc" @[[K:.*]] tasks 8 macs 448
// VEX: func.func @[[K]](
// VEX: scf.if
// VEX: scf.for %{{.*}} = %{{.*}} to %c1_i64{{[_0-9]*}} step %{{.*}} iter_args
// VEX-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"({{.*}}) : (vector<8xi32>, vector<8xi32>, vector<8xi32>) -> vector<8xi32>
// VEX-NEXT: scf.yield
// VEX-NOT: vpdpbusd
// VEX: } else {
// VEX-COUNT-12: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"
// VEX-NEXT: scf.yield
// VEX-NOT: vpdpbusd
// VEX: math.fma {{.*}} : vector<8xf32>
module {
func.func @main(%image: tensor<1x7x1xf32>) -> tensor<1x1xf32> {
  %f = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %i = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %x = mixq.quantize_patches %image multiplier %f zero_point %f patch [1, 1] : (tensor<1x7x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<7x1x!mixq.q<u8>>
  %w = mixq.parameter dense<-128> : tensor<64x1xi8> : tensor<64x1x!mixq.q<s8, axis = 0>>
  %c = mixq.parameter dense<0> : tensor<64xi32> : tensor<64xi32>
  %m = mixq.parameter dense<1.0> : tensor<64xf32> : tensor<64xf32>
  %h = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue requantize unit "fc"
    : (tensor<7x1x!mixq.q<u8>>, tensor<64x1x!mixq.q<s8, axis = 0>>, tensor<64xi32>, tensor<64xf32>, tensor<64xf32>) -> tensor<7x64x!mixq.q<u8>>
  %v = mixq.parameter dense<1> : tensor<1x64xi8> : tensor<1x64x!mixq.q<s8, axis = 0>>
  %y = mixq.qlinear %h, %v correction %i multiplier %f offset %f epilogue store unit "head"
    : (tensor<7x64x!mixq.q<u8>>, tensor<1x64x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<7x1xf32>
  %s = mixq.slice %y from 0 : (tensor<7x1xf32>) -> tensor<1x1xf32>
  return %s : tensor<1x1xf32>
}
}

// -----

// One row and 3 columns: no branch, a tile of that row and of one vector. Fp32 sums take one fma a product.
// VNNI: mixq.step "head" @[[K:.*]] tasks 1 macs 12
// VNNI: func.func @[[K]](
// VNNI-NOT: scf.if
// VNNI: scf.for %{{.*}} = %{{.*}} to %c4_i64{{[_0-9]*}} step %{{.*}} iter_args
// VNNI-COUNT-1: math.fma {{.*}} : vector<16xf32>
// VNNI-NEXT: scf.yield
// VNNI-NOT: math.fma
// VNNI: func.func @"f32f32_roof__avx512-vnni"
// V3: mixq.step "head" @[[K:.*]] tasks 1 macs 12
// V3: func.func @[[K]](
// V3-NOT: scf.if
// V3-COUNT-1: math.fma {{.*}} : vector<8xf32>
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

// -----

// 24 columns: on 8 lanes a panel of 16, whose tile has two vectors, and one whose tile has one. On 16 lanes two vectors hold them
// instead of a panel's four.
// VNNI: mixq.step "head" @[[K:.*]] tasks 1 macs 288
// VNNI: func.func @[[K]](
// VNNI-NOT: scf.if
// VNNI-COUNT-12: math.fma {{.*}} : vector<16xf32>
// VNNI-NEXT: scf.yield
// VNNI-NOT: math.fma
// VNNI: func.func @"f32f32_roof__avx512-vnni"
// V3: mixq.step "head" @[[K:.*]] tasks 2 macs 288
// V3: func.func @[[K]](
// V3: scf.if
// V3-COUNT-6: math.fma {{.*}} : vector<8xf32>
// V3-NEXT: scf.yield
// V3-NOT: math.fma
// V3: } else {
// V3-COUNT-12: math.fma {{.*}} : vector<8xf32>
// V3-NEXT: scf.yield
// V3-NOT: math.fma
// V3: func.func @"f32f32_roof__x86-64-v3"
module {
func.func @main(%image: tensor<1x12x1xf32>) -> tensor<1x24xf32> {
  %w = mixq.parameter dense<1.0> : tensor<24x2xf32> : tensor<24x2xf32>
  %b = mixq.parameter dense<0.0> : tensor<24xf32> : tensor<24xf32>
  %p = mixq.extract_patches %image patch [2, 1] : (tensor<1x12x1xf32>) -> tensor<6x2xf32>
  %y = mixq.fused_linear %p, %w, %b epilogue store unit "head" : (tensor<6x2xf32>, tensor<24x2xf32>, tensor<24xf32>) -> tensor<6x24xf32>
  %s = mixq.slice %y from 0 : (tensor<6x24xf32>) -> tensor<1x24xf32>
  return %s : tensor<1x24xf32>
}
}
