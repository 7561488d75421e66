"""lit_tests: one Bazel test per lit file, run by Debian's lit and FileCheck with the settings of //test:lit.cfg.py."""

# Pass as `tools` where a test runs the user's driver.
ALL_TOOLS = [
    "//tools:mixq",
    "//tools:mixq-compile",
    "//tools:mixq-opt",
]

_LLVM_TOOLS = [
    "@llvm//:bin/FileCheck",
    "@llvm//:bin/count",
    "@llvm//:bin/llvm-nm",
    "@llvm//:bin/llvm-objdump",
    "@llvm//:bin/llvm-readelf",
    "@llvm//:bin/not",
    "@llvm//:bin/split-file",
]

def lit_tests(srcs, tools = ["//tools:mixq-opt"], data = [], size = "small", **kwargs):
    """Test `<file>.test` for each file of `srcs`.

    Args:
      srcs: lit files, e.g. glob(["*.mlir"]).
      tools: our binaries on the tests' PATH; only these, so that a change elsewhere does not rerun the test.
      data: further files the tests read, as %S/... beneath test/, or as %workspace/... anywhere.
      size: of each test.
      **kwargs: attributes of sh_test.
    """
    for src in srcs:
        native.sh_test(
            name = src.replace("/", "_") + ".test",
            srcs = ["//bazel:lit_runner.sh"],
            args = ["$(rootpath %s)" % src],
            data = [src, "//test:lit.cfg.py"] + _LLVM_TOOLS + tools + data,
            size = size,
            **kwargs
        )
