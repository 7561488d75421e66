"""Rules around the system's mlir-tblgen: td_library, gentbl_cc_library, td_docs.

Every .td file is found by its workspace path (`include "dialect/MixqBase.td"`) or by its path in LLVM's include folder.
"""

TdInfo = provider("The .td files of a library and of all it includes.", fields = ["files"])

def _td_files(direct, deps):
    return depset(direct, transitive = [dep[TdInfo].files for dep in deps])

def _td_library_impl(ctx):
    return [
        DefaultInfo(files = depset(ctx.files.srcs)),
        TdInfo(files = _td_files(ctx.files.srcs, ctx.attr.deps)),
    ]

td_library = rule(
    implementation = _td_library_impl,
    doc = "A set of .td files; `deps` are the td_library targets whose files they include.",
    attrs = {
        "deps": attr.label_list(providers = [TdInfo]),
        "srcs": attr.label_list(allow_files = [".td"]),
    },
)

def _gentbl_impl(ctx):
    args = ctx.actions.args()
    args.add_all(ctx.attr.opts)
    args.add_all(["-I", ".", "-I", "external/llvm/include"])
    args.add(ctx.file.td_file)
    args.add("-o", ctx.outputs.out)
    ctx.actions.run(
        executable = ctx.executable._tblgen,
        arguments = [args],
        inputs = _td_files(ctx.files._system_td + [ctx.file.td_file], ctx.attr.deps),
        outputs = [ctx.outputs.out],
        mnemonic = "MlirTblgen",
        progress_message = "mlir-tblgen %s" % ctx.outputs.out.short_path,
    )

_gentbl = rule(
    implementation = _gentbl_impl,
    attrs = {
        "deps": attr.label_list(providers = [TdInfo]),
        "opts": attr.string_list(),
        "out": attr.output(mandatory = True),
        "td_file": attr.label(allow_single_file = [".td"], mandatory = True),
        "_system_td": attr.label(default = "@llvm//:td_files"),
        "_tblgen": attr.label(
            default = "@llvm//:bin/mlir-tblgen",
            allow_single_file = True,
            cfg = "host",
            executable = True,
        ),
    },
)

def gentbl_cc_library(name, td_file, tbl_outs, deps = [], **kwargs):
    """Generates .inc files from a .td file, and a cc_library of them to depend on.

    Args:
      name: the cc_library.
      td_file: the .td file mlir-tblgen reads.
      tbl_outs: (options, output file) pairs, e.g. (["-gen-op-decls"], "MixqOps.h.inc").
      deps: td_library targets with all that td_file includes (system files need none).
      **kwargs: attributes of the cc_library.
    """
    for opts, out in tbl_outs:
        _gentbl(
            name = "%s__%s" % (name, out.replace("/", "_").replace(".", "_")),
            td_file = td_file,
            opts = opts,
            out = out,
            deps = deps,
        )
    native.cc_library(name = name, textual_hdrs = [out for _, out in tbl_outs], **kwargs)

def td_docs(name, td_file, opts, out, deps = [], **kwargs):
    """Generates a Markdown reference, e.g. opts = ["-gen-dialect-doc", "-dialect=mixq"] or ["-gen-pass-doc"]."""
    _gentbl(
        name = name,
        td_file = td_file,
        opts = opts,
        out = out,
        deps = deps,
        **kwargs
    )
