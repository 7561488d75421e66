"""Lists the loops of a disassembly (llvm-objdump -d --no-show-raw-insn) that unpack weights of 2 to 7 bits, one line each:

    <function>: <vectors> x <register>, <instructions> of <limit> vector instructions, <others> others[, TOO MANY]

and, of a function that should unpack and has no such loop, `<function>: no loop that stores 8 vectors`.

What the limit allows for 8 vectors (transforms/codegen/BitPacking.h): as many loads as bits, and of each vector a shift and a
mask a plane, an `or` between planes, the subtraction of the zero-points and the store. Copies between registers, which
instructions of two operands need, do not count.
"""
import re
import sys

from disassembly import functions, innermost_loops, writes_memory

UNPACKS = re.compile(r"u8s([2-7])_linear_")
COPY = re.compile(r"v?mov\w+\s+%([xyz]mm)\d+, %\1\d+$")
REGISTERS = {"amx-int8": "zmm", "avx512-vbmi": "zmm", "avx512-vnni": "zmm", "avx-vnni": "ymm", "x86-64-v3": "ymm", "x86-64": "xmm"}
MOST_OTHERS = 4  # two pointers, a comparison, a jump


def describe(loop, bits, register):
    """The line of a loop that stores a multiple of 8 whole vectors, or nothing."""
    vector = [text for text in loop if re.search(r"%[xyz]mm", text)]
    stored = sum(writes_memory(text) and "%" + register in text for text in vector)
    if stored == 0 or stored % 8:
        return None
    planes = bin(bits).count("1")  # of 4, 2 and 1 bits
    limit = stored // 8 * (bits + 8 * (3 * planes + 1))
    counted = sum(not COPY.match(text) for text in vector)
    others = len(loop) - len(vector)
    excess = ", TOO MANY" if counted > limit or others > MOST_OTHERS else ""
    return "%d x %s, %d of %d vector instructions, %d others%s" % (stored, register, counted, limit, others, excess)


for name, body in functions(sys.stdin.read().splitlines()):
    match = UNPACKS.match(name)
    if match:
        register = REGISTERS[name.rpartition("_")[2]]
        lines = [describe(loop, int(match.group(1)), register) for loop in innermost_loops(body)]
        for line in list(filter(None, lines)) or ["no loop that stores 8 vectors"]:
            print("%s: %s" % (name, line))
