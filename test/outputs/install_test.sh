#!/bin/bash
# scripts/install.sh, and examples/c built with a plain C compiler against what it installed.
source test/outputs/common.sh

scripts/install.sh --from . "$out/first"
mv "$out/first" "$out/installed" # it may be moved

export PKG_CONFIG_PATH=$out/installed/lib/pkgconfig
version=$(pkg-config --modversion mixq)
[[ $("$out/installed/bin/mixq" --version) == "mixq $version" ]] || fail "mixq.pc says version $version"
[[ $(readlink "$out/installed/lib/libmixq_runtime.so") == libmixq_runtime.so.0 ]] || fail "libmixq_runtime.so is no link"
expect_error "is missing: build //tools:mixq" scripts/install.sh --from "$out" "$out/nothing"

# The installed tools find each other and their parts.
mixq=$out/installed/bin/mixq
compile_installed() {
  "$mixq" compile "$example/model" --precision w8a8 --calibration "$example/calib" --calibration-count 8 "$@"
}
compile_installed -o "$out/d.mixq"
compile_installed --emit=executable -o "$out/digits"
image=$(pictures 1)
"$mixq" run "$out/d.mixq" "$image" >"$out/expected.txt"
"$out/digits" "$image" >"$out/found.txt"
same "$out/expected.txt" "$out/found.txt"

# DESTDIR goes before the prefix.
DESTDIR=$out/staging scripts/install.sh --from . /usr >/dev/null
[[ -f $out/staging/usr/include/mixq.h ]] || fail "DESTDIR is ignored"

if is_instrumented; then
  echo "SKIPPED: a plain C program cannot load an instrumented library"
  exit 0
fi
cc=$(find_cc)
read -ra flags < <(pkg-config --cflags --libs mixq)
"$cc" "${c99[@]}" -o "$out/classify" examples/c/classify.c "${flags[@]}"
export LD_LIBRARY_PATH=$out/installed/lib

# The best class of the example program is that of mixq run, and right.
label=$(awk -F '\t' -v file="images/$(basename "$image")" '$1 == file { print $3 }' "$example/val/labels.tsv")
test/outputs/png_to_ppm "$image" "$out/picture.ppm"
"$out/classify" "$out/d.mixq" "$out/picture.ppm" >"$out/answers.txt"
[[ $(wc -l <"$out/answers.txt") == 6 ]] || fail "classify printed $(cat "$out/answers.txt")"
best=$(awk 'NR == 2 { print $3 }' "$out/answers.txt")
[[ $best == "$label" ]] || fail "classify says $best, the label is $label"
[[ $(awk 'NR == 2 { print $3 }' "$out/expected.txt") == "$label" ]] || fail "mixq run disagrees"

"$out/classify" "$out/d.mixq" >/dev/null || fail "the synthetic picture"
expect_error "cannot open" "$out/classify" "$out/none.mixq"
expect_error "not a readable binary PPM" "$out/classify" "$out/d.mixq" "$image"
