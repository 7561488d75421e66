"""Writes a safetensors archive with one f32 tensor: make-images.py FILE NAME SHAPE VALUE..., e.g. x.safetensors input 1,1,2,2 0 1 2 3.

Values repeat until the tensor is full.
"""

import itertools
import json
import math
import struct
import sys

path, name, shape_text, *values = sys.argv[1:]
shape = [int(extent) for extent in shape_text.split(",")]
count = math.prod(shape)
data = struct.pack(
    "<%df" % count, *itertools.islice(itertools.cycle(map(float, values)), count)
)
header = json.dumps(
    {name: {"dtype": "F32", "shape": shape, "data_offsets": [0, len(data)]}}
).encode()
header += b" " * (-len(header) % 8)
with open(path, "wb") as file:
    file.write(struct.pack("<Q", len(header)) + header + data)
