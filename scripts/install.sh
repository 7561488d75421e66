#!/bin/bash
# Installs the tools, the runtime library and its header below PREFIX:
#
#   bin/mixq, mixq-compile, mixq-opt      lib/libmixq_runtime.so.0, libmixq_runtime.so
#   include/mixq.h                        lib/pkgconfig/mixq.pc
#   libexec/mixq/                         what mixq-compile makes executables and shared objects of
#
#   scripts/install.sh PREFIX             builds first
#   scripts/install.sh --from DIR PREFIX  takes DIR, laid out as bazel-bin, as it is
#
# The folder can be moved afterwards. DESTDIR=... is put before PREFIX, for packagers.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

readonly targets=(//tools:mixq //tools:mixq-compile //tools:mixq-opt //tools:mixq-runner //tools:mixq-benchmarks
  //tools:libmixq_embedded.so //runtime:libmixq_runtime.so)

from=
if [[ ${1:-} == --from ]]; then
  from=$(cd -- "$started_in" && realpath -- "${2:?"usage: scripts/install.sh [--from DIR] PREFIX"}")
  shift 2
fi
(($# == 1)) && [[ $1 != -* ]] || die "usage: scripts/install.sh [--from DIR] PREFIX"
prefix=$(cd -- "$started_in" && realpath --canonicalize-missing -- "${DESTDIR:-}$1")

if [[ -z $from ]]; then
  scripts/setup.sh
  bazel build "${targets[@]}"
  from=$root/bazel-bin
fi

# put MODE SOURCE TARGET: replaces TARGET, which may be a running program.
put() {
  [[ -f $2 ]] || die "$2 is missing: build ${targets[*]} first"
  install -D --mode="$1" -- "$2" "$prefix/$3"
}

for tool in mixq mixq-compile mixq-opt; do
  put 755 "$from/tools/$tool" "bin/$tool"
done
for part in mixq-runner mixq-benchmarks libmixq_embedded.so; do
  put 755 "$from/tools/$part" "libexec/mixq/$part"
done
put 644 "$from/runtime/libmixq_runtime.so" lib/libmixq_runtime.so.0
ln -sf libmixq_runtime.so.0 "$prefix/lib/libmixq_runtime.so"
put 644 runtime/c/mixq.h include/mixq.h

version=$(sed -n 's/.* version\[\] = "\(.*\)";/\1/p' runtime/Version.h)
[[ -n $version ]] || die "runtime/Version.h states no version"
install -d "$prefix/lib/pkgconfig"
sed "s/@VERSION@/$version/" runtime/c/mixq.pc.in >"$prefix/lib/pkgconfig/mixq.pc"
chmod 644 "$prefix/lib/pkgconfig/mixq.pc"

say "Installed mixq $version in $prefix."
