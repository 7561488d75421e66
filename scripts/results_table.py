# Part of the Mix-QViT compiler, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints what scripts/results.sh measured as Markdown: results_table.py OUT "0 1 2".

One row for each configuration: the mean over the seeds of top-1 less fp32's, how far the seeds are apart, the mean KL
divergence to the float module, size and BitOps of the plan, size of the module.
"""
import json
import os
import sys

out, seeds = sys.argv[1], sys.argv[2].split()


def load(*name):
    with open(os.path.join(out, ".".join(name))) as file:
        return json.load(file)


def configurations():
    suffix = ".compare.json"
    names = {file[: -len(suffix)].rsplit(".", 1)[0] for file in os.listdir(out) if file.endswith(suffix)}
    return sorted(names, key=lambda name: ("-" in name, name))


def measured_seeds(name):
    return [seed for seed in seeds if os.path.exists(os.path.join(out, "%s.%s.compare.json" % (name, seed)))]


def mean(values):
    return sum(values) / len(values)


def row(name, exact):
    there = measured_seeds(name)
    top1 = [load(name, seed, "eval.json")["top1"] for seed in there]
    kl = [load(name, seed, "compare.json")["mean_kl"] for seed in there]
    totals = load(name, there[0], "plan.json")["totals"]
    module = os.path.getsize(os.path.join(out, "%s.%s.mixq" % (name, there[0])))
    return "| %s | %.2f | %+.2f | %.2f | %.4f | %d | %.2f | %d | %d |" % (
        name,
        mean(top1),
        mean(top1) - exact["top1"],
        max(top1) - min(top1),
        mean(kl),
        totals["size_bytes"],
        totals["bitops"] / 1e9,
        module,
        len(there),
    )


exact = load("fp32", "eval.json")
print("fp32: top-1 %.2f %% of %d images\n" % (exact["top1"], exact["n"]))
print("| | top-1, % | less fp32 | spread | KL | size, bytes | BitOps, G | module, bytes | seeds |")
print("|---|---|---|---|---|---|---|---|---|")
for name in configurations():
    if measured_seeds(name):
        print(row(name, exact))
