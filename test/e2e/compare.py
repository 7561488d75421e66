"""Checks the JSON of mixq compare of two graphs: all units, the worst first."""

import json
import sys

report = json.load(open(sys.argv[1]))
units = report["units"]
names = {unit["unit"] for unit in units}
assert len(names) == len(units) == 4 * 6 + 2, names
assert {"patch_embed", "head", "blocks.0.attn.qk", "blocks.3.mlp.fc2"} <= names
ratios = [unit["sqnr_db"] for unit in units]
assert ratios == sorted(ratios) and ratios[0] > 20, ratios
assert all(unit["cosine"] > 0.99 for unit in units)
assert not report["bit_identical"] and report["top1_agreement"] >= 95
