"""The compiled half of the recorder as a library, built beside this file."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from signaling.compiled.library import NotBuiltError, declared, opened

__all__ = ["NotBuiltError", "ffi", "load"]

HERE: Final = Path(__file__).parent
LIBRARY = HERE / "libtwin.so"
"""What the build makes of the sources in this folder."""
STRUCTS: Final = ("found", "told")

ffi = declared((HERE / "layout.h").read_text("utf-8"))


@cache
def load() -> Any:  # noqa: ANN401  # its functions are known to C alone
    """The library; raises `NotBuiltError`."""
    return opened(ffi, str(LIBRARY), STRUCTS)
