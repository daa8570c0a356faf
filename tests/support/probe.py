"""A program that tells what it finds itself to be."""

import os
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    """Tell what a process has of its own, fail, or wait to be killed."""
    match sys.argv[1]:
        case "tell":
            os.write(int(sys.argv[-1]), b"through the handle")
            handles = sorted(int(one.name) for one in Path("/proc/self/fd").iterdir())
            mine = [one for one in handles if Path(f"/proc/self/fd/{one}").exists()]
            told = (os.getpid(), Path.cwd(), dict(os.environ), sys.argv, mine)
            sys.stdout.write("".join(f"{one}\n" for one in (*told, threading.active_count())))
        case "fail":
            sys.stderr.write("no\n")
            sys.exit(3)
        case _:
            time.sleep(60)
