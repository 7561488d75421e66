#!/bin/bash
# The main job on the embedded model: compile it to fp32 and to W8A8, evaluate and time both, print them side by side.
# The modules stay in demo-output/.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

scripts/build.sh

readonly example=examples/digits
readonly out=demo-output
mkdir -p "$out"
PATH="$root/bazel-bin/tools:$PATH"

# Echoes a command as a user would type it, then runs it.
run() {
  printf '\n$ %s\n' "$*"
  "$@"
}

for precision in fp32 w8a8; do
  module=$out/$precision.mixq
  run mixq compile "$example/model" -o "$module" --precision "$precision" --calibration "$example/calib"
  run mixq inspect "$module"
  run mixq eval "$module" --data "$example/val" --json "$out/$precision.eval.json"
  run mixq bench "$module" --threads 1 --seconds 2 | tee "$out/$precision.bench.txt"
done

top1() { /usr/bin/python3 -c 'import json, sys; print("%.2f" % json.load(open(sys.argv[1]))["top1"])' "$out/$1.eval.json"; }
size() { stat --format=%s "$out/$1.mixq"; }
latency() { sed -n 's/^median_ms=//p' "$out/$1.bench.txt" | tail -n 1; }

say
printf '%-28s %12s %12s\n' "" fp32 W8A8
printf '%-28s %12s %12s\n' "top-1, % of $(($(wc -l <"$example/val/labels.tsv") - 1)) images" "$(top1 fp32)" "$(top1 w8a8)"
printf '%-28s %12s %12s\n' "module size, bytes" "$(size fp32)" "$(size w8a8)"
printf '%-28s %12s %12s\n' "latency, ms, one thread" "$(latency fp32)" "$(latency w8a8)"
