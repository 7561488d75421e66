// Results become entries of a codebook: by four lookups in registers for the bytes of four registers where there is VBMI, by a search in
// words on AVX-512 without it, else with a gather.

// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx512-vbmi | FileCheck %s --check-prefix=BYTES
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=amx-int8 | FileCheck %s --check-prefix=BYTES
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=avx512-vnni | FileCheck %s --check-prefix=WORDS
// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=x86-64-v3 | FileCheck %s --check-prefix=GATHER

// BYTES: mixq.step "fc" @[[K:.*]] tasks
// BYTES: func.func @[[K]](
// BYTES: "llvm.x86.avx512.mask.cvtps2dq.512"
// BYTES-NOT: permvar
// BYTES: "llvm.x86.avx512.packusdw.512"
// BYTES-NOT: permvar
// BYTES-COUNT-2: vector.shuffle {{.*}} : vector<64xi8>, vector<64xi8>
// BYTES-COUNT-4: "llvm.x86.avx512.vpermi2var.qi.512"
// BYTES: llvm.store {{.*}} : vector<64xi8>
// BYTES-NOT: gather

// Two bits are two steps, then the entries.
// WORDS: mixq.step "fc" @[[K:.*]] tasks
// WORDS: func.func @[[K]](
// WORDS-COUNT-2: "llvm.x86.avx512.packssdw.512"
// WORDS-COUNT-4: "llvm.x86.avx512.permvar.hi.512"
// WORDS-NEXT: "llvm.x86.avx512.packuswb.512"
// WORDS-NOT: gather

// GATHER: mixq.step "fc" @[[K:.*]] tasks
// GATHER: func.func @[[K]](
// GATHER: llvm.intr.masked.gather
// GATHER-NOT: permvar
func.func @main(%image: tensor<1x1x1xf32>) -> tensor<1x1xf32> {
  %f = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %i = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %x = mixq.quantize_patches %image multiplier %f zero_point %f patch [1, 1] : (tensor<1x1x1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1x!mixq.q<u8>>
  %w = mixq.parameter dense<3> : tensor<64x1xi8> : tensor<64x1x!mixq.q<s8, axis = 0>>
  %c = mixq.parameter dense<0> : tensor<64xi32> : tensor<64xi32>
  %m = mixq.parameter dense<1.0> : tensor<64xf32> : tensor<64xf32>
  %t = mixq.parameter dense<[0, 1, 4, 9]> : tensor<4xi32> : tensor<4xi32>
  %h = mixq.qlinear %x, %w correction %c multiplier %m offset %m result_multiplier %m result_offset %m table %t epilogue gelu_requantize unit "fc"
    : (tensor<1x1x!mixq.q<u8>>, tensor<64x1x!mixq.q<s8, axis = 0>>, tensor<64xi32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<4xi32>) -> tensor<1x64x!mixq.codebook<u2, u8>>
  %v = mixq.parameter dense<1> : tensor<1x64xi8> : tensor<1x64x!mixq.q<s8, axis = 0>>
  %y = mixq.qlinear %h, %v correction %i multiplier %f offset %f epilogue store unit "head"
    : (tensor<1x64x!mixq.codebook<u2, u8>>, tensor<1x64x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<1x1xf32>
  return %y : tensor<1x1xf32>
}
