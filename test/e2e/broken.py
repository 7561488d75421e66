"""Makes a bad checkpoint out of a good one, in place: broken.py FOLDER CHANGE.

    dtype    one tensor of a type that models do not have
    shape    one tensor transposed
    missing  one tensor less
    extra    one tensor more
    nan      one weight that is not a number
"""
import json
import struct
import sys

TENSOR = "blocks.1.mlp.fc1.weight"


def change(kind, header, data):
    entry = header[TENSOR]
    begin, end = entry["data_offsets"]
    if kind == "dtype":
        entry["dtype"], entry["shape"] = "I64", [entry["shape"][0], entry["shape"][1] // 2]
    elif kind == "shape":
        entry["shape"].reverse()
    elif kind == "missing":
        header["blocks.1.mlp.fc1.wight"] = header.pop(TENSOR)
    elif kind == "extra":
        header["blocks.1.surplus"] = {"dtype": "F32", "shape": [1], "data_offsets": [len(data), len(data) + 4]}
        data += bytes(4)
    elif kind == "nan":
        data[begin : begin + 4] = struct.pack("<f", float("nan"))
    else:
        sys.exit("unknown change " + kind)


folder, kind = sys.argv[1:]
path = folder + "/model.safetensors"
with open(path, "rb") as file:
    (size,) = struct.unpack("<Q", file.read(8))
    header, data = json.loads(file.read(size)), bytearray(file.read())
change(kind, header, data)
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open(path, "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
