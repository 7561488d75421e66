#!/bin/bash
# The shared object: its name, its size, what it shows and what it needs.
set -euo pipefail
readonly library=runtime/libmixq_runtime.so
readonly tools=../llvm/bin

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

dynamic=$("$tools/llvm-readelf" --dynamic-table "$library")
grep -qF 'Library soname: [libmixq_runtime.so.0]' <<<"$dynamic" || fail "SONAME: $dynamic"

# An instrumented build needs and shows the sanitizer's parts too.
if grep -q __asan_init < <("$tools/llvm-nm" --dynamic "$library"); then
  echo "SKIPPED: built with a sanitizer"
  exit 0
fi

# The node of the symbols' version is an absolute symbol.
exported=$("$tools/llvm-nm" --dynamic --defined-only --extern-only "$library" | sed 's/^.* . //; s/@.*//; /^MIXQ_0\.1$/d' | sort)
declared=$(grep -oE '\bmixq_[a-z0-9_]+\(' runtime/c/mixq.h | tr -d '(' | sort -u)
[[ $exported == "$declared" ]] || fail "exported and declared differ: $(diff <(echo "$exported") <(echo "$declared"))"

size=$(stat --dereference --format=%s "$library")
((size <= 1000000)) || fail "$size bytes, expected at most 1000000"

needed=$(grep -oE 'Shared library: \[[^]]*' <<<"$dynamic" | sed 's/.*\[//' | sort | paste -sd ' ')
for name in $needed; do
  case $name in
  libc.so.6 | libm.so.6 | libgcc_s.so.1 | libstdc++.so.6 | ld-linux-x86-64.so.2) ;;
  *) fail "needs $name" ;;
  esac
done
