"""Lists the innermost loops of a disassembly (llvm-objdump -d --no-show-raw-insn) that multiply, one line each:

    <function>: <products> x <mnemonic> <register>, <stores> stores[, unrolled]

The mnemonic is that of the first product. `stores` counts instructions in the loop that write memory: a tile whose accumulators spill has some.
"""
import re
import sys

from disassembly import functions, innermost_loops, writes_memory

PRODUCT = re.compile(r"^(tdpbusd|vpdpbusd|vpmaddwd|vpmaddubsw|vfmadd231ps|vfmadd213ps|vfmadd132ps)\b")


for name, body in functions(sys.stdin.read().splitlines()):
    for loop in innermost_loops(body):
        products = [text for text in loop if PRODUCT.match(text)]
        if products:
            mnemonic = products[0].split()[0]
            register = re.search(r"%([txyz]mm)\d+$", products[0].strip())
            print("%s: %d x %s %s, %d stores" % (name, len(products), mnemonic, register and register.group(1),
                                                 sum(map(writes_memory, loop))))
