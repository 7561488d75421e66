#!/bin/sh
# fails.sh OUTPUT COMMAND...: the command must fail as bad input does: exit status 1, one line `error: ...` on standard error,
# nothing on standard output, and no file OUTPUT nor a temporary one beside it. Prints the line. OUTPUT - means none.
output=$1
shift
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
complain() {
  echo "$*:"
  cat "$scratch/err" "$scratch/out"
  exit 1
}
before=$(ls "$(dirname -- "$output")" 2>/dev/null)
"$@" >"$scratch/out" 2>"$scratch/err"
status=$?
[ $status -eq 1 ] || complain "exit status $status, expected 1"
[ "$(wc -l <"$scratch/err")" -eq 1 ] || complain "expected one line on standard error"
grep -q '^error: .' "$scratch/err" || complain "expected 'error: ...'"
[ ! -s "$scratch/out" ] || complain "expected nothing on standard output"
after=$(ls "$(dirname -- "$output")" 2>/dev/null)
[ "$output" = - ] || [ "$before" = "$after" ] || complain "files were left behind: $after"
cat "$scratch/err"
