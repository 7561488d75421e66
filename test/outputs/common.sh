# Sourced by the tests of this folder: the tools, the example's modules, and how to fail.
set -Eeuo pipefail
trap 'printf "failed: %s:%s: %s\n" "$0" "$LINENO" "$BASH_COMMAND" >&2' ERR

readonly tools=$PWD/tools runtime=$PWD/runtime out=$TEST_TMPDIR
readonly example=$PWD/examples/digits

fail() {
  printf 'failed: %s\n' "$*" >&2
  exit 1
}

# expect_error TEXT COMMAND...: the command fails with status 1 and one line that contains TEXT.
expect_error() {
  local text=$1 status=0 message
  shift
  message=$("$@" 2>&1 >/dev/null) || status=$?
  [[ $status == 1 ]] || fail "$*: status $status, expected 1: $message"
  [[ $message == error:*"$text"* ]] || fail "$*: said '$message', expected '$text'"
}

# compile PRECISION FLAG...: the example's model.
compile() {
  local precision=$1
  shift
  "$tools/mixq" compile "$example/model" --precision "$precision" --calibration "$example/calib" \
    --calibration-count 8 --ranges minmax "$@" || fail "mixq compile $*"
}

pictures() { find -L "$example/val/images" -name '*.png' | sort | sed -n "1,$1p"; }

same() { cmp -- "$1" "$2" || fail "$1 and $2 differ"; }

is_instrumented() { grep -q __asan_init "$runtime/libmixq_runtime.so"; }

# The C compiler of the machine: any will do.
find_cc() {
  command -v cc || command -v gcc || command -v clang-19 || fail "no C compiler"
}

# What a C99 program of ours must compile with.
readonly c99=(-std=c99 -pedantic -Wall -Wextra -Werror)
