# Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Recomputes a plan's size and BitOps from its JSON alone, apart from the compiler that wrote it.

    check_plan.py PLAN.json w4a4 [--only-size] [--eight patch_embed,head]

Fails unless both are at most those of the uniform plan, whose units named by --eight have 8 bits, unless the totals that
the plan states are right, and unless the named units have 8 bits in the plan, too.
"""
import json
import sys


def costs(units, bits_of):
    """Size in bytes and BitOps with the bits (activation, weight) or (lhs, rhs) that bits_of gives."""
    size = bitops = 0
    for unit in units:
        first, second = bits_of(unit)
        size += unit.get("parameters", 0) * second / 8
        bitops += unit["macs"] * first * second
    return size, bitops


def planned_bits(unit):
    if "operand_bits" in unit:
        return unit["operand_bits"]
    return unit["activation_bits"], unit["weight_bits"]


def uniform_bits(precision, eight):
    weight, activation = int(precision[1]), int(precision[3])

    def bits_of(unit):
        if unit["name"] in eight:
            return 8, 8
        return activation, weight if "parameters" in unit else activation

    return bits_of


def main(path, precision, *options):
    eight = options[options.index("--eight") + 1].split(",") if "--eight" in options else []
    with open(path) as file:
        plan = json.load(file)
    units = plan["units"]
    size, bitops = costs(units, planned_bits)
    most_size, most_bitops = costs(units, uniform_bits(precision, eight))
    print("size %d of %d bytes, BitOps %d of %d" % (size, most_size, bitops, most_bitops))
    assert (plan["totals"]["size_bytes"], plan["totals"]["bitops"]) == (size, bitops), plan["totals"]
    assert size <= most_size, "size is above the uniform plan's"
    assert "--only-size" in options or bitops <= most_bitops, "BitOps are above the uniform plan's"
    for unit in units:
        assert all(2 <= bits <= 8 for bits in planned_bits(unit)), unit
        assert unit["name"] not in eight or tuple(planned_bits(unit)) == (8, 8), unit
        assert "--only-size" not in options or "parameters" not in unit or unit["activation_bits"] == 8, unit


main(*sys.argv[1:])
