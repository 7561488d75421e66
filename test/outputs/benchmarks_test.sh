#!/bin/bash
# mixq compile --emit=benchmarks and mixq bench --kernels: each kernel of a module, timed on its own.
source test/outputs/common.sh

compile w4a8 --emit=benchmarks -o "$out/kernels"
compile w4a8 -o "$out/d.mixq"

# All kernels that a step uses, once each; the program and the command the same ones.
"$tools/mixq" inspect "$out/d.mixq" --json >"$out/inspect.json"
mkdir "$out/elsewhere"
(cd "$out/elsewhere" && env -i ../kernels --seconds 0.05 --json found.json) >"$out/table.txt"
"$tools/mixq" bench "$out/d.mixq" --kernels --seconds 0.05 --threads 2 --json >"$out/bench.json"
python3 - "$out/inspect.json" "$out/elsewhere/found.json" "$out/bench.json" "$out/table.txt" <<'EOF'
import json
import sys

steps = json.load(open(sys.argv[1]))["steps"]
expected = {step["kernel"]: sum(other["kernel"] == step["kernel"] for other in steps) for step in steps}
for path in sys.argv[2:4]:
    found = json.load(open(path))["kernels"]
    assert {kernel["kernel"]: kernel["uses"] for kernel in found} == expected, path
    assert len(found) == len(expected), path
    bits = {kernel["kernel"]: kernel["weight_bits"] for kernel in found}
    # Kernels carry the bits in their names: u8s4_linear_...
    assert all(name.startswith("u8s%d_" % b) for name, b in bits.items() if b), bits
    assert sum(b == 4 for b in bits.values()) >= 4, bits
    for kernel in found:
        assert 0 < kernel["min_ms"] <= kernel["median_ms"], kernel
        assert (kernel["macs"] > 0) == (kernel["gops"] > 0) == (kernel["roof_share"] > 0), kernel
        assert kernel["runs"] >= 5 and kernel["bytes"] > 0, kernel
lines = open(sys.argv[4]).read().splitlines()
assert len(lines) == 2 + len(expected), lines
assert all(any(name in line for line in lines) for name in expected), lines
EOF
python3 test/e2e/check_json.py "$out/bench.json" 'threads==2' 'precision=="w4a8"'
grep -Eq ' [0-9]+% .* 4 +[0-9]+ +u8 x s8 -> u8 .*qlinear, u8s4_linear_65x192x64_requantize' "$out/table.txt" ||
  fail "no row of a linear: $(cat "$out/table.txt")"

# Wrong usage, and a program without its end.
for wrong in "$out/kernels image.png" "$tools/mixq bench $out/d.mixq --kernels --profile" \
  "$tools/mixq bench $out/d.mixq --kernels --trace $out/t.json" "$tools/mixq bench $out/d.mixq --kernels --batch 2"; do
  status=0
  $wrong 2>"$out/message.txt" || status=$?
  [[ $status == 2 ]] || fail "$wrong: status $status, expected 2"
done
grep -qF -- '--kernels runs single kernels, on one image, not the model: --batch does not go with it' "$out/message.txt" ||
  fail "$(cat "$out/message.txt")"
"$out/kernels" --help | grep -qF 'usage: kernels [flags]' || fail "--help"
cp -- "$out/kernels" "$out/broken"
truncate --size=$(($(stat --format=%s "$out/kernels") - 8192)) "$out/broken"
expect_error "(E1) the file is truncated, it ends before the module's end" "$out/broken"
expect_error "there is none in this file" "$tools/mixq-benchmarks"
