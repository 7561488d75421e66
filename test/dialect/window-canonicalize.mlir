// RUN: mixq-opt %s --canonicalize | FileCheck %s

// Moves that move nothing.
// CHECK-LABEL: func.func @identities
// CHECK-SAME: (%[[X:.*]]: tensor<20x8xf32>)
// CHECK-NEXT: return %[[X]]
func.func @identities(%x: tensor<20x8xf32>) -> tensor<20x8xf32> {
  %0 = mixq.roll %x map [4, 5] shift [0, 0] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %1 = mixq.pad_map %0 map [4, 5] to [4, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %2 = mixq.window_partition %1 map [4, 5] window [2, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %3 = mixq.window_reverse %2 map [4, 5] window [4, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %4 = mixq.crop_map %3 map [4, 5] to [4, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return %4 : tensor<20x8xf32>
}

// The projection of attention takes its rows where they belong, and only those
// that are kept.
// CHECK-LABEL: func.func @before_linear
// CHECK-SAME: (%[[X:.*]]: tensor<36x6xf32>, %[[W:.*]]: tensor<8x6xf32>, %[[B:.*]]: tensor<8xf32>)
// CHECK-NEXT: %[[R:.*]] = mixq.window_reverse %[[X]] map [6, 6] window [3, 2] : (tensor<36x6xf32>) -> tensor<36x6xf32>
// CHECK-NEXT: %[[C:.*]] = mixq.crop_map %[[R]] map [6, 6] to [4, 5] : (tensor<36x6xf32>) -> tensor<20x6xf32>
// CHECK-NEXT: %[[S:.*]] = mixq.roll %[[C]] map [4, 5] shift [1, 1] : (tensor<20x6xf32>) -> tensor<20x6xf32>
// CHECK-NEXT: %[[L:.*]] = mixq.linear %[[S]], %[[W]], %[[B]] unit "proj" {mixq.relevance = 5.000000e-01 : f64} : (tensor<20x6xf32>, tensor<8x6xf32>, tensor<8xf32>) -> tensor<20x8xf32>
// CHECK-NEXT: return %[[L]]
func.func @before_linear(%x: tensor<36x6xf32>, %w: tensor<8x6xf32>, %b: tensor<8xf32>) -> tensor<20x8xf32> {
  %0 = mixq.linear %x, %w, %b unit "proj" {mixq.relevance = 0.5} : (tensor<36x6xf32>, tensor<8x6xf32>, tensor<8xf32>) -> tensor<36x8xf32>
  %1 = mixq.window_reverse %0 map [6, 6] window [3, 2] : (tensor<36x8xf32>) -> tensor<36x8xf32>
  %2 = mixq.crop_map %1 map [6, 6] to [4, 5] : (tensor<36x8xf32>) -> tensor<20x8xf32>
  %3 = mixq.roll %2 map [4, 5] shift [1, 1] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return %3 : tensor<20x8xf32>
}

// Something else reads all rows; a padding stays where it is.
// CHECK-LABEL: func.func @kept
// CHECK: mixq.linear {{.*}} -> tensor<20x8xf32>
// CHECK: mixq.roll
// CHECK: mixq.linear {{.*}} -> tensor<20x8xf32>
// CHECK: mixq.pad_map
func.func @kept(%x: tensor<20x6xf32>, %w: tensor<8x6xf32>, %b: tensor<8xf32>) -> (tensor<20x8xf32>, tensor<20x8xf32>, tensor<36x8xf32>) {
  %0 = mixq.linear %x, %w, %b : (tensor<20x6xf32>, tensor<8x6xf32>, tensor<8xf32>) -> tensor<20x8xf32>
  %1 = mixq.roll %0 map [4, 5] shift [1, 1] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  %2 = mixq.linear %x, %w, %b unit "other" : (tensor<20x6xf32>, tensor<8x6xf32>, tensor<8xf32>) -> tensor<20x8xf32>
  %3 = mixq.pad_map %2 map [4, 5] to [6, 6] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  return %0, %1, %3 : tensor<20x8xf32>, tensor<20x8xf32>, tensor<36x8xf32>
}
