"""mixq_pass: a pass of the compiler, declared and described by the .td file of its name."""

load("//bazel:gentbl.bzl", "gentbl_cc_library", "td_docs")
load("//bazel:mixq.bzl", "mlir_cc_library")

def mixq_pass(name, srcs = None, hdrs = None, deps = []):
    """The pass of a folder: its library, and its manual as `reference`.

    Args:
      name: the pass and its library; name.td declares it.
      srcs: name.cpp unless given.
      hdrs: name.h unless given.
      deps: what the sources need beside the code generated from name.td.
    """
    td_file = name + ".td"
    gentbl_cc_library(
        name = "inc",
        tbl_outs = [(["-gen-pass-decls", "-name=" + name], name + ".h.inc")],
        td_file = td_file,
    )
    td_docs(
        name = "reference",
        opts = ["-gen-pass-doc"],
        out = name + ".md",
        td_file = td_file,
    )
    mlir_cc_library(
        name = name,
        srcs = srcs or [name + ".cpp"],
        hdrs = hdrs or [name + ".h"],
        deps = [":inc"] + deps,
    )
