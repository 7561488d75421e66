// The parameters of a module travel beside it: --params-in and --params-out.

// One tensor "w" of two floats, 1.0 and 2.0, and one "unused".
// RUN: printf '\200\000\000\000\000\000\000\000{"unused":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}               \000\000\000\000\000\000\200\077\000\000\000\100' > %t.in
// RUN: printf '\070\000\000\000\000\000\000\000{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  \000\000\200\077\000\000\000\100' > %t.expected

// What the module names is written, and only that; equal content is equal bytes.
// RUN: mixq-opt %s --params-in %t.in --params-out %t.out -o %t.mlir
// RUN: cmp %t.out %t.expected
// RUN: mixq-opt %t.mlir --params-in %t.out --params-out %t.again | FileCheck %s
// RUN: cmp %t.out %t.again

// CHECK: mixq.parameter "w" hash "1ba5e2e5ec74bdfe" : tensor<2xf32>
func.func @main() -> tensor<2xf32> {
  %0 = mixq.parameter "w" hash "1ba5e2e5ec74bdfe" : tensor<2xf32>
  return %0 : tensor<2xf32>
}
