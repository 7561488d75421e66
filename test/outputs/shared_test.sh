#!/bin/bash
# mixq compile --emit=shared: a shared object and its header.
source test/outputs/common.sh

if is_instrumented; then
  echo "SKIPPED: a plain C program cannot load an instrumented library"
  exit 0
fi
cc=$(find_cc)

compile w8a8 --emit=shared -o "$out/libdigits.so"
compile fp32 --emit=shared -o "$out/libother.so"
compile w8a8 -o "$out/d.mixq"
compile fp32 -o "$out/o.mixq"

# One program linked with both: it agrees with mixq run bit for bit. (-lm: old linkers ask for the libraries of libraries.)
"$cc" "${c99[@]}" -I "$out" test/outputs/Library.c -o "$out/library" -L "$out" -ldigits -lother -Wl,-rpath,"$out"
while read -r image; do
  test/outputs/png_to_ppm "$image" "$out/picture.ppm"
  "$out/library" "$out/picture.ppm" "$out/found"
  for module in d o; do
    "$tools/mixq" run "$out/$module.mixq" "$image" --output "$out/$module.npy"
    tail -c 40 "$out/$module.npy" # 10 logits
  done >"$out/expected"
  same "$out/expected" "$out/found"
done < <(pictures 10)

# The header is C++ too, and the libraries load side by side, also after a change of folder.
clang++-19 -std=c++17 -Wall -Wextra -Werror -I "$out" test/outputs/Dlopen.cpp -o "$out/dlopen" -ldl
found=$("$out/dlopen" "$out/libdigits.so" digits_open "$out/libother.so" other_open | paste -sd ' ')
[[ $found == "w8a8 fp32" ]] || fail "dlopen: '$found', expected 'w8a8 fp32'"

# Names follow from the file's name; the constants from the module.
compile fp32 --emit=shared -o "$out/2nd-model.so"
[[ -f $out/2nd-model.h ]] || fail "no 2nd-model.h"
grep -qF 'mixq_status model_2nd_model_open(mixq_module **module);' "$out/2nd-model.h" || fail "name of the function"
for line in 'DIGITS_CLASSES 10' 'DIGITS_CHANNELS 3' 'DIGITS_HEIGHT 32' 'DIGITS_WIDTH 32' 'DIGITS_PRECISION "w8a8"'; do
  grep -qxF "#define $line" "$out/libdigits.h" || fail "no constant $line"
done
dynamic=$(../llvm/bin/llvm-readelf --dynamic-table "$out/2nd-model.so")
grep -qF 'soname: [2nd-model.so]' <<<"$dynamic" || fail "SONAME: $dynamic"
expect_error "called [lib]NAME.so, got 'digits.dll'" \
  "$tools/mixq" compile "$example/model" --emit=shared -o "$out/digits.dll"

# It exports the functions of mixq.h and its own, nothing else.
exported=$(../llvm/bin/llvm-nm --dynamic --defined-only --extern-only "$out/libdigits.so" |
  sed 's/^.* . //; s/@.*//; /^MIXQ_0\.1$/d' | sort)
declared=$(grep -oE '\bmixq_[a-z0-9_]+\(' runtime/c/mixq.h | tr -d '(' | sort -u)
[[ $exported == "$(printf 'digits_open\n%s' "$declared" | sort)" ]] || fail "exports: $exported"

# Equal input gives equal bytes.
cp -- "$out/libdigits.so" "$out/first.so"
cp -- "$out/libdigits.h" "$out/first.h"
compile w8a8 --emit=shared -o "$out/libdigits.so"
same "$out/first.so" "$out/libdigits.so"
same "$out/first.h" "$out/libdigits.h"

# A damaged or truncated library opens nothing.
size=$(stat --format=%s "$out/libdigits.so")
cp -- "$out/libdigits.so" "$out/broken.so"
truncate --size=$((size - 8192)) "$out/broken.so"
message=$("$out/dlopen" "$out/broken.so" digits_open 2>&1) && fail "a truncated library was opened"
[[ $message == *"(E1) the file is truncated"* ]] || fail "truncated: $message"
cp -- "$out/libdigits.so" "$out/broken.so"
printf 'damage' | dd of="$out/broken.so" bs=1 seek=$((size - 9000)) conv=notrunc status=none
message=$("$out/dlopen" "$out/broken.so" digits_open 2>&1) && fail "a damaged library was opened"
[[ $message == *"(F13) constants"* ]] || fail "damaged: $message"
