"""Debian's libraries other than LLVM as @sys. Their headers are under /usr/include, which the toolchain knows."""

load("//third_party/system:common.bzl", "package_versions", "require_paths")

_LIB = "/usr/lib/x86_64-linux-gnu/"

_BUILD = """
package(default_visibility = ["//visibility:public"])

exports_files(["bin/flatc"])

# Tests. Link order: main, gmock, gtest.
cc_library(
    name = "gtest",
    linkopts = ["-l:libgtest.a", "-lpthread"],
)

cc_library(
    name = "gmock",
    linkopts = ["-l:libgmock.a"],
    deps = [":gtest"],
)

cc_library(
    name = "gtest_main",
    linkopts = ["-l:libgtest_main.a"],
    deps = [":gtest"],
)

# Benchmarks of kernels. The shared object, there is no archive; nothing that ships links it. The version is a macro for the
# reason that cbc's is.
cc_library(
    name = "benchmark",
    defines = ["MIXQ_BENCHMARK_VERSION={benchmark}"],
    linkopts = ["-lbenchmark", "-lpthread"],
)

# Abseil (status, strings, formatting, containers, cleanup), from archives: what we ship must not need Debian's .so files.
cc_library(
    name = "absl",
    linkopts = {absl} + ["-lpthread", "-lrt"],
)

# Header-only.
cc_library(
    name = "eigen",
    defines = ["EIGEN_MPL2_ONLY"],
)

cc_library(name = "nlohmann_json")

# The verifier and the accessors are in the headers; what needs libflatbuffers (text parsing, file loading) is not used.
cc_library(name = "flatbuffers")

cc_library(
    name = "xxhash",
    defines = ["XXH_INLINE_ALL"],
)

# Integer programs. Shared objects: only the compiler solves any. The version is a macro so that an upgrade recompiles the
# one file that includes its headers, and that one only.
cc_library(
    name = "cbc",
    defines = ["MIXQ_CBC_VERSION={cbc}"],
    linkopts = ["-lCbcSolver", "-lCbc", "-lCgl", "-lOsiClp", "-lOsi", "-lClp", "-lCoinUtils"],
)

# Image decoding, from archives for the same reason as abseil.
cc_library(
    name = "libjpeg",
    linkopts = ["-l:libjpeg.a"],
)

cc_library(
    name = "libpng",
    linkopts = ["-l:libpng16.a", "-l:libz.a", "-lm"],
)
"""

_ABSL_MODULES = [
    "absl_cleanup",
    "absl_flat_hash_map",
    "absl_flat_hash_set",
    "absl_inlined_vector",
    "absl_span",
    "absl_status",
    "absl_statusor",
    "absl_str_format",
    "absl_strings",
    "absl_synchronization",
    "absl_time",
]

_NEEDED = [
    ("/usr/include/benchmark/benchmark.h", "libbenchmark-dev"),
    ("/usr/include/coin/Cbc_C_Interface.h", "coinor-libcbc-dev"),
    ("/usr/include/absl/status/statusor.h", "libabsl-dev"),
    ("/usr/include/eigen3/Eigen/Core", "libeigen3-dev"),
    ("/usr/include/flatbuffers/flatbuffers.h", "libflatbuffers-dev"),
    ("/usr/include/gmock/gmock.h", "libgmock-dev"),
    ("/usr/include/gtest/gtest.h", "libgtest-dev"),
    ("/usr/include/jpeglib.h", "libjpeg62-turbo-dev"),
    ("/usr/include/nlohmann/json.hpp", "nlohmann-json3-dev"),
    ("/usr/include/png.h", "libpng-dev"),
    ("/usr/include/xxhash.h", "libxxhash-dev"),
    ("/usr/bin/flatc", "flatbuffers-compiler"),
    ("/usr/bin/pkg-config", "pkg-config"),
    (_LIB + "libjpeg.a", "libjpeg62-turbo-dev"),
    (_LIB + "libpng16.a", "libpng-dev"),
    (_LIB + "libz.a", "zlib1g-dev"),
]

def _absl_archives(rctx):
    """The archives of the modules above and of all they need, dependents first."""
    result = rctx.execute(["pkg-config", "--static", "--libs"] + _ABSL_MODULES)
    if result.return_code != 0:
        fail("pkg-config cannot resolve abseil: " + result.stderr)
    return ["-l:lib%s.a" % flag[2:] for flag in result.stdout.strip().split(" ") if flag.startswith("-labsl_")]

def _version(rctx, package):
    """The version of a package as a part of an identifier."""
    text = package_versions(rctx, [package]).strip(";")
    for sign in ["=", "+", "-", ".", ":", "~"]:
        text = text.replace(sign, "_")
    return text

def _impl(rctx):
    require_paths(rctx, _NEEDED)
    rctx.symlink("/usr/bin/flatc", "bin/flatc")
    rctx.file("BUILD", _BUILD.format(
        absl = repr(_absl_archives(rctx)),
        benchmark = _version(rctx, "libbenchmark-dev"),
        cbc = package_versions(rctx, ["coinor-libcbc-dev"]).strip(";").replace("=", "_").replace("+", "_"),
    ))

system_packages = repository_rule(
    implementation = _impl,
    local = True,
    configure = True,
)
