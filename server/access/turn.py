"""Credentials for a TURN server that shares a secret with us and keeps no accounts.

The password follows from the user name, and the user name says until when it holds: coturn's
`use-auth-secret`, after draft-uberti-behave-turn-rest-00. Pure.
"""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from typing import Final

from signaling.messages import IceServer

SECONDS: Final = 86_400
"""For how long credentials hold: longer than any lesson, for each renewal of an allocation is
checked against them."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Relay:
    """TURN servers that carry media where no way of its own is open; shown to nobody by `repr`."""

    urls: Sequence[str] = ()
    """`turn:` and `turns:` URIs (RFC 7065), the preferred first; none where there is no relay."""
    secret: bytes = b""
    """Shared with all of them."""

    def servers(self, name: str, utc: float) -> tuple[IceServer, ...]:
        """What a device is told, at `utc` (seconds since 1970).

        `name` is opaque: the relay's log shows it, so it says nothing of a person.
        """
        if not self.urls:
            return ()
        username = f"{int(utc) + SECONDS}:{name}"
        digest = hmac.digest(self.secret, username.encode(), sha1)
        credential = base64.b64encode(digest).decode("ascii")
        return (IceServer(urls=tuple(self.urls), username=username, credential=credential),)
