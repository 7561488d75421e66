#!/bin/bash
# kernels_test.sh PROGRAM: every benchmark runs, once, and says how fast. How fast it is does not matter here.
set -euo pipefail

"$1" --benchmark_min_time=0 --benchmark_out="$TEST_TMPDIR/kernels.json" --benchmark_out_format=json >"$TEST_TMPDIR/log" 2>&1 ||
  { cat "$TEST_TMPDIR/log"; exit 1; }
grep '^SKIPPED' "$TEST_TMPDIR/log" || true
python3 - "$TEST_TMPDIR/kernels.json" <<'EOF'
import json
import re
import sys

runs = json.load(open(sys.argv[1]))["benchmarks"]
shapes = {}
for run in runs:
    assert not run.get("error_occurred"), run
    assert run["GOP"] > 0 and run["roof"] > 0, run
    target, bits, shape = re.match(r"linear/([^/]+)/u8s([2-8])/(\d+x\d+x\d+)$", run["name"]).groups()
    shapes.setdefault((target, bits), set()).add(shape)
targets = {target for target, bits in shapes}
assert "x86-64" in targets and len(shapes) == 7 * len(targets), shapes.keys()
assert {len(of) for of in shapes.values()} == {20}, shapes
assert len(runs) == 20 * len(shapes), len(runs)
EOF
