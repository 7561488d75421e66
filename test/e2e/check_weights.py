# Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_weights.py ORIGINAL DEQUANTIZED UNIT LEVELS: both archives have the same names and shapes, and no row of UNIT's weight
has more than LEVELS different values in the second."""
import json
import struct
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    header.pop("__metadata__", None)
    return header, data[8 + size :]


def values(header, data, name):
    entry = header[name]
    begin, end = entry["data_offsets"]
    assert entry["dtype"] == "F32", entry
    return struct.unpack("<%df" % ((end - begin) // 4), data[begin:end])


original, _ = read(sys.argv[1])
header, data = read(sys.argv[2])
assert set(original) == set(header), set(original) ^ set(header)
for name in original:
    assert original[name]["shape"] == header[name]["shape"], name
weight = sys.argv[3] + ".weight"
columns = header[weight]["shape"][1]
flat = values(header, data, weight)
rows = [flat[i : i + columns] for i in range(0, len(flat), columns)]
assert max(len(set(row)) for row in rows) <= int(sys.argv[4]), "a row has more values than codes"
