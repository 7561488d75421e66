"""Reads a disassembly (llvm-objdump -d --no-show-raw-insn): its functions and their innermost loops."""
import re


def functions(lines):
    name, body = None, []
    for line in lines:
        header = re.match(r"[0-9a-f]+ <(.+)>:$", line)
        if header:
            if name:
                yield name, body
            name, body = header.group(1), []
            continue
        instruction = re.match(r"\s*([0-9a-f]+):\s+(\S.*)$", line)
        if instruction and name:
            text = re.sub(r"^\{\w+\}\s+", "", instruction.group(2).split("#")[0].strip())  # {vex}
            body.append((int(instruction.group(1), 16), text))
    if name:
        yield name, body


def innermost_loops(body):
    loops = []
    for address, text in body:
        jump = re.match(r"j\w+\s+0x([0-9a-f]+)", text)
        if jump and body[0][0] <= int(jump.group(1), 16) <= address:
            loops.append((int(jump.group(1), 16), address))
    for begin, end in loops:
        if not any((b, e) != (begin, end) and begin <= b and e <= end for b, e in loops):
            yield [text for address, text in body if begin <= address <= end]


def writes_memory(text):
    mnemonic, _, operands = text.partition(" ")
    return operands.rstrip().endswith(")") and not mnemonic.startswith(("cmp", "test", "j", "prefetch", "lea"))
