#!/bin/bash
# fuzz_runner.sh FUZZER SEEDS DICTIONARY|none [SEED_FILE...] [-OPTION=VALUE...]
#
# Runs a libFuzzer target on the corpus that the program SEEDS writes. $FUZZ_SECONDS (20) bounds the time; what is found is
# kept in $FUZZ_CORPUS, if that is set, and inputs that fail in $FUZZ_FAILURES (Bazel's folder of undeclared outputs).
set -euo pipefail

fuzzer=$1 make_seeds=$2 dictionary=$3
shift 3
options=() seed_files=()
for argument; do
  case $argument in
    -*) options+=("$argument") ;;
    *) seed_files+=("$argument") ;;
  esac
done
[[ $dictionary == none ]] || options+=("-dict=$dictionary")

scratch=$(mktemp -d "${TEST_TMPDIR:-/tmp}/fuzz.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
corpus=${FUZZ_CORPUS:-$scratch/corpus}
failures=${FUZZ_FAILURES:-${TEST_UNDECLARED_OUTPUTS_DIR:-.}}
mkdir -p "$corpus" "$scratch/seeds" "$failures"
"$make_seeds" "$scratch/seeds" ${seed_files[@]+"${seed_files[@]}"}

# The system's MLIR is not instrumented, and its half of the arena allocators never unpoisons.
export ASAN_OPTIONS=allow_user_poisoning=0:detect_leaks=1:quarantine_size_mb=64
export UBSAN_OPTIONS=print_stacktrace=1
"$fuzzer" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=1 -rss_limit_mb=2048 -print_final_stats=1 -print_funcs=0 -verbosity=0 \
  -artifact_prefix="$failures/" ${options[@]+"${options[@]}"} "$corpus" "$scratch/seeds"
