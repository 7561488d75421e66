"""The C++ rules of this repository. Every C++ target uses one of these, never a native rule:

    mixq_cc_*     compiler code (dialect, frontend, analysis, transforms, their tools and tests): x86-64-v3
    mlir_cc_*     the same for code that includes MLIR headers: links MLIR and uses the precompiled header
    runtime_cc_*  the runtime and what links only the runtime: baseline x86-64

Each comes as _library, _binary and _test; all take the attributes of the native rule. Tests link googletest's main and
gmock by themselves. Include paths are workspace paths, so `includes` is refused: it would make our headers system headers,
whose warnings the compiler and clang-tidy hide.
"""

load("//bazel:copts.bzl", "COMPILER_COPTS", "RUNTIME_COPTS")

_PCH_COPTS = ["-include-pch", "$(GENDIR)/third_party/pch/mlir_pch.pch"]
_PCH_DEPS = ["//third_party/pch:mlir"]
_TEST_DEPS = ["@sys//:gmock", "@sys//:gtest_main"]

def _cc(rule, name, flags, copts = [], deps = [], more_deps = [], **kwargs):
    if "includes" in kwargs:
        fail("%s: use workspace include paths instead of `includes`" % name)
    rule(
        name = name,
        copts = flags + copts,
        deps = deps + [d for d in more_deps if d not in deps],
        **kwargs
    )

def _cc_test(name, flags, more_deps = [], size = "small", **kwargs):
    _cc(native.cc_test, name, flags, more_deps = more_deps + _TEST_DEPS, size = size, **kwargs)

# linkstatic: no .so of every library, which nothing would use.
def _cc_library(name, flags, linkstatic = True, **kwargs):
    _cc(native.cc_library, name, flags, linkstatic = linkstatic, **kwargs)

def mixq_cc_library(name, **kwargs):
    _cc_library(name, COMPILER_COPTS, **kwargs)

def mixq_cc_binary(name, **kwargs):
    _cc(native.cc_binary, name, COMPILER_COPTS, **kwargs)

def mixq_cc_test(name, **kwargs):
    _cc_test(name, COMPILER_COPTS, **kwargs)

def mlir_cc_library(name, **kwargs):
    _cc_library(name, COMPILER_COPTS + _PCH_COPTS, more_deps = _PCH_DEPS, **kwargs)

def mlir_cc_binary(name, **kwargs):
    _cc(native.cc_binary, name, COMPILER_COPTS + _PCH_COPTS, more_deps = _PCH_DEPS, **kwargs)

def mlir_cc_test(name, **kwargs):
    _cc_test(name, COMPILER_COPTS + _PCH_COPTS, more_deps = _PCH_DEPS, **kwargs)

def runtime_cc_library(name, **kwargs):
    _cc_library(name, RUNTIME_COPTS, **kwargs)

def runtime_cc_binary(name, **kwargs):
    _cc(native.cc_binary, name, RUNTIME_COPTS, **kwargs)

def runtime_cc_test(name, **kwargs):
    _cc_test(name, RUNTIME_COPTS, **kwargs)
