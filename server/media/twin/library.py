"""The compiled pump as a library, built beside this file."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from signaling.compiled.library import NotBuiltError, declared, opened

__all__ = ["NotBuiltError", "address", "ffi", "flag", "in_state", "load"]

HERE: Final = Path(__file__).parent
LIBRARY = HERE / "libtwin.so"
"""What the build makes of the sources in this folder."""
STRUCTS: Final = (
    *("kept", "source", "row", "publication", "stream", "peer", "aside", "tap", "pump"),
    *("path", "slot", "over", "recent", "wide", "waiting", "pacing"),
)

ffi = declared((HERE / "layout.h").read_text("utf-8"))

Struct = Any
"""A struct of `layout.h`: known to the C declarations alone."""


@cache
def load() -> Any:  # noqa: ANN401  # its functions are known to C alone
    """The library; raises `NotBuiltError`."""
    return opened(ffi, str(LIBRARY), STRUCTS)


def address(value: Any) -> Struct:  # noqa: ANN401  # a pointer
    """A pointer of another binding as one of ours."""
    return ffi.cast("void *", value)


def in_state(name: str) -> Any:  # noqa: ANN401  # stands for an attribute of any type
    """An attribute that lies in the struct."""

    def get(self: Any) -> Any:  # noqa: ANN401
        return getattr(self.state, name)

    def put(self: Any, value: Any) -> None:  # noqa: ANN401
        setattr(self.state, name, value)

    return property(get, put)


def flag(name: str) -> Any:  # noqa: ANN401  # stands for an attribute
    """A truth value that lies in the struct."""

    def get(self: Any) -> bool:  # noqa: ANN401
        return bool(getattr(self.state, name))

    def put(self: Any, value: bool) -> None:  # noqa: ANN401
        setattr(self.state, name, int(value))

    return property(get, put)
