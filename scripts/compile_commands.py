#!/usr/bin/python3
"""Writes compile_commands.json for clangd and clang-tidy: compile_commands.py [Bazel flags].

Build first (`bazel build //...`), so that generated headers exist. The precompiled header is left out of the commands: it
only suits the very compiler that made it, and each file includes what it uses.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def bazel(*arguments):
    result = subprocess.run(["bazel", *arguments], cwd=ROOT, text=True, capture_output=True)
    if result.returncode != 0:
        sys.exit("error: bazel %s failed:\n%s" % (" ".join(arguments), result.stderr.strip()))
    return result.stdout


def without_pch(arguments):
    if "-include-pch" not in arguments:
        return arguments
    at = arguments.index("-include-pch")
    return arguments[:at] + arguments[at + 2 :]


def entries(actions, execution_root):
    """One entry a source file of ours, though several targets may compile it."""
    seen = {}
    for action in actions:
        arguments = action["arguments"]
        source = arguments[arguments.index("-c") + 1]
        path = os.path.join(ROOT, source)
        if source in seen or not os.path.exists(path):
            continue
        seen[source] = {
            "directory": execution_root,
            "file": path,
            "arguments": [path if a == source else a for a in without_pch(arguments)],
        }
    return list(seen.values())


def main():
    flags = sys.argv[1:]
    query = bazel("aquery", *flags, "--output=jsonproto", 'mnemonic("CppCompile", //...)')
    commands = entries(json.loads(query).get("actions", []), bazel("info", *flags, "execution_root").strip())
    with open(os.path.join(ROOT, "compile_commands.json"), "w") as out:
        json.dump(commands, out, indent=1)
    print("compile_commands.json: %d files" % len(commands))


if __name__ == "__main__":
    main()
