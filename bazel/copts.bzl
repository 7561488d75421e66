"""The compiler flags of this repository, in one place."""

load("@llvm//:versions.bzl", "SYSTEM_PACKAGES_KEY")

# No contraction: a product and a sum become an fma only where the source says so. Quantized results are bit-exact.
_COMMON = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wno-unused-parameter",
    "-ffp-contract=off",
    "-DMIXQ_SYSTEM_PACKAGES_KEY=" + SYSTEM_PACKAGES_KEY,
]

# All compiler code, and the precompiled header, are built with one -march: code that includes Eigen may not mix two.
COMPILER_COPTS = _COMMON + ["-march=x86-64-v3"]

# What runs on users' machines runs on every x86-64.
RUNTIME_COPTS = _COMMON + [
    "-march=x86-64",
    "-ffunction-sections",
    "-fdata-sections",
]
