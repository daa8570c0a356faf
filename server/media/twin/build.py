"""Builds the compiled pump: `python server/media/twin/build.py [--sanitize FILE]`.

Needs a C compiler and nothing of ours, so that the wheel's build and a checkout's setup can run it.
"""

import argparse
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
FLAGS: Final = ("-std=c11", "-D_GNU_SOURCE", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror")
FAST: Final = ("-O2",)
CHECKED: Final = (
    *("-O1", "-g", "-fno-omit-frame-pointer"),
    *("-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
)
"""Its user is a process with libasan loaded first."""
WITHOUT: Final = "no C compiler was found: media is forwarded by the pump in Python"


def compiler() -> str | None:
    """The C compiler of this machine, none if it has none; `CC` names another."""
    names = (os.environ.get("CC", ""), "gcc", "cc", "clang")
    return next((found for each in names if each and (found := shutil.which(each))), None)


def build(target: Path, flags: tuple[str, ...] = FAST) -> bool:
    """Compile all sources into a library; whether there is a compiler.

    Raises:
        subprocess.CalledProcessError: it did not compile.
    """
    command = compiler()
    if command is None:
        return False
    sources = [str(each) for each in sorted(HERE.glob("*.c"))]
    # A library that is loaded just now must not change under its process.
    fresh = target.with_suffix(".new")
    subprocess.run([command, *FLAGS, *flags, "-o", str(fresh), *sources], check=True)
    fresh.replace(target)
    return True


def main() -> None:
    """Build it here, or say why not."""
    parser = argparse.ArgumentParser(description="build the compiled pump")
    parser.add_argument("--sanitize", type=Path, help="build one that checks itself there")
    given = parser.parse_args()
    target = given.sanitize or HERE / "libtwin.so"
    if not build(target, CHECKED if given.sanitize else FAST):
        target.unlink(missing_ok=True)
        print(WITHOUT)  # noqa: T201  # a command's answer


if __name__ == "__main__":
    main()
