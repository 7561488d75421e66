"""fuzz_test: a libFuzzer target that an ordinary `bazel test` builds with its sanitizers and runs for a while.

docs/fuzzing.md tells how to run one for longer.
"""

load("//bazel:mixq.bzl", "mixq_cc_binary", "mlir_cc_binary", "runtime_cc_binary")

_RULES = {
    "mixq": mixq_cc_binary,
    "mlir": mlir_cc_binary,
    "runtime": runtime_cc_binary,
}

# The code under test is compiled a second time, with coverage for the fuzzer and the sanitizers of .bazelrc's config `asan`:
# set here rather than by a config of its own, so that the tests need one run of Bazel, not two.
_COPTS = [
    "-fsanitize=fuzzer-no-link,address,undefined",
    "-fno-sanitize-recover=undefined",
    "-fno-omit-frame-pointer",
    "-O1",
    "-gline-tables-only",
    "-U_FORTIFY_SOURCE",
    "-UNDEBUG",
]
_LINKOPTS = [
    "-fuse-ld=lld-19",
    "-fsanitize=address,undefined",
    "-fsanitize-link-c++-runtime",
]

def _instrument(settings, attr):
    return {
        "//command_line_option:copt": _COPTS,
        "//command_line_option:linkopt": _LINKOPTS,
        "//command_line_option:platform_suffix": "fuzz",
        "//command_line_option:strip": "never",
    }

_instrumented = transition(
    implementation = _instrument,
    inputs = [],
    outputs = [
        "//command_line_option:copt",
        "//command_line_option:linkopt",
        "//command_line_option:platform_suffix",
        "//command_line_option:strip",
    ],
)

def _fuzzer_impl(ctx):
    out = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(output = out, target_file = ctx.executable.binary, is_executable = True)
    return [DefaultInfo(executable = out, files = depset([out]))]

_fuzzer = rule(
    implementation = _fuzzer_impl,
    attrs = {
        "binary": attr.label(cfg = _instrumented, executable = True),
        "_allowlist_function_transition": attr.label(default = "@bazel_tools//tools/allowlists/function_transition_allowlist"),
    },
    executable = True,
)

def fuzz_test(name, kind, srcs, seeds, deps, seed_files = [], dictionary = None, options = [], **kwargs):
    """The instrumented binary `<name>_fuzzer` and the test `<name>_fuzz_test`, which runs it for 20 seconds.

    Args:
      name: what is fuzzed.
      kind: "runtime", "mixq" or "mlir": the rules of mixq.bzl by which it is compiled.
      srcs: the harness: LLVMFuzzerTestOneInput, and a custom mutator if it has one.
      seeds: a binary that writes the seed corpus into the folder it is given, from `seed_files`.
      deps: of the harness.
      seed_files: files to take seeds from.
      dictionary: a file of tokens.
      options: further options of libFuzzer.
      **kwargs: attributes of sh_test.
    """
    _RULES[kind](
        name = name + "_harness",
        testonly = True,
        srcs = srcs,
        linkopts = ["-fsanitize=fuzzer"],
        # Only as the fuzzer below: without the instrumentation it would find nothing.
        tags = ["manual"],
        deps = deps,
    )
    _fuzzer(
        name = name + "_fuzzer",
        testonly = True,
        binary = ":%s_harness" % name,
    )
    words = [":%s_fuzzer" % name, seeds] + ([dictionary] if dictionary else [])
    native.sh_test(
        name = name + "_fuzz_test",
        size = "small",
        srcs = ["//bazel:fuzz_runner.sh"],
        args = ["$(rootpath %s)" % word for word in words] + ([] if dictionary else ["none"]) +
               ["$(rootpaths %s)" % file for file in seed_files] + options,
        data = words + seed_files,
        **kwargs
    )
