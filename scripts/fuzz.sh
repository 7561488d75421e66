#!/bin/bash
# Fuzzes one target for long: scripts/fuzz.sh TARGET [SECONDS [libFuzzer option...]]
#
# TARGET is one of docs/fuzzing.md, SECONDS 3600 unless given. The corpus stays in ~/.cache/mixq-fuzz/TARGET, and the next run
# starts from it. Inputs that fail are written to the folder fuzz-failures.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

(($# > 0)) || die "usage: scripts/fuzz.sh TARGET [SECONDS [libFuzzer option...]]"
target=$1
export FUZZ_SECONDS=${2:-3600}
shift $(($# > 1 ? 2 : 1))
export FUZZ_CORPUS=${FUZZ_CORPUS:-$HOME/.cache/mixq-fuzz/$target}
export FUZZ_FAILURES=${FUZZ_FAILURES:-$root/fuzz-failures}

bazel run "//test/fuzz:${target}_fuzz_test" -- "$@"
