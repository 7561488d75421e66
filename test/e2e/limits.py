"""Runs a command under limits: limits.py SECONDS MEGABYTES COMMAND...; megabytes are those of its largest resident set."""
import resource
import subprocess
import sys
import time

seconds, megabytes, *command = sys.argv[1:]
start = time.monotonic()
status = subprocess.call(command)
elapsed = time.monotonic() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print("%.1f s, %.0f MB" % (elapsed, peak))
if elapsed > float(seconds) or peak > float(megabytes):
    sys.exit("above the limit of %s s, %s MB" % (seconds, megabytes))
sys.exit(status)
