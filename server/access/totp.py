"""One-time codes of an authenticator app (RFC 6238 over RFC 4226); pure, time is an argument.

By hand and not by pyotp: that answers whether a code fits, not which step it belongs to, and
without the step a code cannot be refused the second time (RFC 6238, 5.2).
"""

import base64
import hmac
from urllib.parse import quote, urlencode

from server.access.codes import AUTHENTICATOR_DIGITS, authenticator_code

STEP = 30
"""Seconds a code is shown for."""
KEY_BYTES = 20
"""As long as the hash (RFC 4226, 4, R6)."""
WINDOW = 1
"""Steps that a phone's clock may be wrong, either way (RFC 6238, 5.2)."""


def code_at(key: bytes, step: int, digits: int = AUTHENTICATOR_DIGITS) -> str:
    """The code of one step, counted from 1970 (RFC 4226, 5.3)."""
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def step_of(key: bytes, typed: str, now: float, last: int | None) -> int | None:
    """The step whose code was typed at `now` (seconds since 1970, UTC); none when it is wrong.

    `last` is the newest step that was accepted before; it and all before it are wrong from then
    on. Keep the new one only if none as new was kept meanwhile, so that of two requests with the
    same code one is refused.

    Raises:
        RefusedError: these are not six digits; that is no guess yet.
    """
    code = authenticator_code(typed)
    current = int(now // STEP)
    first = max(current - WINDOW, 0 if last is None else last + 1)
    steps = range(first, current + WINDOW + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(key, step), code)]
    return fitting[0] if fitting else None


def uri(key: bytes, issuer: str, account: str) -> str:
    """What an authenticator app reads from a QR code (the Key Uri Format).

    Raises:
        ValueError: a name holds the colon that parts the two.
    """
    if ":" in issuer + account:
        raise ValueError("neither issuer nor account holds a colon")
    secret = base64.b32encode(key).decode().rstrip("=")
    asked = {"secret": secret, "issuer": issuer, "algorithm": "SHA1"}
    query = urlencode({**asked, "digits": AUTHENTICATOR_DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(account, safe='')}?{query}"
