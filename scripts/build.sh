#!/bin/bash
# Builds the release binaries: bazel-bin/tools/mixq, mixq-opt and mixq-compile. Arguments go to bazel build.
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh
bazel build "$@" //tools:mixq //tools:mixq-opt //tools:mixq-compile
say "Built bazel-bin/tools/mixq, bazel-bin/tools/mixq-opt and bazel-bin/tools/mixq-compile."
