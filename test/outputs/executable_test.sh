#!/bin/bash
# mixq compile --emit=executable: a program that needs nothing but itself.
source test/outputs/common.sh

compile w8a8 -o "$out/d.mixq"
compile w8a8 --emit=executable -o "$out/digits"
mapfile -t images < <(pictures 20)

# It says what mixq run says, to the last bit of the logits.
"$tools/mixq" run "$out/d.mixq" "${images[@]}" >"$out/expected.txt"
"$out/digits" "${images[@]}" >"$out/found.txt"
same "$out/expected.txt" "$out/found.txt"
"$tools/mixq" run "$out/d.mixq" "${images[@]}" --output "$out/expected.npy"
"$out/digits" "${images[@]}" --output "$out/found.npy" --threads 2
same "$out/expected.npy" "$out/found.npy"

# Contexts of one module do not disturb each other.
test/outputs/threads "$out/d.mixq" || fail "contexts in threads"

# Raw tensors, too: numpy's header, then zeros.
{
  printf '\x93NUMPY\x01\x00\x76\x00'
  printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 32, 32), }"
  head -c $((3 * 32 * 32 * 4)) /dev/zero
} >"$out/zeros.npy"
"$tools/mixq" run "$out/d.mixq" --input "$out/zeros.npy" --output "$out/expected.npy"
"$out/digits" --input "$out/zeros.npy" --output "$out/found.npy"
same "$out/expected.npy" "$out/found.npy"

# From another folder, under another name, without an environment, without arguments.
mkdir -p "$out/elsewhere"
cp -- "$out/digits" "$out/elsewhere/renamed"
(cd "$out/elsewhere" && env -i ./renamed "${images[@]}") >"$out/found.txt"
same "$out/expected.txt" "$out/found.txt"
"$out/elsewhere/renamed" --help | grep -qF 'usage: renamed (IMAGE... | --input FILE.npy)' || fail "--help"
status=0
"$out/digits" 2>/dev/null || status=$?
[[ $status == 2 ]] || fail "no arguments: status $status, expected 2"
expect_error "no/such.png: cannot open" "$out/digits" no/such.png

# Equal input gives equal bytes.
compile w8a8 --emit=executable -o "$out/again"
same "$out/digits" "$out/again"

# Tools that rewrite ELF files keep the module.
if command -v strip >/dev/null; then
  strip -o "$out/stripped" "$out/digits"
  "$out/stripped" "${images[@]}" >"$out/found.txt"
  same "$out/expected.txt" "$out/found.txt"
fi

# Truncated and patched programs are refused.
size=$(stat --format=%s "$out/digits")
place=$((size - $(stat --format=%s "$out/d.mixq") - 4096)) # of the descriptor

# broken TEXT OFFSET BYTE: replaces a byte.
broken() {
  cp -- "$out/digits" "$out/broken"
  printf "$3" | dd of="$out/broken" bs=1 seek="$2" conv=notrunc status=none
  expect_error "$1" "$out/broken" "${images[0]}"
}

# truncated TEXT SIZE
truncated() {
  cp -- "$out/digits" "$out/broken"
  truncate --size="$2" "$out/broken"
  expect_error "$1" "$out/broken" "${images[0]}"
}

truncated "(E1) the file is truncated, it ends before the module's end" $((size - 8192))
truncated "(E1) the file is truncated, it ends before the module's end" $((place + 4096))
truncated "(E1) the file is truncated, it ends before the descriptor" "$place"
broken "(E2) the descriptor does not start with" "$place" 'M'
broken "(E3) the descriptor's padding is not zero" $((place + 4095)) '\001'
broken "(E4) the descriptor states" $((place + 16)) '\001'
broken "(E4) the descriptor states" $((place + 23)) '\177'
broken "(F1) prologue: not a module" $((place + 4096)) 'x'
broken "(F13) constants" $((size - 9000)) "$(printf '\\%03o' $(($(od -An -tu1 -j $((size - 9000)) -N 1 "$out/digits") ^ 1)))"
expect_error "there is none in this file" "$tools/mixq-runner" "${images[0]}"

# A compiler without its parts says which it needs.
cp -L "$tools/mixq-compile" "$out/elsewhere/mixq-compile"
for kind in executable:mixq-runner benchmarks:mixq-benchmarks shared:libmixq_embedded.so; do
  expect_error "neither $out/elsewhere/${kind#*:} nor $out/elsewhere/../libexec/mixq/${kind#*:}" \
    "$out/elsewhere/mixq-compile" compile "$example/model" --emit="${kind%:*}" -o "$out/x.so"
done
