# Sourced by the other scripts: goes to the repository's root; how to speak, how to call Bazel.
set -euo pipefail

started_in=$PWD
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
cd -- "$root"

say() { printf '%s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

[[ $root != *[[:space:]]* ]] || die "Bazel does not work below a path with spaces ($root): move the clone"

# bazel COMMAND ARGUMENT...: on a terminal Bazel draws its own progress; elsewhere it prints a plain line now and then.
bazel() {
  local command=$1
  shift
  if [[ -t 2 ]]; then
    command bazel "$command" "$@"
  else
    command bazel "$command" --color=no --curses=no --show_progress_rate_limit=10 "$@"
  fi
}
