"""Runs a command on damaged copies of a module: damaged.py MODULE SCRATCH COMMAND...; the copy's path is appended. Each must
fail with status 1 and one line. Bytes are flipped at every field of the prologue, throughout header, padding and segments, and
the file is cut at many lengths."""
import subprocess
import sys

FLIPS, CUTS = 150, 40

module, scratch, *command = sys.argv[1:]
good = open(module, "rb").read()


def check(what, data):
    with open(scratch, "wb") as file:
        file.write(data)
    run = subprocess.run(command + [scratch], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    lines = run.stderr.decode().splitlines()
    if run.returncode != 1 or len(lines) != 1 or not lines[0].startswith("error: ") or run.stdout:
        sys.exit("%s: status %d, %r %r" % (what, run.returncode, run.stdout, run.stderr))


positions = list(range(64)) + [64 + i * (len(good) - 65) // FLIPS for i in range(FLIPS + 1)]
for position in positions:
    damaged = bytearray(good)
    damaged[position] ^= 1 << position % 8
    check("bit flipped at byte %d" % position, damaged)
lengths = [0, 1, 8, 63, 64, 65, 4095, 4096, len(good) - 1] + [i * len(good) // CUTS for i in range(1, CUTS)]
for length in lengths:
    check("cut to %d bytes" % length, good[:length])
check("a byte appended", good + b"\0")
print("%d damaged modules refused" % (len(positions) + len(lengths) + 1))
