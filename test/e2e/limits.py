"""Runs a command under a memory limit: limits.py MEGABYTES COMMAND...; megabytes are those of its largest resident set."""
import resource
import subprocess
import sys

megabytes, *command = sys.argv[1:]
status = subprocess.call(command)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print("%.0f MB" % peak)
if peak > float(megabytes):
    sys.exit("above the limit of %s MB" % megabytes)
sys.exit(status)
