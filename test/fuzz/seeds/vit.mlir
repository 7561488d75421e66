func.func @main(%image: tensor<3x4x4xf32>) -> tensor<1x3xf32> {
  %0 = mixq.parameter "embed" hash "0123456789abcdef" : tensor<16x3x2x2xf32>
  %1 = mixq.parameter "v16" hash "0123456789abcdef" : tensor<16xf32>
  %2 = mixq.patch_embed %image, %0, %1 unit "embed" {mixq.activations = [#mixq.uniform<u8, scale = 0.01, zero_point = 128>]} : (tensor<3x4x4xf32>, tensor<16x3x2x2xf32>, tensor<16xf32>) -> tensor<4x16xf32>
  %3 = mixq.parameter "class" hash "0123456789abcdef" : tensor<1x16xf32>
  %4 = mixq.concat %3, %2 : (tensor<1x16xf32>, tensor<4x16xf32>) -> tensor<5x16xf32>
  %5 = mixq.parameter "position" hash "0123456789abcdef" : tensor<5x16xf32>
  %6 = mixq.add %4, %5 : tensor<5x16xf32>
  %7 = mixq.layer_norm %6, %1, %1 epsilon 1.0e-5 : (tensor<5x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %8 = mixq.parameter "qkv" hash "0123456789abcdef" : tensor<48x16xf32>
  %9 = mixq.parameter "v48" hash "0123456789abcdef" : tensor<48xf32>
  %10 = mixq.linear %7, %8, %9 unit "qkv" {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 100>]} : (tensor<5x16xf32>, tensor<48x16xf32>, tensor<48xf32>) -> tensor<5x48xf32>
  %q, %k, %v = mixq.split_qkv %10 : (tensor<5x48xf32>) -> (tensor<1x5x16xf32>, tensor<1x5x16xf32>, tensor<1x5x16xf32>)
  %11 = mixq.matmul %q, %k transpose_rhs multiplier 0.25 unit "qk" {mixq.activations = [#mixq.uniform<u8, scale = 0.1, zero_point = 120>, #mixq.uniform<s8, scale = 0.1, zero_point = 0>]} : (tensor<1x5x16xf32>, tensor<1x5x16xf32>) -> tensor<1x5x5xf32>
  %12 = mixq.softmax %11 : tensor<1x5x5xf32>
  %13 = mixq.matmul %12, %v unit "av" {mixq.activations = [#mixq.uniform<u8, scale = 0.003921568859368563, zero_point = 0>, #mixq.uniform<s8, scale = 0.1, zero_point = 0>]} : (tensor<1x5x5xf32>, tensor<1x5x16xf32>) -> tensor<1x5x16xf32>
  %14 = mixq.merge_heads %13 : (tensor<1x5x16xf32>) -> tensor<5x16xf32>
  %15 = mixq.parameter "proj" hash "0123456789abcdef" : tensor<16x16xf32>
  %16 = mixq.linear %14, %15, %1 unit "proj" {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 100>]} : (tensor<5x16xf32>, tensor<16x16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %17 = mixq.add %6, %16 : tensor<5x16xf32>
  %18 = mixq.layer_norm %17, %1, %1 epsilon 1.0e-5 : (tensor<5x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %19 = mixq.linear %18, %15, %1 unit "fc1" {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 100>]} : (tensor<5x16xf32>, tensor<16x16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %20 = mixq.gelu %19 : tensor<5x16xf32>
  %21 = mixq.linear %20, %15, %1 unit "fc2" {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 5>]} : (tensor<5x16xf32>, tensor<16x16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %22 = mixq.add %17, %21 : tensor<5x16xf32>
  %23 = mixq.layer_norm %22, %1, %1 epsilon 1.0e-5 : (tensor<5x16xf32>, tensor<16xf32>, tensor<16xf32>) -> tensor<5x16xf32>
  %24 = mixq.slice %23 from 0 : (tensor<5x16xf32>) -> tensor<1x16xf32>
  %25 = mixq.parameter "head" hash "0123456789abcdef" : tensor<3x16xf32>
  %26 = mixq.parameter "v3" hash "0123456789abcdef" : tensor<3xf32>
  %27 = mixq.linear %24, %25, %26 unit "head" {mixq.activations = [#mixq.uniform<u8, scale = 0.02, zero_point = 100>]} : (tensor<1x16xf32>, tensor<3x16xf32>, tensor<3xf32>) -> tensor<1x3xf32>
  return %27 : tensor<1x3xf32>
}
