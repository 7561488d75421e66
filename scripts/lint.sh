#!/bin/bash
# clang-tidy on C++ files: those given, else those that differ from the branch main (or from the last commit, on main).
# Slow (10 to 40 seconds a file that includes MLIR), hence not on all files and not part of the tests.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

changed_files() {
  local base=HEAD
  if git rev-parse --quiet --verify main >/dev/null; then base=$(git merge-base HEAD main); fi
  {
    git diff --name-only -z --diff-filter=d "$base" -- '*.cpp'
    git ls-files -z --others --exclude-standard -- '*.cpp'
  } | sort -zu
}

if (($#)); then
  mapfile -d '' files < <(cd -- "$started_in" && realpath --zero -- "$@")
else
  mapfile -d '' files < <(changed_files)
fi
if ((${#files[@]} == 0)); then
  say "No changed .cpp files."
  exit 0
fi

scripts/setup.sh
bazel build --keep_going //... # generated headers
scripts/compile_commands.py
say "Checking ${#files[@]} files ..."
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 --quiet -p "$root"
