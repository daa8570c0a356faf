"""Which cryptography encrypts media, ours and a peer's."""

import subprocess
from pathlib import Path

import pylibsrtp._binding  # type: ignore[import-not-found]  # has no stubs

_NAMES = {"libnss3": "NSS", "libcrypto": "OpenSSL", "libmbedcrypto": "Mbed TLS"}


def linked(library: str | None) -> str:
    """The cryptography that a libsrtp is linked to; `library` is its path."""
    if library is None:
        return "unknown"
    told = subprocess.run(["ldd", library], capture_output=True, text=True, check=False).stdout
    return next((name for mark, name in _NAMES.items() if mark in told), "its own AES")


def ours() -> str:
    """That of pylibsrtp, whose wheels hold libsrtp and OpenSSL in one file."""
    path = Path(pylibsrtp._binding.__file__)
    return "OpenSSL" if b"OpenSSL 3" in path.read_bytes() else linked(str(path))
