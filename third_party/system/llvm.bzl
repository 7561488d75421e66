"""Finds Debian's LLVM, MLIR and lld 19 and exposes them as @llvm."""

load("//third_party/system:common.bzl", "package_versions", "require_paths")

_PREFIX = "/usr/lib/llvm-19"

_TOOLS = {
    "FileCheck": "llvm-19-tools",
    "count": "llvm-19-tools",
    "llvm-nm": "llvm-19",
    "llvm-objdump": "llvm-19",
    "llvm-readelf": "llvm-19",
    "llvm-strip": "llvm-19",
    "mlir-opt": "mlir-19-tools",
    "mlir-tblgen": "mlir-19-tools",
    "mlir-translate": "mlir-19-tools",
    "not": "llvm-19-tools",
    "split-file": "llvm-19-tools",
}

_BUILD = """
package(default_visibility = ["//visibility:public"])

exports_files(glob(["bin/*"]))

filegroup(
    name = "td_files",
    srcs = glob(["include/mlir/**/*.td", "include/llvm/**/*.td"]),
)

cc_library(
    name = "llvm",
    linkopts = ["-L{prefix}/lib", "-Wl,-rpath,{prefix}/lib", "-lLLVM-19"],
)

# Dynamic on purpose: static archives of MLIR or LLVM beside libMLIR.so do not work.
cc_library(
    name = "mlir",
    linkopts = ["-L{prefix}/lib", "-Wl,-rpath,{prefix}/lib", "-lMLIR"],
    deps = [":llvm"],
)

# The linker as a library; lld has no shared object.
cc_library(
    name = "lld",
    linkopts = ["-L{prefix}/lib", "-llldELF", "-llldCommon", "-lz", "-lzstd"],
    deps = [":llvm"],
)
"""

# Changes whenever a package changes whose headers Bazel does not see as inputs; bazel/copts.bzl puts it on every command
# line, so that neither the action cache nor the disk cache serves objects (or a PCH) made from other headers.
_VERSIONS = """
SYSTEM_PACKAGES_KEY = "{key}"
"""

_HEADER_PACKAGES = [
    "clang-19",
    "libabsl-dev",
    "libc6-dev",
    "libeigen3-dev",
    "libflatbuffers-dev",
    "libgtest-dev",
    "liblld-19-dev",
    "libmlir-19-dev",
    "libstdc++-12-dev",
    "llvm-19-dev",
    "nlohmann-json3-dev",
]

def _key(text):
    """A Make-variable-safe and shell-safe digest."""
    return str(hash(text)).replace("-", "n")

def _impl(rctx):
    require_paths(
        rctx,
        [(_PREFIX + "/include/mlir/IR/Dialect.h", "libmlir-19-dev"), (_PREFIX + "/lib/liblldELF.a", "liblld-19-dev")] +
        [(_PREFIX + "/bin/" + tool, package) for tool, package in _TOOLS.items()],
    )
    rctx.symlink(_PREFIX + "/include", "include")
    for tool in _TOOLS:
        rctx.symlink(_PREFIX + "/bin/" + tool, "bin/" + tool)
    rctx.file("BUILD", _BUILD.format(prefix = _PREFIX))
    rctx.file("versions.bzl", _VERSIONS.format(key = _key(package_versions(rctx, _HEADER_PACKAGES))))

system_llvm = repository_rule(
    implementation = _impl,
    local = True,
    configure = True,
)
