#!/bin/bash
# Builds and runs every test. The last line is `N passed, N failed` (`, N skipped` where a test could not run here); the exit
# status is Bazel's. Arguments go to bazel test; targets among them replace //...:
#
#   scripts/test.sh --config=asan
#   scripts/test.sh //runtime/...
#
# Tests find larger models and images in $MIXQ_SHARED: the folder `shared` beside the clone, if there is one.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh

shared=
[[ ! -d ../shared ]] || shared=$(cd ../shared && pwd -P)

targets=(//...)
for argument; do
  [[ $argument != //* && $argument != :* ]] || targets=()
done

events=$(mktemp)
trap 'rm -f -- "$events"' EXIT
status=0
bazel test --keep_going --build_event_json_file="$events" --test_env=MIXQ_SHARED="$shared" "$@" "${targets[@]}" || status=$?
/usr/bin/python3 scripts/test_summary.py "$events" "$status"
exit "$status"
