"""How a classroom's screen proves itself without its cookie; pure but for the drawing of nonces.

Browsers write cookies to disk late, so a cut of power soon after binding loses the screen's. Its
page therefore made a key pair before it was bound (ECDSA, P-256; FIPS 186-5) and the server keeps
the public half. A screen that lost its cookie asks for a nonce and signs it. Each nonce is good
once and not for long, and they are kept in memory alone. Time is an argument, in seconds.
"""

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from server.access.logins import fresh_token
from server.programme.refusal import Refusal, RefusedError

HOLDS = 60.0
"""Seconds a nonce may be signed in: a slow panel on a slow line needs one."""
MOST_OPEN = 1000
"""Nonces at once; each counts as a guess of its address until it is signed, so one has thirty."""
PURPOSE = b"tongke screen "
"""What is signed begins with this, so that the signature is worth nothing anywhere else."""

_HALF = 32
_UNCOMPRESSED = 1 + 2 * _HALF


def public_key(text: bytes) -> bytes:
    """The public half as the store keeps it: an uncompressed point (SEC 1, 2.3.3).

    Raises:
        ValueError: it is no point of the curve in base64url.
    """
    point = _octets(text)
    if len(point) != _UNCOMPRESSED:
        raise ValueError("no uncompressed point of P-256")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point


def proves(key: bytes, nonce: str, signature: bytes) -> bool:
    """Whether whoever holds the private half signed this nonce.

    The signature is the two numbers after each other in base64url, as WebCrypto makes it.
    """
    signed = PURPOSE + nonce.encode("utf-8", "surrogatepass")
    known = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    try:
        known.verify(_der(_octets(signature)), signed, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


class Nonces:
    """The nonces that wait to be signed; `MOST_OPEN` at once, one more is refused."""

    def __init__(self) -> None:
        self._ends: dict[str, float] = {}

    def fresh(self, now: float) -> str:
        """Another one.

        Raises:
            RefusedError: too many wait.
        """
        self._drop_ended(now)
        if len(self._ends) >= MOST_OPEN:
            raise RefusedError(Refusal.SIGN_IN_BUSY)
        nonce = fresh_token()
        self._ends[nonce] = now + HOLDS
        return nonce

    def take(self, nonce: str, now: float) -> None:
        """Use one up, whatever its signature is worth.

        Raises:
            RefusedError: it was never given out, or was used, or is over.
        """
        self._drop_ended(now)
        if self._ends.pop(nonce, None) is None:
            raise RefusedError(Refusal.SCREEN_PROOF_OVER)

    def __len__(self) -> int:
        return len(self._ends)

    def _drop_ended(self, now: float) -> None:
        self._ends = {nonce: ends for nonce, ends in self._ends.items() if now < ends}


def _octets(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _der(signature: bytes) -> bytes:
    """The signature as the library reads it (RFC 3279, 2.2.3)."""
    if len(signature) != 2 * _HALF:
        raise ValueError("no signature of P-256")
    first, second = signature[:_HALF], signature[_HALF:]
    return encode_dss_signature(int.from_bytes(first), int.from_bytes(second))
