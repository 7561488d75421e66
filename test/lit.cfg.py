# The settings of every lit test; bazel/lit_runner.sh runs lit inside the runfiles of one test.
import os

import lit.formats

runfiles = os.environ["TEST_SRCDIR"]
workspace = os.path.join(runfiles, os.environ["TEST_WORKSPACE"])

config.name = "mixq"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(os.environ["TEST_TMPDIR"], "out")
config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(workspace, "tools"),
        os.path.join(runfiles, "llvm", "bin"),
        "/usr/bin",
        "/bin",
    ]
)
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "MIXQ_SHARED"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

# Files that a test declares as data, by workspace path: %workspace/examples/digits/model.
config.substitutions.append(("%workspace", workspace))

# The driver's path, for emulators, which do not search PATH.
config.substitutions.append(("%mixq", os.path.join(workspace, "tools", "mixq")))
if os.path.exists("/usr/bin/qemu-x86_64"):
    config.available_features.add("qemu")

# REQUIRES: avx2, avx512f, avx512_vnni, ... (names of /proc/cpuinfo), shared (the folder of larger models beside the clone).
with open("/proc/cpuinfo") as cpuinfo:
    for line in cpuinfo:
        if line.startswith("flags"):
            config.available_features.update(line.split(":")[1].split())
            break
if os.environ.get("MIXQ_SHARED"):
    config.available_features.add("shared")
    config.substitutions.append(("%shared", os.environ["MIXQ_SHARED"]))
