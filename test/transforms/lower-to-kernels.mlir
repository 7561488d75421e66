// mixq-lower-to-kernels: the step table, its arguments, the memory plan and the layer table.

// RUN: mixq-opt %s --mixq-lower-to-kernels=target-cpu=x86-64-v3 --split-input-file | FileCheck %s

// Rows of 4 floats take 256 bytes: 64 elements. The panels of a 4x4 weight take 16 * 4 * 4 = 256 bytes, its bias, padded to 16
// columns, 64; %w has several users, but each unit owns its panels. The embedding is computed at row 1 of the concat (arena 256)
// and only the class token is copied there. fc1 writes beside what it reads (arena 1280), fc2 back to arena 0. The slice costs
// nothing: the head reads row 0 of fc2.
// CHECK: module attributes {
// CHECK-SAME: mixq.arena_bytes = 2560 : i64
// CHECK-SAME: mixq.constants = "{{[0-9a-f]+}}"
// CHECK-SAME: mixq.layers = [{kind = "linear", macs = 64 : i64, name = "embed", packed_elements = 64 : i64, parameters = 16 : i64, weights_offset = [[EW:[0-9]+]] : i64, weights_size = 256 : i64},
// CHECK-SAME: {{{.*}}macs = 80 : i64, name = "fc1",
// CHECK-SAME: {{{.*}}macs = 80 : i64, name = "fc2",
// CHECK-SAME: {{{.*}}macs = 12 : i64, name = "head", packed_elements = 64 : i64, parameters = 12 : i64,
// CHECK-SAME: mixq.model = "toy"
// CHECK-SAME: mixq.output = #mixq.argument<arena, [[OUT:[0-9]+]], 256>
// CHECK-SAME: mixq.precision = "fp32"
// CHECK-SAME: mixq.signature = array<i64: 1, 4, 4, 3>
// CHECK-SAME: mixq.target = "x86-64-v3"
// CHECK: func.func @main() {
// CHECK-NEXT: mixq.step "extract_patches" @[[PATCHES:.*]] tasks 2 macs 0 arguments [#mixq.argument<input, 0, 64>, #mixq.argument<arena, [[P:[0-9]+]], 1024>]
// CHECK-NEXT: mixq.step "embed" @[[EMBED:.*]] tasks 1 macs 64 arguments [#mixq.argument<arena, [[P]], 1024>, #mixq.argument<constants, [[EW]], 256>, #mixq.argument<constants, {{[0-9]+}}, 64>, #mixq.argument<arena, 256, 1024>]
// CHECK-NEXT: mixq.step "concat.concat" @[[COPY:.*]] tasks 1 macs 0 arguments [#mixq.argument<constants, {{[0-9]+}}, 256>, #mixq.argument<arena, 0, 256>]
// CHECK-NEXT: mixq.step "fc1" @[[FC:.*]] tasks 1 macs 80 arguments [#mixq.argument<arena, 0, 1280>, #mixq.argument<constants, {{[0-9]+}}, 256>, #mixq.argument<constants, {{[0-9]+}}, 64>, #mixq.argument<arena, 0, 1280>, #mixq.argument<arena, 1280, 1280>]
// CHECK-NEXT: mixq.step "fc2" @[[FC]] tasks 1 macs 80 arguments [#mixq.argument<arena, 1280, 1280>, {{.*}}, #mixq.argument<arena, 1280, 1280>, #mixq.argument<arena, 0, 1280>]
// CHECK-NEXT: mixq.step "head" @[[HEAD:.*]] tasks 1 macs 12 arguments [#mixq.argument<arena, 0, 256>, {{.*}}, #mixq.argument<arena, [[OUT]], 256>]
// CHECK-NEXT: return
// CHECK-NEXT: }
// CHECK-NEXT: func.func @[[PATCHES]](%{{.*}}: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64) attributes {mixq.kernel_op = "extract_patches", mixq.types = ["none", "none", "f32"]} {
// CHECK: func.func @[[EMBED]]({{.*}}) attributes {mixq.kernel_op = "fused_linear", mixq.types = ["f32", "f32", "f32"]} {
// CHECK: func.func @[[COPY]]({{.*}}) attributes {mixq.kernel_op = "concat", mixq.types = ["none", "none", "f32"]} {
// CHECK: func.func @[[FC]](
// CHECK: func.func @[[HEAD]](
// CHECK: func.func @"f32f32_roof__x86-64-v3"({{.*}}) attributes {mixq.kernel_op = "roof", mixq.types = ["f32", "f32", "none"]} {
// CHECK-NOT: func.func
module attributes {mixq.model = "toy"} {
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x3xf32> {
  %cls = mixq.parameter dense<0.5> : tensor<1x4xf32> : tensor<1x4xf32>
  %w = mixq.parameter dense<0.25> : tensor<4x4xf32> : tensor<4x4xf32>
  %b = mixq.parameter dense<0.0> : tensor<4xf32> : tensor<4xf32>
  %hw = mixq.parameter dense<1.0> : tensor<3x4xf32> : tensor<3x4xf32>
  %hb = mixq.parameter dense<0.0> : tensor<3xf32> : tensor<3xf32>
  %p = mixq.extract_patches %image patch [2, 2] : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
  %t = mixq.fused_linear %p, %w, %b epilogue store unit "embed" : (tensor<4x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<4x4xf32>
  %x = mixq.concat %cls, %t : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<5x4xf32>
  %h = mixq.fused_linear %x, %w, %b residual %x epilogue add unit "fc1" : (tensor<5x4xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %i = mixq.fused_linear %h, %w, %b residual %h epilogue add unit "fc2" : (tensor<5x4xf32>, tensor<4x4xf32>, tensor<4xf32>, tensor<5x4xf32>) -> tensor<5x4xf32>
  %s = mixq.slice %i from 0 : (tensor<5x4xf32>) -> tensor<1x4xf32>
  %y = mixq.fused_linear %s, %hw, %hb epilogue store unit "head" : (tensor<1x4xf32>, tensor<3x4xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %y : tensor<1x3xf32>
}
}

// -----

// Codes: rows of 64 bytes. Attention packs its keys and values first, a task a head, then runs a task for each head and tile of
// rows. A slice from row 2 starts at its byte.
// CHECK: mixq.precision = "w8a8"
// CHECK: mixq.step "quantize_patches" @{{.*}} tasks 3 macs 0 arguments [#mixq.argument<input, 0, 576>, #mixq.argument<constants, {{[0-9]+}}, 4>, #mixq.argument<constants, {{[0-9]+}}, 4>, #mixq.argument<arena, [[X:[0-9]+]], 192>]
// CHECK-NEXT: mixq.step "attn.pack" @[[PACK:.*]] tasks 1 macs 0 arguments [#mixq.argument<arena, [[X]], 192>, {{.*}}]
// CHECK-NEXT: mixq.step "attn" @[[ATTEND:.*]] tasks 1 macs 288 arguments [#mixq.argument<arena, [[X]], 192>, {{.*}}, #mixq.argument<arena, [[A:[0-9]+]], 192>]
// CHECK-NEXT: mixq.step "fc" @{{.*}} tasks 1 macs 48 arguments [#mixq.argument<arena, [[A]], 192>, {{.*}}, #mixq.argument<arena, [[Y:[0-9]+]], 768>]
// CHECK-NEXT: mixq.step "norm" @{{.*}} tasks 1 macs 0 arguments [#mixq.argument<constants, {{[0-9]+}}, 256>,
// CHECK-NEXT: return
// CHECK: func.func @[[PACK]]({{.*}}mixq.kernel_op = "qattention", mixq.types = ["none", "none", "s8"]
// CHECK: func.func @[[ATTEND]]({{.*}}mixq.kernel_op = "qattention", mixq.types = ["u8", "s8", "u8"]
// CHECK: func.func @{{.*}} {mixq.kernel_op = "qlinear", mixq.types = ["u8", "s8", "f32"]}
module {
func.func @main(%image: tensor<3x3x16xf32>) -> tensor<1x16xf32> {
  %f = mixq.parameter dense<1.0> : tensor<1xf32> : tensor<1xf32>
  %i = mixq.parameter dense<0> : tensor<1xi32> : tensor<1xi32>
  %w = mixq.parameter dense<1> : tensor<1x16xi8> : tensor<1x16x!mixq.q<s8, axis = 0>>
  %g = mixq.parameter dense<1.0> : tensor<16xf32> : tensor<16xf32>
  %r = mixq.parameter dense<1.0> : tensor<1x16xf32> : tensor<1x16xf32>
  %x = mixq.quantize_patches %image multiplier %f zero_point %f patch [1, 16] : (tensor<3x3x16xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x48x!mixq.q<u8>>
  %z = mixq.parameter dense<[0, 128, 128]> : tensor<3xi32> : tensor<3xi32>
  %a = mixq.qattention %x zero_points %z score_multiplier %f probability_multiplier %f result_multiplier %f result_offset %f heads 1 unit "attn"
    : (tensor<3x48x!mixq.q<u8>>, tensor<3xi32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x16x!mixq.q<u8>>
  %y = mixq.qlinear %a, %w correction %i multiplier %f offset %f epilogue store unit "fc"
    : (tensor<3x16x!mixq.q<u8>>, tensor<1x16x!mixq.q<s8, axis = 0>>, tensor<1xi32>, tensor<1xf32>, tensor<1xf32>) -> tensor<3x1xf32>
  %n = mixq.layer_norm %r, %g, %g epsilon 1.000000e-06 : (tensor<1x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<1x16xf32> loc("norm")
  return %n : tensor<1x16xf32>
}
}

// -----

// The result may be a view: the logits are row 2 of the patches.
// CHECK: mixq.output = #mixq.argument<arena, 512, 256>
// CHECK: mixq.step "extract_patches" @{{.*}} arguments [#mixq.argument<input, 0, 64>, #mixq.argument<arena, 0, 1024>]
// CHECK-NEXT: return
module {
func.func @main(%image: tensor<1x4x4xf32>) -> tensor<1x4xf32> {
  %p = mixq.extract_patches %image patch [2, 2] : (tensor<1x4x4xf32>) -> tensor<4x4xf32>
  %s = mixq.slice %p from 2 : (tensor<4x4xf32>) -> tensor<1x4xf32>
  return %s : tensor<1x4xf32>
}
}
