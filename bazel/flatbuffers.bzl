"""flatbuffer_cc_library: a C++ header from a .fbs schema through the system's flatc."""

def flatbuffer_cc_library(name, src, flatc_opts = ["--scoped-enums"], **kwargs):
    """cc_library `name` with the header `<src without .fbs>_generated.h`, included by its workspace path."""
    if not src.endswith(".fbs"):
        fail("%s: %s is no .fbs file" % (name, src))
    out = src[:-len(".fbs")] + "_generated.h"
    native.genrule(
        name = name + "__flatc",
        srcs = [src],
        outs = [out],
        cmd = "$(location @sys//:bin/flatc) --cpp %s -o $(@D) $<" % " ".join(flatc_opts),
        exec_tools = ["@sys//:bin/flatc"],
    )
    native.cc_library(
        name = name,
        hdrs = [out],
        deps = ["@sys//:flatbuffers"],
        **kwargs
    )
