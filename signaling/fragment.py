"""SDP fragments of trickle ICE (RFC 8840) as WHIP carries them (RFC 9725, 4.3). Pure.

Our end is ICE-lite and needs none of the other's candidates: its credentials are what counts.
"""

import re
from typing import NamedTuple

from signaling.errors import Code, PeerError

CONTENT_TYPE = "application/trickle-ice-sdpfrag"
FRAGMENT_LIMIT = 16_384
"""Octets of one fragment."""
_UFRAG = re.compile(r"^a=ice-ufrag:([A-Za-z0-9+/=_-]{4,256})\r?$", re.MULTILINE)
_PASSWORD = re.compile(r"^a=ice-pwd:([A-Za-z0-9+/=_-]{22,256})\r?$", re.MULTILINE)
_KEPT = ("a=ice-ufrag:", "a=ice-pwd:", "a=candidate:", "a=end-of-candidates")


class Credentials(NamedTuple):
    """What tells one ICE session of a peer from another."""

    ufrag: str
    """User name fragment."""
    password: str
    """Its password."""


def credentials(text: str) -> Credentials:
    """Those of an offer, an answer or a fragment: the first ones.

    Raises:
        PeerError: `BAD_SDP`, there are none.
    """
    ufrag, password = _UFRAG.search(text), _PASSWORD.search(text)
    if ufrag is None or password is None:
        raise PeerError(Code.BAD_SDP, why="no ICE user or password")
    return Credentials(ufrag[1], password[1])


def restarted(offer: str, new: Credentials) -> str:
    """The same offer for another ICE session."""
    offer = _UFRAG.sub(f"a=ice-ufrag:{new.ufrag}\r", offer)
    return _PASSWORD.sub(f"a=ice-pwd:{new.password}\r", offer)


def fragment(answer: str) -> str:
    """Of an answer what a fragment carries: credentials and candidates of its first section."""
    first, found = answer.find("\r\nm="), answer.find("\r\nm=", answer.find("\r\nm=") + 1)
    section = answer[first + 2 : found if found >= 0 else len(answer)].splitlines()
    lines = ["a=ice-lite", section[0]]
    lines += [line for line in section if line.startswith(("a=mid:", *_KEPT))]
    return "\r\n".join(lines) + "\r\n"
