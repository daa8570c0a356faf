"""A compiled twin as a library: spoken to by cffi without Python headers.

Its `layout.h` is read here and by the C compiler alike, so both mean the same memory.
"""

from collections.abc import Sequence
from typing import Any

from cffi import FFI


class NotBuiltError(Exception):
    """There is no compiled twin here, or it was built of other sources."""


def declared(layout: str) -> FFI:
    """A binding that knows the declarations of a layout's text."""
    ffi = FFI()
    ffi.cdef(layout)
    return ffi


def opened(ffi: FFI, path: str, structs: Sequence[str]) -> Any:  # noqa: ANN401  # known to C
    """The library, whose `layout_sizes` tells the sum of these structs; raises `NotBuiltError`."""
    try:
        library: Any = ffi.dlopen(path)
    except OSError as error:
        raise NotBuiltError(str(error)) from error
    if library.layout_sizes() != sum(ffi.sizeof(f"struct {name}") for name in structs):
        raise NotBuiltError(f"{path} was built of other sources")
    return library
