// Every op, type and attribute survives printing in the pretty form, the generic form and bytecode.
// RUN: mixq-opt %s | mixq-opt | FileCheck %s
// RUN: mixq-opt %s --mlir-print-op-generic | mixq-opt | FileCheck %s
// RUN: mixq-opt %s --emit-bytecode | mixq-opt | FileCheck %s
// RUN: mixq-opt %s --verify-roundtrip -o /dev/null

//===----------------------------------------------------------------------===//
// Types and attributes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func private @types
// CHECK-SAME: tensor<4x!mixq.q<u8>>, tensor<4x8x!mixq.q<s8, axis = 0>>, !mixq.q<u2>, !mixq.q<s4, axis = 3>, tensor<2x!mixq.codebook<u4, u8>>
func.func private @types(tensor<4x!mixq.q<u8>>, tensor<4x8x!mixq.q<s8, axis=0>>, !mixq.q<u2>, !mixq.q<s4, axis = 3>, tensor<2x!mixq.codebook<u4, u8>>)

// CHECK-LABEL: func.func private @attributes
// CHECK-SAME: argument = #mixq.argument<arena, 64, 4096>
// CHECK-SAME: codebook = #mixq.codebook<u2, scale = 1.000000e-02, offset = -1.700000e-01, table = [0, 3, 30, 255]>
// CHECK-SAME: epilogue = #mixq<epilogue gelu_requantize>
// CHECK-SAME: exact = #mixq.uniform<u8, scale = 0.01234567890123456{{[0-9]*}}, zero_point = 128>
// CHECK-SAME: preprocessing = #mixq.preprocessing<resize = 248, interpolation = bicubic, mean = [5.000000e-01, 0.123456789012345{{[0-9]*}}], std = [2.500000e-01, 1.000000e+00]>
// CHECK-SAME: uniform = #mixq.uniform<s4, scale = 2.000000e-02, zero_point = -3>
func.func private @attributes() attributes {
  uniform = #mixq.uniform<s4, scale = 2.0e-2, zero_point = -3>,
  exact = #mixq.uniform<u8, scale = 0.01234567890123456789, zero_point = 128>,
  preprocessing = #mixq.preprocessing<resize = 248, interpolation = bicubic,
                                      mean = [0.5, 0.12345678901234567], std = [0.25, 1.0]>,
  argument = #mixq.argument<arena, 64, 4096>,
  codebook = #mixq.codebook<u2, scale = 1.0e-2, offset = -0.17, table = [0, 3, 30, 255]>,
  epilogue = #mixq<epilogue gelu_requantize>
}

//===----------------------------------------------------------------------===//
// Graph
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @parameters
func.func @parameters() {
  // CHECK: mixq.parameter "head.weight" hash "9ae16a3b2f90404f" : tensor<10x64xf32>
  %0 = mixq.parameter "head.weight" hash "9ae16a3b2f90404f" : tensor<10x64xf32>
  // CHECK: mixq.parameter dense<2.500000e-01> : tensor<1xf32> : tensor<1xf32>
  %1 = mixq.parameter dense<0.25> : tensor<1xf32> : tensor<1xf32>
  // CHECK: mixq.parameter dense<[1, -2]> : tensor<2xi32> : tensor<2xi32>
  %2 = mixq.parameter dense<[1, -2]> : tensor<2xi32> : tensor<2xi32>
  // CHECK: mixq.parameter dense<[-56, 3]> : tensor<2xi8> : tensor<2x!mixq.q<u8>>
  %3 = mixq.parameter dense<[200, 3]> : tensor<2xi8> : tensor<2x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @patch_embed
func.func @patch_embed(%x: tensor<3x8x12xf32>, %w: tensor<16x3x4x6xf32>, %b: tensor<16xf32>) -> tensor<4x16xf32> {
  // CHECK: mixq.patch_embed %{{.*}}, %{{.*}}, %{{.*}} unit "patch_embed" : (tensor<3x8x12xf32>, tensor<16x3x4x6xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  %0 = mixq.patch_embed %x, %w, %b unit "patch_embed" : (tensor<3x8x12xf32>, tensor<16x3x4x6xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  return %0 : tensor<4x16xf32>
}

// CHECK-LABEL: func.func @linear
func.func @linear(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>) {
  // CHECK: mixq.linear %{{.*}}, %{{.*}}, %{{.*}} : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  %0 = mixq.linear %x, %w, %b : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.linear %{{.*}}, %{{.*}}, %{{.*}} unit "blocks.0.attn.qkv" {mixq.bits = 4 : i64} : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  %1 = mixq.linear %x, %w, %b unit "blocks.0.attn.qkv" {mixq.bits = 4} : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  return
}

// CHECK-LABEL: func.func @matmul
func.func @matmul(%q: tensor<2x5x4xf32>, %k: tensor<2x6x4xf32>, %v: tensor<2x6x3xf32>) -> tensor<2x5x3xf32> {
  // CHECK: mixq.matmul %{{.*}}, %{{.*}} transpose_rhs multiplier 5.000000e-01 unit "blocks.0.attn.qk" : (tensor<2x5x4xf32>, tensor<2x6x4xf32>) -> tensor<2x5x6xf32>
  %0 = mixq.matmul %q, %k transpose_rhs multiplier 0.5 unit "blocks.0.attn.qk" : (tensor<2x5x4xf32>, tensor<2x6x4xf32>) -> tensor<2x5x6xf32>
  // CHECK: mixq.matmul %{{.*}}, %{{.*}} : (tensor<2x5x6xf32>, tensor<2x6x3xf32>) -> tensor<2x5x3xf32>
  %1 = mixq.matmul %0, %v : (tensor<2x5x6xf32>, tensor<2x6x3xf32>) -> tensor<2x5x3xf32>
  return %1 : tensor<2x5x3xf32>
}

// CHECK-LABEL: func.func @rowwise
func.func @rowwise(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<4x8xf32> {
  // CHECK: mixq.layer_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon 9.99999997E-7 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  // CHECK: mixq.softmax %{{.*}} : tensor<4x8xf32>
  %1 = mixq.softmax %0 : tensor<4x8xf32>
  // CHECK: mixq.softmax %{{.*}} codes(#mixq.uniform<u4, scale = 6.250000e-02, zero_point = 0>) : tensor<4x8xf32>
  %coded = mixq.softmax %0 codes(#mixq.uniform<u4, scale = 0.0625, zero_point = 0>) : tensor<4x8xf32>
  // CHECK: mixq.gelu %{{.*}} : tensor<4x8xf32>
  %2 = mixq.gelu %1 : tensor<4x8xf32>
  // CHECK: mixq.gelu %{{.*}} tanh : tensor<4x8xf32>
  %tanh = mixq.gelu %1 tanh : tensor<4x8xf32>
  // CHECK: mixq.gelu %{{.*}} tanh codes : tensor<4x8xf32>
  %gelu_codes = mixq.gelu %1 tanh codes : tensor<4x8xf32>
  // CHECK: mixq.add %{{.*}}, %{{.*}} : tensor<4x8xf32>
  %3 = mixq.add %2, %x : tensor<4x8xf32>
  return %3 : tensor<4x8xf32>
}

// CHECK-LABEL: func.func @tokens
func.func @tokens(%c: tensor<1x24xf32>, %x: tensor<4x24xf32>, %h: tensor<2x4x3xf32>) {
  // CHECK: mixq.concat %{{.*}}, %{{.*}} : (tensor<1x24xf32>, tensor<4x24xf32>) -> tensor<5x24xf32>
  %0 = mixq.concat %c, %x : (tensor<1x24xf32>, tensor<4x24xf32>) -> tensor<5x24xf32>
  // CHECK: mixq.slice %{{.*}} from 2 : (tensor<5x24xf32>) -> tensor<3x24xf32>
  %1 = mixq.slice %0 from 2 : (tensor<5x24xf32>) -> tensor<3x24xf32>
  // CHECK: mixq.pool %{{.*}} : (tensor<4x24xf32>) -> tensor<1x24xf32>
  %mean = mixq.pool %x : (tensor<4x24xf32>) -> tensor<1x24xf32>
  // CHECK: mixq.split_qkv %{{.*}} : (tensor<4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
  %q, %k, %v = mixq.split_qkv %x : (tensor<4x24xf32>) -> (tensor<2x4x4xf32>, tensor<2x4x4xf32>, tensor<2x4x4xf32>)
  // CHECK: mixq.merge_heads %{{.*}} : (tensor<2x4x3xf32>) -> tensor<4x6xf32>
  %2 = mixq.merge_heads %h : (tensor<2x4x3xf32>) -> tensor<4x6xf32>
  return
}

//===----------------------------------------------------------------------===//
// Quantized graph
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @quantize
func.func @quantize(%x: tensor<4x8xf32>, %s: tensor<1xf32>, %z: tensor<1xi32>, %ss: tensor<4xf32>, %zz: tensor<4xi32>) {
  // CHECK: mixq.quantize %{{.*}} scale %{{.*}} zero_point %{{.*}} : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x8x!mixq.q<u8>>
  %0 = mixq.quantize %x scale %s zero_point %z : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x8x!mixq.q<u8>>
  // CHECK: mixq.dequantize %{{.*}} scale %{{.*}} zero_point %{{.*}} : (tensor<4x8x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x8xf32>
  %1 = mixq.dequantize %0 scale %s zero_point %z : (tensor<4x8x!mixq.q<u8>>, tensor<1xf32>, tensor<1xi32>) -> tensor<4x8xf32>
  // CHECK: mixq.quantize {{.*}} -> tensor<4x8x!mixq.q<s8, axis = 0>>
  %2 = mixq.quantize %x scale %ss zero_point %zz : (tensor<4x8xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.q<s8, axis = 0>>
  // CHECK: mixq.dequantize {{.*}} -> tensor<4x8xf32>
  %3 = mixq.dequantize %2 scale %ss zero_point %zz : (tensor<4x8x!mixq.q<s8, axis = 0>>, tensor<4xf32>, tensor<4xi32>) -> tensor<4x8xf32>
  // CHECK: mixq.encode %{{.*}} scale %{{.*}} offset %{{.*}} table %{{.*}} : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.codebook<u2, u8>>
  %4 = mixq.encode %x scale %s offset %s table %zz : (tensor<4x8xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<4x8x!mixq.codebook<u2, u8>>
  // CHECK: mixq.decode %{{.*}} scale %{{.*}} offset %{{.*}} : (tensor<4x8x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  %5 = mixq.decode %4 scale %s offset %s : (tensor<4x8x!mixq.codebook<u2, u8>>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x8xf32>
  return
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @patches
func.func @patches(%x: tensor<3x8x12xf32>, %m: tensor<1xf32>, %z: tensor<1xf32>) {
  // CHECK: mixq.extract_patches %{{.*}} patch [4, 6] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  %0 = mixq.extract_patches %x patch [4, 6] : (tensor<3x8x12xf32>) -> tensor<4x72xf32>
  // CHECK: mixq.quantize_patches %{{.*}} multiplier %{{.*}} zero_point %{{.*}} patch [4, 6] : (tensor<3x8x12xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x72x!mixq.q<u8>>
  %1 = mixq.quantize_patches %x multiplier %m zero_point %z patch [4, 6] : (tensor<3x8x12xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<4x72x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @fused
func.func @fused(%x: tensor<5x8xf32>, %w: tensor<3x8xf32>, %b: tensor<3xf32>, %r: tensor<5x3xf32>, %qkv: tensor<5x24xf32>) {
  // CHECK: mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} epilogue gelu : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  %0 = mixq.fused_linear %x, %w, %b epilogue gelu : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} residual %{{.*}} epilogue add unit "proj" : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  %1 = mixq.fused_linear %x, %w, %b residual %r epilogue add unit "proj" : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.fused_linear %{{.*}}, %{{.*}}, %{{.*}} epilogue gelu tanh unit "fc1" :
  %tanh = mixq.fused_linear %x, %w, %b epilogue gelu tanh unit "fc1" : (tensor<5x8xf32>, tensor<3x8xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.fused_attention %{{.*}} heads 2 multiplier 5.000000e-01 unit "attn" : (tensor<5x24xf32>) -> tensor<5x8xf32>
  %2 = mixq.fused_attention %qkv heads 2 multiplier 0.5 unit "attn" : (tensor<5x24xf32>) -> tensor<5x8xf32>
  return
}

// CHECK-LABEL: func.func @qlinear
func.func @qlinear(%x: tensor<5x8x!mixq.q<u8>>, %w: tensor<3x8x!mixq.q<s8, axis = 0>>, %c: tensor<3xi32>, %m: tensor<3xf32>, %r: tensor<5x3xf32>) {
  // CHECK: mixq.qlinear %{{.*}}, %{{.*}} correction %{{.*}} multiplier %{{.*}} offset %{{.*}} epilogue store unit "head"
  %0 = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue store unit "head"
    : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.qlinear %{{.*}} offset %{{.*}} residual %{{.*}} epilogue add :
  %1 = mixq.qlinear %x, %w correction %c multiplier %m offset %m residual %r epilogue add
    : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<5x3xf32>) -> tensor<5x3xf32>
  // CHECK: mixq.qlinear {{.*}} epilogue requantize : {{.*}} -> tensor<5x3x!mixq.q<u8>>
  %2 = mixq.qlinear %x, %w correction %c multiplier %m offset %m epilogue requantize
    : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  // CHECK: mixq.qlinear {{.*}} result_multiplier %{{.*}} result_offset %{{.*}} epilogue gelu_requantize : {{.*}} -> tensor<5x3x!mixq.q<u8>>
  %3 = mixq.qlinear %x, %w correction %c multiplier %m offset %m result_multiplier %m result_offset %m epilogue gelu_requantize
    : (tensor<5x8x!mixq.q<u8>>, tensor<3x8x!mixq.q<s8, axis = 0>>, tensor<3xi32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<5x3x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @qattention
func.func @qattention(%x: tensor<5x24x!mixq.q<u8>>, %z: tensor<3xi32>, %m: tensor<1xf32>) {
  // CHECK: mixq.qattention %{{.*}} zero_points %{{.*}} score_multiplier %{{.*}} probability_multiplier %{{.*}} result_multiplier %{{.*}} result_offset %{{.*}} heads 2 unit "attn" : {{.*}} -> tensor<5x8x!mixq.q<u8>>
  %0 = mixq.qattention %x zero_points %z score_multiplier %m probability_multiplier %m result_multiplier %m result_offset %m heads 2 unit "attn"
    : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x8x!mixq.q<u8>>
  // CHECK: mixq.qattention {{.*}} table %{{.*}} heads 2 probability_bits 2 row_scale : {{.*}} -> tensor<5x8x!mixq.q<u3>>
  %t = mixq.parameter dense<[0, 1, 9, 200]> : tensor<4xi32> : tensor<4xi32>
  %1 = mixq.qattention %x zero_points %z score_multiplier %m probability_multiplier %m result_multiplier %m result_offset %m table %t heads 2 probability_bits 2 row_scale
    : (tensor<5x24x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<4xi32>) -> tensor<5x8x!mixq.q<u3>>
  return
}

// CHECK-LABEL: func.func @qlinear_narrow
func.func @qlinear_narrow(%x: tensor<5x8x!mixq.codebook<u4, u8>>, %w: tensor<4x8x!mixq.q<u3, axis = 0>>, %i: tensor<4xi32>, %f: tensor<4xf32>) {
  // CHECK: mixq.qlinear %{{.*}}, %{{.*}} weight_zero_point %{{.*}} correction %{{.*}} multiplier %{{.*}} offset %{{.*}} limit %{{.*}} epilogue requantize : {{.*}} -> tensor<5x4x!mixq.q<u8>>
  %0 = mixq.qlinear %x, %w weight_zero_point %i correction %i multiplier %f offset %f limit %f epilogue requantize
    : (tensor<5x8x!mixq.codebook<u4, u8>>, tensor<4x8x!mixq.q<u3, axis = 0>>, tensor<4xi32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x4x!mixq.q<u8>>
  // CHECK: mixq.qlinear {{.*}} result_multiplier %{{.*}} result_offset %{{.*}} table %{{.*}} epilogue gelu_requantize : {{.*}} -> tensor<5x4x!mixq.codebook<u2, u8>>
  %1 = mixq.qlinear %x, %w weight_zero_point %i correction %i multiplier %f offset %f result_multiplier %f result_offset %f table %i epilogue gelu_requantize
    : (tensor<5x8x!mixq.codebook<u4, u8>>, tensor<4x8x!mixq.q<u3, axis = 0>>, tensor<4xi32>, tensor<4xi32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xi32>) -> tensor<5x4x!mixq.codebook<u2, u8>>
  return
}

// CHECK-LABEL: func.func @layer_norm_quantize
func.func @layer_norm_quantize(%x: tensor<4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) {
  // CHECK: mixq.layer_norm_quantize %{{.*}}, %{{.*}}, %{{.*}} epsilon 9.99999997E-7 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<u8>>
  %0 = mixq.layer_norm_quantize %x, %g, %b epsilon 1.0e-6 : (tensor<4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<4x8x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @qk_norm
func.func @qk_norm(%x: tensor<5x24xf32>, %g: tensor<4xf32>, %m: tensor<1xf32>) {
  // CHECK: mixq.layer_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon 9.99999997E-7 : (tensor<2x5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x5x4xf32>
  %q, %k, %v = mixq.split_qkv %x : (tensor<5x24xf32>) -> (tensor<2x5x4xf32>, tensor<2x5x4xf32>, tensor<2x5x4xf32>)
  %n = mixq.layer_norm %q, %g, %g epsilon 1.0e-6 : (tensor<2x5x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<2x5x4xf32>
  // CHECK: mixq.qk_norm %{{.*}} query %{{.*}}, %{{.*}} key %{{.*}}, %{{.*}} heads 2 epsilon 9.99999997E-7 : {{.*}} -> tensor<5x24xf32>
  %0 = mixq.qk_norm %x query %g, %g key %g, %g heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<5x24xf32>
  // CHECK: mixq.qk_norm_quantize %{{.*}} query %{{.*}}, %{{.*}} key %{{.*}}, %{{.*}} value_multiplier %{{.*}} value_offset %{{.*}} heads 2 epsilon 9.99999997E-7 : {{.*}} -> tensor<5x24x!mixq.q<u8>>
  %1 = mixq.qk_norm_quantize %x query %g, %g key %g, %g value_multiplier %m value_offset %m heads 2 epsilon 1.0e-6 : (tensor<5x24xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<5x24x!mixq.q<u8>>
  return
}

// CHECK-LABEL: func.func @preprocessing_sizes
// CHECK-SAME: a = #mixq.preprocessing<resize = [48, 64], interpolation = bilinear, mean = [5.000000e-01], std = [5.000000e-01]>
// CHECK-SAME: b = #mixq.preprocessing<resize = cover [48, 64], interpolation
func.func @preprocessing_sizes() attributes {
  a = #mixq.preprocessing<resize = [48, 64], interpolation = bilinear, mean = [0.5], std = [0.5]>,
  b = #mixq.preprocessing<resize = cover [48, 64], interpolation = bilinear, mean = [0.5], std = [0.5]>
} {
  return
}

// CHECK-LABEL: func.func @steps
func.func @steps() {
  // CHECK: mixq.step "blocks.0.attn.qkv" @qlinear_5x8x3 tasks 2 macs 120 arguments [#mixq.argument<input, 0, 40>, #mixq.argument<constants, 64, 24>, #mixq.argument<arena, 128, 15>]
  mixq.step "blocks.0.attn.qkv" @qlinear_5x8x3 tasks 2 macs 120 arguments [#mixq.argument<input, 0, 40>, #mixq.argument<constants, 64, 24>, #mixq.argument<arena, 128, 15>]
  return
}
