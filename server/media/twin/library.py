"""The compiled pump as a library: built beside this file, spoken to by cffi without Python headers.

`layout.h` is read here and by the C compiler alike, so both mean the same memory.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

from cffi import FFI

HERE: Final = Path(__file__).parent
LIBRARY = HERE / "libtwin.so"
"""What the build makes of the sources in this folder."""
STRUCTS: Final = (
    *("kept", "source", "row", "publication", "stream", "peer", "aside", "tap", "pump"),
    *("path", "slot", "over", "recent", "wide", "waiting", "pacing"),
)

ffi = FFI()
ffi.cdef((HERE / "layout.h").read_text("utf-8"))

Struct = Any
"""A struct of `layout.h`: known to the C declarations alone."""


class NotBuiltError(Exception):
    """There is no compiled pump here, or it was built of other sources."""


@cache
def load() -> Any:  # noqa: ANN401  # its functions are known to C alone
    """The library; raises `NotBuiltError`."""
    try:
        library: Any = ffi.dlopen(str(LIBRARY))
    except OSError as error:
        raise NotBuiltError(str(error)) from error
    if library.layout_sizes() != sum(ffi.sizeof(f"struct {name}") for name in STRUCTS):
        raise NotBuiltError(f"{LIBRARY} was built of other sources")
    return library


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
