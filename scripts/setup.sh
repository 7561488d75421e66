#!/bin/bash
# Installs the Debian packages that are missing, saying which and why. Does nothing, quickly, when all are there.
#
# MIXQ_SKIP_SETUP=1 skips the check, for a system other than Debian 12 on which everything was put in place by hand.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

readonly what_for=(
  "bazel-bootstrap: builds everything (Bazel 4.2.3)"
  "binutils: ar, which Bazel's C++ rules call"
  "clang-19: the C++ compiler"
  "clang-format-19: scripts/format.sh"
  "clang-tidy-19: scripts/lint.sh"
  "coinor-libcbc-dev: solves the integer program of the bit allocation"
  "flatbuffers-compiler: C++ from the module's schema"
  "libabsl-dev: status, strings and containers"
  "libbenchmark-dev: times kernels in test/benchmark"
  "libclang-rt-19-dev: the sanitizers of --config=asan"
  "libeigen3-dev: dense float maths in the analysis and the interpreter"
  "libflatbuffers-dev: reads and verifies the header of a module"
  "libgmock-dev: matchers in tests"
  "libgtest-dev: unit tests"
  "libjpeg62-turbo-dev: decodes JPEG images"
  "liblld-19-dev: links generated code, as a library"
  "libmlir-19-dev: the compiler infrastructure"
  "libpng-dev: decodes PNG images"
  "libstdc++-12-dev: the C++ standard library"
  "libxxhash-dev: hashes of module segments and parameters"
  "libzstd-dev: lld needs it"
  "lld-19: links our own binaries"
  "llvm-19-dev: LLVM's headers"
  "llvm-19-tools: lit, FileCheck, not, count, split-file"
  "llvm-19: llvm-readelf, llvm-nm, llvm-objdump in tests"
  "mlir-19-tools: mlir-tblgen"
  "nlohmann-json3-dev: strict JSON input"
  "pkg-config: finds abseil's archives"
  "python3: runs lit and the counting in scripts/test.sh"
  "qemu-user: runs modules in tests as on CPUs that the machine is not"
  "zlib1g-dev: lld and libpng need it"
)

# The lines of what_for whose package is not installed.
missing_packages() {
  local installed line
  installed=$(dpkg-query --show --showformat='${Package} ${db:Status-Status}\n' "${what_for[@]%%:*}" 2>/dev/null |
    sed -n 's/ installed$//p' || true)
  for line in "${what_for[@]}"; do
    grep -qxF -- "${line%%:*}" <<<"$installed" || say "$line"
  done
}

require_debian_12() {
  local ID=unknown VERSION_ID= PRETTY_NAME="an unknown system"
  [[ -r /etc/os-release ]] && source /etc/os-release
  [[ $ID == debian && $VERSION_ID == 12 ]] ||
    die "this is $PRETTY_NAME; the packages this build needs (LLVM/MLIR 19, Bazel 4.2.3) are those of Debian 12 (bookworm)." \
      "Use a Debian 12 machine or container, or set MIXQ_SKIP_SETUP=1 if you have put everything in place yourself."
  [[ $(dpkg --print-architecture) == amd64 ]] ||
    die "this machine is $(dpkg --print-architecture); the compiler generates code for x86-64 and is built on it"
}

install_packages() {
  local fetched=yes
  say "Refreshing the package lists ..."
  apt-get -qq -o APT::Update::Error-Mode=any update || fetched=no
  say "Installing ..."
  # --no-remove: MLIR 22 from bookworm-security conflicts with MLIR 19; apt must say so rather than remove it.
  if ! DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends --no-remove \
    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install "$@"; then
    [[ $fetched == yes ]] || die "the package lists could not be refreshed: is there network access to a Debian mirror?"
    die "apt-get could not install the packages (its message is above)"
  fi
}

[[ -z ${MIXQ_SKIP_SETUP:-} ]] || exit 0
require_debian_12
mapfile -t missing < <(missing_packages)
((${#missing[@]})) || exit 0

say "Missing Debian packages:"
printf '  %s\n' "${missing[@]/:/ -}"
((EUID == 0)) || die "installing packages needs root: run 'sudo scripts/setup.sh', then this command again"
install_packages "${missing[@]%%:*}"
mapfile -t missing < <(missing_packages)
((${#missing[@]} == 0)) || die "still missing after the installation: ${missing[*]%%:*}"
say "All packages are in place."
