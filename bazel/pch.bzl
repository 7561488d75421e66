"""clang_pch: a clang precompiled header built with the toolchain's own C++ flags."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# A PCH records its main file by absolute path and dependents list it in their .d files, so the main file must outlive the
# sandbox and lie in a built-in include directory; this one is included by every translation unit anyway.
_MAIN_FILE = "/usr/include/stdc-predef.h"

def _impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = ctx.attr.copts + ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts,
        use_pic = True,
    )
    action = "c++-compile"
    out = ctx.actions.declare_file(ctx.attr.name + ".pch")
    args = ctx.actions.args()
    args.add_all(cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = action,
        variables = variables,
    ))
    args.add_all(ctx.attr.headers, before_each = "-include")
    args.add_all(["-x", "c++-header", "-fpch-instantiate-templates", _MAIN_FILE, "-o", out])
    ctx.actions.run(
        executable = cc_common.get_tool_for_action(feature_configuration = features, action_name = action),
        arguments = [args],
        env = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = action,
            variables = variables,
        ),
        inputs = toolchain.all_files,
        outputs = [out],
        mnemonic = "ClangPch",
        progress_message = "Precompiling %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([out]))]

clang_pch = rule(
    implementation = _impl,
    attrs = {
        "copts": attr.string_list(),
        "headers": attr.string_list(mandatory = True),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)
