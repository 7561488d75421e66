//===- AssignBits.td - The pass that gives units bit-widths ---------------===//
//
// Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MIXQ_TRANSFORMS_ASSIGNBITS_TD
#define MIXQ_TRANSFORMS_ASSIGNBITS_TD

include "mlir/Pass/PassBase.td"

def AssignBits : Pass<"mixq-assign-bits", "::mlir::ModuleOp"> {
  let summary = "Give every unit the bit-widths of a plan";
  let description = [{
    Sets `mixq.bits` on each unit: one width for each of its quantizable
    operands, activations before the weight. The widths are those of a plan
    (`plan=p.json`, as `mixq plan` writes it) or the same everywhere
    (`precision=w4a8`), where the units at the network's boundaries, the first
    and the last, have those of `first-last`, and those that `pin` names theirs.

    Runs on the graph as it was imported, after `canonicalize` and `cse`: the
    plan's hash is that of this graph.

    ```mlir
    %h = mixq.linear %x, %w, %b unit "fc"
      : (tensor<3x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    ```

    becomes with `precision=w4a8 first-last=free`

    ```mlir
    %h = mixq.linear %x, %w, %b unit "fc" {mixq.bits = array<i64: 8, 4>}
      : (tensor<3x4xf32>, tensor<4x4xf32>, tensor<4xf32>) -> tensor<3x4xf32>
    ```

    Constraints:
    - (AB1) either `plan` or `precision` is given.
    - (AB2) the plan is one of this model: the hashes are equal.
    - (AB3) the plan has each unit of the model once, and no other.
    - (AB4) widths are in [2, 8].
    - (AB5) operands that are one tensor have one width.
  }];
  let options = [
    Option<"plan", "plan", "std::string", "", "plan to read (JSON)">,
    Option<"precision", "precision", "std::string", "",
           "w{2..8}a{2..8}, for every unit">,
    Option<"firstLast", "first-last", "std::string", "\"w8a8\"",
           "widths of the first and last units, or free">,
    Option<"pin", "pin", "std::string", "", "UNIT=w8a8,UNIT=w6a4: exceptions">
  ];
  let dependentDialects = ["::mixq::MixqDialect"];
}

#endif // MIXQ_TRANSFORMS_ASSIGNBITS_TD
