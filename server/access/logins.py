"""Logins: who is signed in, by an opaque cookie; pure but for the drawing of tokens.

The cookie holds 256 random bits and says nothing; the store keeps their SHA-256 with what stands
in `Login`. Signing in, a second factor, another capacity or another password always makes a new
token, so that a cookie planted before is worth nothing (OWASP Session Management). Signing out
removes the row. Times are seconds since 1970 in UTC, for they outlive the process.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Literal

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TOUCH_AFTER = MINUTE
"""Seconds after which a request is noted in the store again; not each one costs a write."""

_TOKEN_BYTES = 32
_LONGEST_TOKEN = 64
_COOKIE = "tongke-login"


@dataclass(frozen=True, kw_only=True)
class Lifetime:
    """When a login ends by itself, in seconds."""

    idle: float
    """After the last request."""
    absolute: float
    """After signing in, however busy it is."""


STAFF = Lifetime(idle=12 * HOUR, absolute=7 * DAY)
"""A person's own phone or computer: through a school day, anew each week."""
PANEL = Lifetime(idle=2 * HOUR, absolute=12 * HOUR)
"""A classroom's shared panel: through a lesson, never until the next day."""
HALFWAY = Lifetime(idle=5 * MINUTE, absolute=5 * MINUTE)
"""Between the password and the second factor."""


@dataclass(frozen=True, kw_only=True)
class Login:
    """One signed-in browser."""

    digest: bytes
    """SHA-256 of the cookie's token: what the store finds it by."""
    person: str
    """Who signed in."""
    whole: bool
    """Whether every factor was shown; until then it opens only the page that asks for the next."""
    lifetime: Lifetime
    """When it ends by itself."""
    made: float
    """When the person signed in; renewing the token does not change it."""
    seen: float
    """When the last request was noted."""

    @property
    def ends(self) -> float:
        """When it ends unless another request comes."""
        return min(self.seen + self.lifetime.idle, self.made + self.lifetime.absolute)

    def holds(self, now: float) -> bool:
        """Whether it still stands for its person; a clock put back does not revive it."""
        return self.seen - TOUCH_AFTER <= now < self.ends


def fresh_token() -> str:
    """The secret of a new login, device or panel: 256 random bits."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(token: str) -> bytes:
    """What is kept of a token, and found by; of what cannot be one, too."""
    return hashlib.sha256(token[:_LONGEST_TOKEN].encode("utf-8", "surrogatepass")).digest()


def begin(
    person: str, token: str, now: float, lifetime: Lifetime = STAFF, *, whole: bool = True
) -> Login:
    """A login of somebody who just proved who they are; `whole` when no factor is missing.

    One that is not whole is replaced by one begun anew when the second factor was shown.
    """
    return Login(
        digest=digest_of(token),
        person=person,
        whole=whole,
        lifetime=lifetime if whole else HALFWAY,
        made=now,
        seen=now,
    )


def touched(login: Login, now: float) -> Login:
    """The login after a request; the very same when nothing needs to be written."""
    return login if now - login.seen < TOUCH_AFTER else replace(login, seen=now)


def csrf_token(token: str) -> str:
    """What a page of this login sends with each change (OWASP CSRF, HMAC by the session's secret).

    Made from the cookie's token, so it changes and ends with the login, and says nothing of it.
    """
    key = token[:_LONGEST_TOKEN].encode("utf-8", "surrogatepass")
    return hmac.digest(key, b"tongke csrf", "sha256").hex()


def csrf_fits(token: str, sent: str) -> bool:
    """Whether a change was sent by a page of this login."""
    given = sent.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(csrf_token(token).encode(), given)


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie as `set_cookie` takes it."""

    name: str
    """`__Host-` binds it to this host, to HTTPS and to the whole site (RFC 6265bis, 4.1.3.2)."""
    value: str
    """The token."""
    max_age: int | None
    """Seconds the browser keeps it; none until it is closed or loses power."""
    secure: bool
    """Sent by HTTPS alone."""
    httponly: Literal[True] = True
    """No script reads it."""
    samesite: Literal["Lax"] = "Lax"
    """Another site's forms and pictures do not send it; a link from a chat does."""
    path: Literal["/"] = "/"
    """The whole site."""


def cookie_name(https: bool) -> str:
    """By what name it comes; over HTTPS a plain one, which others can plant, is not read."""
    return f"__Host-{_COOKIE}" if https else _COOKIE


def cookie(login: Login, token: str, https: bool) -> Cookie:
    """What to set after signing in; `https` is false on a machine's own plain address alone.

    A panel's is to end with its browser; but a browser that lost its power finds it again, so the
    room's page ends the login besides (`actions.panel_sign_in`).
    """
    return Cookie(
        name=cookie_name(https),
        value=token,
        max_age=None if login.lifetime == PANEL else int(login.lifetime.absolute),
        secure=https,
    )
