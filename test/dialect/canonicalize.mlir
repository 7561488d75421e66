// RUN: mixq-opt %s --canonicalize | FileCheck %s

// The whole range is the input.
// CHECK-LABEL: func.func @slice_all
// CHECK-SAME: (%[[X:.*]]: tensor<5x8xf32>)
// CHECK-NEXT: return %[[X]]
func.func @slice_all(%x: tensor<5x8xf32>) -> tensor<5x8xf32> {
  %0 = mixq.slice %x from 0 : (tensor<5x8xf32>) -> tensor<5x8xf32>
  return %0 : tensor<5x8xf32>
}

// Rows are normalised one by one: only the class token needs it.
// CHECK-LABEL: func.func @slice_layer_norm
// CHECK-SAME: (%[[X:.*]]: tensor<5x8xf32>, %[[G:.*]]: tensor<8xf32>, %[[B:.*]]: tensor<8xf32>)
// CHECK-NEXT: %[[S:.*]] = mixq.slice %[[X]] from 2 : (tensor<5x8xf32>) -> tensor<1x8xf32>
// CHECK-NEXT: %[[N:.*]] = mixq.layer_norm %[[S]], %[[G]], %[[B]] epsilon 9.99999997E-7 {mixq.relevance = 5.000000e-01 : f64} : (tensor<1x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8xf32>
// CHECK-NEXT: return %[[N]]
func.func @slice_layer_norm(%x: tensor<5x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<1x8xf32> {
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 {mixq.relevance = 0.5} : (tensor<5x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<5x8xf32>
  %1 = mixq.slice %0 from 2 : (tensor<5x8xf32>) -> tensor<1x8xf32>
  return %1 : tensor<1x8xf32>
}

// Two heads read a row each.
// CHECK-LABEL: func.func @two_slices
// CHECK-COUNT-2: mixq.layer_norm {{.*}} -> tensor<1x8xf32>
// CHECK-NOT: mixq.layer_norm
func.func @two_slices(%x: tensor<5x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> (tensor<1x8xf32>, tensor<1x8xf32>) {
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 : (tensor<5x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<5x8xf32>
  %1 = mixq.slice %0 from 0 : (tensor<5x8xf32>) -> tensor<1x8xf32>
  %2 = mixq.slice %0 from 1 : (tensor<5x8xf32>) -> tensor<1x8xf32>
  return %1, %2 : tensor<1x8xf32>, tensor<1x8xf32>
}

// Something else reads all rows.
// CHECK-LABEL: func.func @shared_layer_norm
// CHECK: mixq.layer_norm {{.*}} -> tensor<5x8xf32>
// CHECK: mixq.slice {{.*}} -> tensor<1x8xf32>
func.func @shared_layer_norm(%x: tensor<5x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> (tensor<5x8xf32>, tensor<1x8xf32>) {
  %0 = mixq.layer_norm %x, %g, %b epsilon 1.0e-6 : (tensor<5x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<5x8xf32>
  %1 = mixq.slice %0 from 2 : (tensor<5x8xf32>) -> tensor<1x8xf32>
  return %0, %1 : tensor<5x8xf32>, tensor<1x8xf32>
}

// Ops are pure: what nobody reads goes.
// CHECK-LABEL: func.func @unused
// CHECK-NEXT: return
func.func @unused(%x: tensor<5x8xf32>) {
  %p = mixq.parameter dense<1.0> : tensor<8xf32> : tensor<8xf32>
  %0 = mixq.layer_norm %x, %p, %p epsilon 1.0e-6 : (tensor<5x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<5x8xf32>
  return
}

// Steps are what a module does: they stay.
// CHECK-LABEL: func.func @steps
// CHECK-NEXT: mixq.step
func.func @steps() {
  mixq.step "a" @k tasks 1 macs 0 arguments []
  return
}
