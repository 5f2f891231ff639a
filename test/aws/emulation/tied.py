"""Runs a command that ends when whoever started it does, however that ends: on Linux even by SIGKILL."""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)

if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
# Trino wants 4096 open files at least; the soft limit of many shells is 1024.
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
os.execvp(sys.argv[1], sys.argv[1:])
