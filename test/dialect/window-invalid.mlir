// RUN: mixq-opt %s --split-input-file --verify-diagnostics

// (RL1)
func.func @rl1_rank(%x: tensor<20xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects input to have rank 2, got 'tensor<20xf32>'}}
  %0 = mixq.roll %x map [4, 5] shift [0, 0] : (tensor<20xf32>) -> tensor<20xf32>
  return
}

// -----

// (RL1)
func.func @rl1_product(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects map to have two positive entries whose product is the input's 20 rows, got [4, 4]}}
  %0 = mixq.roll %x map [4, 4] shift [0, 0] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (RL1)
func.func @rl1_entries(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects map to have two positive entries whose product is the input's 20 rows, got [20]}}
  %0 = mixq.roll %x map [20] shift [0, 0] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (RL1)
func.func @rl1_negative(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects map to have two positive entries whose product is the input's 20 rows, got [-4, -5]}}
  %0 = mixq.roll %x map [-4, -5] shift [0, 0] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (RL1)
func.func @rl1_overflow(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects map to have two positive entries whose product is the input's 20 rows, got [4611686018427387909, 4]}}
  %0 = mixq.roll %x map [4611686018427387909, 4] shift [0, 0] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (RL2)
func.func @rl2_entries(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects shift to have two entries, smaller in magnitude than the map's [4, 5], got [1]}}
  %0 = mixq.roll %x map [4, 5] shift [1] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (RL2)
func.func @rl2_large(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.roll' op expects shift to have two entries, smaller in magnitude than the map's [4, 5], got [1, -5]}}
  %0 = mixq.roll %x map [4, 5] shift [1, -5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (PM1)
func.func @pm1(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.pad_map' op expects map to have two positive entries whose product is the input's 20 rows, got [4, 4]}}
  %0 = mixq.pad_map %x map [4, 4] to [6, 6] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  return
}

// -----

// (PM2)
func.func @pm2_small(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.pad_map' op expects `to` to have two entries, at least those of the map [4, 5], got [6, 4]}}
  %0 = mixq.pad_map %x map [4, 5] to [6, 4] : (tensor<20x8xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (PM2)
func.func @pm2_entries(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.pad_map' op expects `to` to have two entries, at least those of the map [4, 5], got [6]}}
  %0 = mixq.pad_map %x map [4, 5] to [6] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  return
}

// -----

// (PM2)
func.func @pm2_large(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.pad_map' op expects `to` to have two entries, at least those of the map [4, 5], got [4611686018427387904, 8]}}
  %0 = mixq.pad_map %x map [4, 5] to [4611686018427387904, 8] : (tensor<20x8xf32>) -> tensor<36x8xf32>
  return
}

// -----

// (PM3)
func.func @pm3(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.pad_map' op expects the result to have the shape 36x8, got 'tensor<35x8xf32>'}}
  %0 = mixq.pad_map %x map [4, 5] to [6, 6] : (tensor<20x8xf32>) -> tensor<35x8xf32>
  return
}

// -----

// (CM1)
func.func @cm1(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.crop_map' op expects map to have two positive entries whose product is the input's 20 rows, got [4, 4]}}
  %0 = mixq.crop_map %x map [4, 4] to [2, 2] : (tensor<20x8xf32>) -> tensor<4x8xf32>
  return
}

// -----

// (CM2)
func.func @cm2_large(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.crop_map' op expects `to` to have two positive entries, at most those of the map [4, 5], got [2, 6]}}
  %0 = mixq.crop_map %x map [4, 5] to [2, 6] : (tensor<20x8xf32>) -> tensor<12x8xf32>
  return
}

// -----

// (CM2)
func.func @cm2_zero(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.crop_map' op expects `to` to have two positive entries, at most those of the map [4, 5], got [0, 5]}}
  %0 = mixq.crop_map %x map [4, 5] to [0, 5] : (tensor<20x8xf32>) -> tensor<5x8xf32>
  return
}

// -----

// (CM3)
func.func @cm3(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.crop_map' op expects the result to have the shape 4x8, got 'tensor<4x7xf32>'}}
  %0 = mixq.crop_map %x map [4, 5] to [2, 2] : (tensor<20x8xf32>) -> tensor<4x7xf32>
  return
}

// -----

// (WP1)
func.func @wp1(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_partition' op expects map to have two positive entries whose product is the input's 20 rows, got [5, 5]}}
  %0 = mixq.window_partition %x map [5, 5] window [1, 1] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WP2)
func.func @wp2_divide(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_partition' op expects window to have two positive entries that divide those of the map [4, 5], got [2, 2]}}
  %0 = mixq.window_partition %x map [4, 5] window [2, 2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WP2)
func.func @wp2_zero(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_partition' op expects window to have two positive entries that divide those of the map [4, 5], got [0, 5]}}
  %0 = mixq.window_partition %x map [4, 5] window [0, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WP2)
func.func @wp2_entries(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_partition' op expects window to have two positive entries that divide those of the map [4, 5], got [2]}}
  %0 = mixq.window_partition %x map [4, 5] window [2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WR1)
func.func @wr1(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_reverse' op expects map to have two positive entries whose product is the input's 20 rows, got [5, 5]}}
  %0 = mixq.window_reverse %x map [5, 5] window [1, 1] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WR2)
func.func @wr2_divide(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_reverse' op expects window to have two positive entries that divide those of the map [4, 5], got [2, 2]}}
  %0 = mixq.window_reverse %x map [4, 5] window [2, 2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WR2)
func.func @wr2_zero(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_reverse' op expects window to have two positive entries that divide those of the map [4, 5], got [0, 5]}}
  %0 = mixq.window_reverse %x map [4, 5] window [0, 5] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (WR2)
func.func @wr2_entries(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.window_reverse' op expects window to have two positive entries that divide those of the map [4, 5], got [2]}}
  %0 = mixq.window_reverse %x map [4, 5] window [2] : (tensor<20x8xf32>) -> tensor<20x8xf32>
  return
}

// -----

// (PG1)
func.func @pg1(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.patch_merge' op expects map to have two positive entries whose product is the input's 20 rows, got [4, 4]}}
  %0 = mixq.patch_merge %x map [4, 4] : (tensor<20x8xf32>) -> tensor<4x32xf32>
  return
}

// -----

// (PG2)
func.func @pg2(%x: tensor<20x8xf32>) {
  // expected-error @+1 {{'mixq.patch_merge' op expects the result to have the shape 6x32, got 'tensor<5x32xf32>'}}
  %0 = mixq.patch_merge %x map [4, 5] : (tensor<20x8xf32>) -> tensor<5x32xf32>
  return
}

// -----

// (WB1)
func.func @wb1_scores(%s: tensor<12x4xf32>, %b: tensor<1x1x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects scores to have rank 3, got 'tensor<12x4xf32>'}}
  %0 = mixq.window_bias %s, %b grid [3, 2] : (tensor<12x4xf32>, tensor<1x1x2x4x4xf32>) -> tensor<12x4xf32>
  return
}

// -----

// (WB1)
func.func @wb1_bias(%s: tensor<12x4x4xf32>, %b: tensor<2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects bias to have rank 5, got 'tensor<2x4x4xf32>'}}
  %0 = mixq.window_bias %s, %b grid [3, 2] : (tensor<12x4x4xf32>, tensor<2x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (WB2)
func.func @wb2_grid(%s: tensor<12x4x4xf32>, %b: tensor<1x1x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects grid to have two positive entries with a product below 2^31, got [3]}}
  %0 = mixq.window_bias %s, %b grid [3] : (tensor<12x4x4xf32>, tensor<1x1x2x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (WB2)
func.func @wb2_large(%s: tensor<12x4x4xf32>, %b: tensor<1x1x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects grid to have two positive entries with a product below 2^31, got [65536, 65536]}}
  %0 = mixq.window_bias %s, %b grid [65536, 65536] : (tensor<12x4x4xf32>, tensor<1x1x2x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (WB2)
func.func @wb2_divide(%s: tensor<12x4x4xf32>, %b: tensor<1x1x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects the 5 windows of the grid to divide the 12 matrices of scores}}
  %0 = mixq.window_bias %s, %b grid [5, 1] : (tensor<12x4x4xf32>, tensor<1x1x2x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (WB3)
func.func @wb3(%s: tensor<12x4x4xf32>, %b: tensor<3x1x2x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects the first two extents of bias to be 1 or 2, got 'tensor<3x1x2x4x4xf32>'}}
  %0 = mixq.window_bias %s, %b grid [3, 2] : (tensor<12x4x4xf32>, tensor<3x1x2x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (WB4)
func.func @wb4(%s: tensor<12x4x4xf32>, %b: tensor<1x1x3x4x4xf32>) {
  // expected-error @+1 {{'mixq.window_bias' op expects bias to have the shape 1x1x2x4x4, got 'tensor<1x1x3x4x4xf32>'}}
  %0 = mixq.window_bias %s, %b grid [3, 2] : (tensor<12x4x4xf32>, tensor<1x1x3x4x4xf32>) -> tensor<12x4x4xf32>
  return
}

// -----

// (SQ3)
func.func @sq3(%x: tensor<24x24xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects windows to be positive and to divide 12, got 5}}
  %q, %k, %v = mixq.split_qkv %x windows 5 : (tensor<24x24xf32>) -> (tensor<12x4x4xf32>, tensor<12x4x4xf32>, tensor<12x4x4xf32>)
  return
}

// -----

// (SQ2)
func.func @sq2_windows(%x: tensor<20x24xf32>) {
  // expected-error @+1 {{'mixq.split_qkv' op expects input to have the shape 24x24, got 'tensor<20x24xf32>'}}
  %q, %k, %v = mixq.split_qkv %x windows 6 : (tensor<20x24xf32>) -> (tensor<12x4x4xf32>, tensor<12x4x4xf32>, tensor<12x4x4xf32>)
  return
}

// -----

// (MH3)
func.func @mh3(%x: tensor<12x4x4xf32>) {
  // expected-error @+1 {{'mixq.merge_heads' op expects windows to be positive and to divide 12, got 0}}
  %0 = mixq.merge_heads %x windows 0 : (tensor<12x4x4xf32>) -> tensor<24x8xf32>
  return
}

// -----

// (MH2)
func.func @mh2_windows(%x: tensor<12x4x4xf32>) {
  // expected-error @+1 {{'mixq.merge_heads' op expects the result to have the shape 24x8, got 'tensor<4x48xf32>'}}
  %0 = mixq.merge_heads %x windows 6 : (tensor<12x4x4xf32>) -> tensor<4x48xf32>
  return
}
