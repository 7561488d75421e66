"""What the system repository rules share."""

def require_paths(rctx, wanted):
    """Fails naming every path of `wanted` ((path, Debian package) pairs) that does not exist."""
    missing = ["%s (Debian package %s)" % (path, package) for path, package in wanted if not rctx.path(path).exists]
    if missing:
        fail("missing: %s. scripts/setup.sh installs what is needed." % ", ".join(missing))

def package_versions(rctx, packages):
    """The installed versions of Debian packages, one string. Fails when dpkg knows one of them not."""
    result = rctx.execute(["dpkg-query", "--show", "--showformat=${Package}=${Version};"] + packages)
    if result.return_code != 0:
        fail("%s: scripts/setup.sh installs what is needed." % result.stderr.strip())
    return result.stdout
