#!/usr/bin/python3
"""Counts test results from Bazel's build events: test_summary.py EVENTS_FILE BAZEL_EXIT_STATUS.

Names what failed and what skipped, then prints `N passed, N failed` with `, N skipped` if any. Cached results count as well,
which Bazel's own closing line leaves out. A target that does not build is a failure. A test skips by printing a line
`SKIPPED: reason` and exiting with status 0.
"""

import json
import sys
from urllib.parse import unquote, urlparse


def skip_reason(result):
    """The reason a test's log gives for having skipped, or None."""
    for output in result.get("testActionOutput", []):
        uri = urlparse(output.get("uri", ""))
        if output.get("name") != "test.log" or uri.scheme != "file":
            continue
        with open(unquote(uri.path), errors="replace") as log:
            for line in log:
                if line.startswith("SKIPPED:"):
                    return line[len("SKIPPED:") :].strip()
    return None


def read_outcomes(path):
    """Label -> ("passed" | "failed" | "skipped", detail)."""
    outcomes = {}
    skips = {}
    with open(path, errors="replace") as events:
        for line in events:
            event = json.loads(line)
            ident = event.get("id", {})
            if "testSummary" in event:
                label = ident["testSummary"]["label"]
                verdict = event["testSummary"].get("overallStatus", "NO_STATUS")
                ok = verdict in ("PASSED", "FLAKY")
                outcomes[label] = ("passed", "") if ok else ("failed", verdict.lower())
            elif "testResult" in event:
                reason = skip_reason(event["testResult"])
                if reason is not None:
                    skips[ident["testResult"]["label"]] = reason
            elif "targetCompleted" in ident and not event.get("completed", {}).get("success"):
                outcomes.setdefault(ident["targetCompleted"]["label"], ("failed", "does not build"))
    for label, reason in skips.items():
        if outcomes.get(label, ("",))[0] == "passed":
            outcomes[label] = ("skipped", reason)
    return outcomes


def main():
    outcomes = read_outcomes(sys.argv[1])
    status = int(sys.argv[2])
    counts = dict.fromkeys(("passed", "failed", "skipped"), 0)
    for kind, _ in outcomes.values():
        counts[kind] += 1
    for kind in ("failed", "skipped"):
        for label, (outcome, detail) in sorted(outcomes.items()):
            if outcome == kind:
                print("%s: %s (%s)" % (kind, label, detail))
    if status != 0 and counts["failed"] == 0:
        print("failed: bazel itself, with exit status %d" % status)
        counts["failed"] = 1
    tail = ", %d skipped" % counts["skipped"] if counts["skipped"] else ""
    print("%d passed, %d failed%s" % (counts["passed"], counts["failed"], tail))


if __name__ == "__main__":
    main()
