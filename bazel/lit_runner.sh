#!/bin/bash
# Runs one lit file (a workspace path) with Debian's lit, inside Bazel's runfiles.
set -euo pipefail
readonly lit=/usr/lib/llvm-19/build/utils/lit/lit.py

# lit resolves symbolic links, which would lead out of the runfiles: copy what the test declared, so that nothing else is seen.
readonly copy="$TEST_TMPDIR/src"
mkdir -p "$copy" "$TEST_TMPDIR/out"
cp -rL "$TEST_SRCDIR/$TEST_WORKSPACE/test" "$copy/"

export PYTHONDONTWRITEBYTECODE=1
status=0
output=$(/usr/bin/python3 "$lit" -v -j1 --show-unsupported "$copy/$1" 2>&1) || status=$?
printf '%s\n' "$output"
# scripts/test.sh counts tests that say this as skipped.
if grep -q '^UNSUPPORTED: ' <<<"$output"; then
  conditions=$(grep -ohE '(REQUIRES|UNSUPPORTED): .*' "$copy/$1" | paste -sd ';')
  echo "SKIPPED: $conditions"
fi
exit "$status"
