#!/bin/bash
# Formats every tracked C++ file. --check changes nothing and fails where a file is not formatted.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

case ${1:-} in
--check) mode=(--dry-run --Werror) ;;
"") mode=(-i) ;;
*) die "usage: scripts/format.sh [--check]" ;;
esac

command -v clang-format-19 >/dev/null || scripts/setup.sh
git ls-files -z -- '*.cpp' '*.h' '*.c' | xargs -0 --no-run-if-empty clang-format-19 "${mode[@]}"
