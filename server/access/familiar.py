"""Browsers on which a name signed in before: a cookie that opens nothing (OWASP device cookies).

It only has its owner's wrong guesses counted apart from a stranger's (`guesses`).
"""

import hashlib
import hmac
import secrets

_ID_BYTES = 16
_LONGEST = 200
KEEP_FOR = 365 * 24 * 3600
"""Seconds the browser keeps it; each sign-in writes it anew."""


def fresh_mark(key: bytes, name: str) -> str:
    """What a browser keeps after `name` signed in on it; `key` is the server's, 32 bytes."""
    browser = secrets.token_hex(_ID_BYTES)
    return f"{browser}.{_proof(key, name, browser)}"


def familiar(key: bytes, name: str, mark: str | None) -> str | None:
    """The browser by which this name's guesses are counted apart; none for what we did not write.

    A stolen mark is worth five guesses and then the same waits as without it.
    """
    browser, _, proof = (mark or "")[:_LONGEST].partition(".")
    expected = _proof(key, name, browser).encode()
    given = proof.encode("utf-8", "surrogatepass")
    return browser if hmac.compare_digest(expected, given) else None


def _proof(key: bytes, name: str, browser: str) -> str:
    """Over a digest of the name, so that no name and id run into each other."""
    named = hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
    said = b"tongke familiar" + named + browser.encode("utf-8", "surrogatepass")
    return hmac.digest(key, said, "sha256").hex()
