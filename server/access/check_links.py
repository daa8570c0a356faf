"""Short, signed, expiring links: short enough to be typed from a terminal into a panel."""

import base64
import binascii
import hmac
import struct

from server.access.tokens import LinkKey
from signaling.errors import Code, UserError

NAME_BYTES = 5
"""Of what a link is for: 2^40 names, and nobody finds one without our key."""
MARK_BYTES = 12
"""Of the HMAC that is kept; RFC 2104, 5 wants at least 80 bits."""

_BODY = struct.Struct(f">{NAME_BYTES}sI")


class CheckKey:
    """The key of one kind of short link; see `LinkKey.derived`."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, name: str, ends: int) -> str:
        """The ticket of something with a hexadecimal name, until `ends` (seconds since 1970)."""
        body = _BODY.pack(bytes.fromhex(name), ends)
        return base64.urlsafe_b64encode(body + self._mark(body)).decode("ascii")

    def read(self, ticket: str, now: float) -> str:
        """The name that a ticket is for at `now` (seconds since 1970, UTC).

        Raises:
            UserError: `LINK_INVALID` when it is not ours, `LINK_EXPIRED` when it was.
        """
        try:
            raw = base64.b64decode(ticket.encode("ascii"), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error) as error:
            raise UserError(Code.LINK_INVALID) from error
        body, mark = raw[: _BODY.size], raw[_BODY.size :]
        if not hmac.compare_digest(mark, self._mark(body)):
            raise UserError(Code.LINK_INVALID)
        name, ends = _BODY.unpack(body)
        if ends <= now:
            raise UserError(Code.LINK_EXPIRED)
        return str(name.hex())

    def _mark(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:MARK_BYTES]


def check_key(links: LinkKey) -> CheckKey:
    """Of the links by which devices measure."""
    return CheckKey(links.derived("path checks"))


def person_check_key(links: LinkKey) -> CheckKey:
    """Of the tickets by which whoever is signed in measures."""
    return CheckKey(links.derived("path checks of people"))


def workers_key(links: LinkKey) -> CheckKey:
    """Of the tickets by which a command with the same data folder looks after media workers."""
    return CheckKey(links.derived("media workers"))


def doctor_key(links: LinkKey) -> CheckKey:
    """Of the tickets by which a doctor with the same data folder asks the server."""
    return CheckKey(links.derived("doctor"))
