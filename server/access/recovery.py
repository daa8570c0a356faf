"""Recovery codes for those who lost their authenticator: ten, each good once.

Only their SHA-256 is kept. A slow hash would add nothing: 72 random bits are not guessed.
"""

import hashlib

from server.access.codes import fresh_recovery_code, recovery_code

HOW_MANY = 10


def fresh() -> tuple[str, ...]:
    """Codes to be shown once, to be written down; they replace those from before."""
    return tuple(fresh_recovery_code() for _ in range(HOW_MANY))


def digests(codes: tuple[str, ...]) -> frozenset[bytes]:
    """What is kept of codes."""
    return frozenset(_digest(recovery_code(code)) for code in codes)


def spent(typed: str, kept: frozenset[bytes]) -> bytes | None:
    """The digest to strike out because its code was typed; none when it is wrong or was used.

    Whoever strikes it out first has used it: of two requests with the same code one is refused.

    Raises:
        RefusedError: no recovery code looks like this; that is no guess yet.
    """
    digest = _digest(recovery_code(typed))
    return digest if digest in kept else None


def _digest(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
