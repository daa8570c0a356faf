"""Builds compiled twins: `python signaling/compiled/build.py FOLDER... [--sanitize FILE]`.

Needs a C compiler and nothing of ours, so that the wheel's build and a checkout's setup can run it.
"""

import argparse
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

RTP: Final = Path(__file__).resolve().parents[1] / "rtp"
"""What every twin reads of packets."""
LIBRARY: Final = "libtwin.so"
"""What the build makes of a folder's sources, in that folder."""
FLAGS: Final = ("-std=c11", "-D_GNU_SOURCE", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror")
FAST: Final = ("-O2",)
CHECKED: Final = (
    *("-O1", "-g", "-fno-omit-frame-pointer"),
    *("-fsanitize=address,undefined", "-fno-sanitize-recover=all"),
)
"""Its user is a process with libasan loaded first."""
WITHOUT: Final = "no C compiler was found: media are forwarded and recorded by Python"


def compiler() -> str | None:
    """The C compiler of this machine, none if it has none; `CC` names another."""
    names = (os.environ.get("CC", ""), "gcc", "cc", "clang")
    return next((found for each in names if each and (found := shutil.which(each))), None)


def build(folder: Path, target: Path, flags: tuple[str, ...] = FAST) -> bool:
    """Compile all sources of a folder into a library; whether there is a compiler.

    Raises:
        subprocess.CalledProcessError: it did not compile.
    """
    command = compiler()
    if command is None:
        return False
    sources = [str(each) for each in sorted([*folder.glob("*.c"), *RTP.glob("*.c")])]
    # A library that is loaded just now must not change under its process.
    fresh = target.with_suffix(".new")
    subprocess.run([command, *FLAGS, *flags, f"-I{RTP}", "-o", str(fresh), *sources], check=True)
    fresh.replace(target)
    return True


def main() -> None:
    """Build them in their folders, or say why not."""
    parser = argparse.ArgumentParser(description="build compiled twins")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sanitize", type=Path, help="build one that checks itself there")
    given = parser.parse_args()
    for folder in given.folders:
        target = given.sanitize or folder / LIBRARY
        if not build(folder, target, CHECKED if given.sanitize else FAST):
            target.unlink(missing_ok=True)
            print(WITHOUT)  # noqa: T201  # a command's answer


if __name__ == "__main__":
    main()
