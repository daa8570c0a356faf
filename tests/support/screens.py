"""A classroom with a screen, and the key that its page made, for tests."""

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.access.ids import uuid7
from server.access.logins import digest_of
from server.access.screen_proofs import PURPOSE
from server.actions.acting import OPERATOR
from server.programme.classroom import Classroom
from server.programme.organisation import Organisation
from server.programme.rights import Action
from server.programme.screen import Screen
from server.store.audit import Entry
from server.store.database import Database
from server.store.screens import Screens
from server.store.tables import ClassroomRow
from tests.support.stored import NOW


async def classroom(database: Database, at: Organisation, name: str = "乙") -> Classroom:
    """A classroom in the database."""
    made = Classroom(id=uuid7(), organisation=at, name=name)
    async with database.transaction() as session:
        session.add(ClassroomRow(id=made.id, organisation=at.id, name=name))
    return made


async def screen(
    database: Database, room: Classroom, token: str = "token", key: bytes | None = None
) -> Screen:
    """A screen that is bound to a classroom."""
    made = Screen(id=uuid7(), classroom=room, bound=NOW, bound_by="admin", seen=NOW)
    line = Entry(id=uuid7(), at=NOW, acting=OPERATOR, action=Action.BIND_ROOM)
    await Screens(database).bind(made, digest_of(token), line, key)
    return made


class ScreenKey:
    """A key pair, with words as WebCrypto makes them."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> bytes:
        """The public half as the page sends it."""
        known = self._private.public_key()
        return _words(known.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def signs(self, nonce: str) -> bytes:
        """The nonce signed as the page does."""
        made = self._private.sign(PURPOSE + nonce.encode(), ec.ECDSA(SHA256()))
        return _words(b"".join(half.to_bytes(32) for half in decode_dss_signature(made)))


def _words(octets: bytes) -> bytes:
    return base64.urlsafe_b64encode(octets).rstrip(b"=")
