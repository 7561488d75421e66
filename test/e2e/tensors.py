"""Golden tensors for tests, with nothing but the standard library:

    tensors.py npy ARCHIVE.safetensors NAME OUT.npy       an fp32 tensor as .npy
    tensors.py compare A.npy ARCHIVE.safetensors NAME D   the largest difference is at most D, every argmax is equal
    tensors.py agree A.npy ARCHIVE.safetensors NAME N     at least N rows have the same argmax

A .npy is fp32 [rows, columns].
"""
import array
import ast
import json
import struct
import sys


def read_safetensors(path, name):
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        entry = json.loads(file.read(size))[name]
        begin, end = entry["data_offsets"]
        file.seek(8 + size + begin)
        assert entry["dtype"] == "F32", entry
        return entry["shape"], array.array("f", file.read(end - begin))


def read_npy(path):
    with open(path, "rb") as file:
        assert file.read(6) == b"\x93NUMPY", path
        major, _ = file.read(2)
        length = struct.unpack("<H", file.read(2)) if major == 1 else struct.unpack("<I", file.read(4))
        header = ast.literal_eval(file.read(length[0]).decode())
        assert header["descr"] == "<f4" and not header["fortran_order"], header
        return list(header["shape"]), array.array("f", file.read())


def write_npy(path, shape, values):
    text = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }" % "".join("%d, " % extent for extent in shape)
    text += " " * (-(len(text) + 11) % 64) + "\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode() + values.tobytes())


def rows(shape, values):
    return [values[i : i + shape[1]] for i in range(0, len(values), shape[1])]


def argmax(row):
    return max(range(len(row)), key=row.__getitem__)


def main(command, *arguments):
    if command == "npy":
        archive, name, out = arguments
        write_npy(out, *read_safetensors(archive, name))
        return 0
    path, archive, name, bound = arguments
    shape, got = read_npy(path)
    expected_shape, expected = read_safetensors(archive, name)
    if shape != expected_shape:
        print("shape %s, not %s" % (shape, expected_shape))
        return 1
    difference = max(abs(a - b) if a == a else float("inf") for a, b in zip(got, expected))
    equal = sum(argmax(a) == argmax(b) for a, b in zip(rows(shape, got), rows(shape, expected)))
    print("largest difference %.3g, %d of %d argmax equal" % (difference, equal, shape[0]))
    if command == "agree":
        return int(equal < int(bound))
    assert command == "compare", command
    return int(difference > float(bound) or equal < shape[0])


sys.exit(main(*sys.argv[1:]))
