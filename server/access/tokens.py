"""Signed, expiring tokens of the links: what a link says is proved by our key alone (RFC 7519)."""

import hmac
import os
from pathlib import Path
from typing import Annotated

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from server.programme.rights import Capacity
from signaling.errors import Code, UserError
from signaling.events import Role
from signaling.ids import LessonId, ParticipantId

KEY_BYTES = 32
ALGORITHM = "HS256"


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Reviewer:
    """Who asked for a token while signed in."""

    person: str
    """The account."""
    capacity: Capacity
    """In what capacity they acted."""
    organisation: str
    """At which organisation."""


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Claims:
    """What a link lets its holder be."""

    lesson: LessonId
    """In which lesson."""
    role: Role
    """As what."""
    place: ParticipantId | None = None
    """The classroom a teacher's or room's device is part of; none for others."""
    name: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    """What the holder is called when it types no name itself."""
    person: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    """The account of the holder, where one was proved; then what is declared is theirs by name."""
    beside: bool = False
    """Whether its device only goes with a room's own: it sends and plays nothing by itself."""
    reviewer: Reviewer | None = None
    """Who may review the recording with it and do nothing else; none in links."""
    exp: int
    """When the link ends: seconds since 1970 in UTC."""


_CLAIMS: TypeAdapter[Claims] = TypeAdapter(Claims)


class LinkKey:
    """The key that signs links; whoever has it can make any link."""

    def __init__(self, secret: bytes) -> None:
        self._key = OctKey.import_key(secret)
        self._secret = secret

    def derived(self, purpose: str) -> bytes:
        """Another key of 32 bytes for another purpose; neither tells the other (RFC 5869, 2.3)."""
        return hmac.digest(self._secret, f"tongke {purpose}\x01".encode(), "sha256")

    def sign(self, claims: Claims) -> str:
        """The token of a link."""
        body = _CLAIMS.dump_python(claims, mode="json", exclude_defaults=True)
        return jwt.encode({"alg": ALGORITHM}, body, self._key)

    def read(self, token: str, now: float) -> Claims:
        """What a token says at `now` (seconds since 1970, UTC).

        Raises:
            UserError: `LINK_INVALID` when it is not ours, `LINK_EXPIRED` when it was.
        """
        try:
            claims = _CLAIMS.validate_python(
                jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            )
        except (JoseError, ValidationError, ValueError) as error:
            raise UserError(Code.LINK_INVALID) from error
        if claims.exp <= now:
            raise UserError(Code.LINK_EXPIRED)
        return claims


def load_key(path: Path) -> LinkKey:
    """The key of a data folder, made at the first use and readable by its owner alone."""
    secret = os.urandom(KEY_BYTES)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
    if len(secret) != KEY_BYTES:
        raise ValueError(f"{path} is not a key of {KEY_BYTES} bytes")
    return LinkKey(secret)
