"""The journal's lines: number, lesson time, hash chain, old versions, torn tail (pure).

A line is one JSON object, its body last:

    {"n":7,"t":12.5,"chain":"…","nonce":"…","body":{"type":"hand_raised",…}}

`hash` is SHA-256 of nonce and body, `chain` SHA-256 of the line before's chain, `n|t|version|` and
that hash. An erased line has its `hash` in place of nonce and body, and the chain still holds. The
first line names the version as well. All hashes are unpadded base64url.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import from_json

from signaling.clock import stamp
from signaling.events import EVENT, STRICT, Event, JournalGap, LessonEnded

VERSION = 1
"""The version that is written."""

NONCE_BYTES = 16
"""Random bytes that a shell gives for each line."""

Body = dict[str, object]
Upgrade = Callable[[Body], Body]

UPGRADES: Mapping[int, Upgrade] = {}
"""For each old version, what makes its bodies into those of the next."""

_BODY = b',"body":'


class UnreadableJournalError(ValueError):
    """It is of a version that this one does not read: a newer one, or older than any upgrade."""


class Head(NamedTuple):
    """Where the next line continues."""

    n: int
    """Number of the last line; -1 before the first."""
    t: float
    """Its lesson time."""
    chain: bytes
    """Its chain."""


START = Head(-1, 0.0, hashlib.sha256(b"tongke journal").digest())
"""Before the first line."""


class Line(NamedTuple):
    """One line as it is read."""

    n: int
    """Its number."""
    t: float
    """Its lesson time."""
    event: Event | None
    """What happened; none if it was erased or is of a type that this version does not know."""


class Journal(NamedTuple):
    """What could be read."""

    lines: tuple[Line, ...]
    """From the first."""
    torn_bytes: int
    """Bytes after the last line that continues the one before; to be cut off before going on."""
    head: Head
    """Where a `Writer` goes on."""
    version: int
    """As which version it was begun."""

    @property
    def sealed(self) -> bool:
        """Whether it is whole: it ends with the lesson's end and nothing follows."""
        last = self.lines[-1].event if self.lines else None
        return self.torn_bytes == 0 and isinstance(last, LessonEnded)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class _Envelope:
    """A line without its body."""

    n: int
    t: float
    version: int | None = None
    chain: str
    nonce: str | None = None
    hash: str | None = None


_ENVELOPE: TypeAdapter[_Envelope] = TypeAdapter(_Envelope)
_ANY_BODY: TypeAdapter[Body] = TypeAdapter(Body)


class Writer:
    """Writes the lines that continue a journal, one after the other."""

    def __init__(self, head: Head = START) -> None:
        self._chain = head.chain
        self.n = head.n
        """Number of the last event, kept or not."""
        self._t = head.t

    @property
    def head(self) -> Head:
        """Where the next line continues; remember it once a line is kept."""
        return Head(self.n, self._t, self._chain)

    def write(self, now: float, event: Event, nonce: bytes) -> tuple[Line, bytes]:
        """The next line, to be applied with these `n` and `t`, and its bytes to be appended."""
        self.n += 1
        self._t = max(self._t, stamp(now))
        version = VERSION if self.n == 0 else None
        body = EVENT.dump_json(event)
        key = _text(nonce)
        self._chain = _link(self._chain, self.n, self._t, version, _hash(key, body))
        chain = _text(self._chain)
        envelope = _Envelope(n=self.n, t=self._t, version=version, chain=chain, nonce=key)
        return Line(self.n, self._t, event), _compose(envelope, body) + b"\n"

    def rewind(self, kept: Head) -> int:
        """Nothing after `kept` could be stored; returns how many events that were.

        The next line must be a `JournalGap` of so many events. Numbers go on, for they were told.
        """
        self._chain = kept.chain
        return self.n - kept.n


def read(data: bytes, upgrades: Mapping[int, Upgrade] = UPGRADES, newest: int = VERSION) -> Journal:
    """The lines up to the first that does not continue the one before.

    Raises `UnreadableJournalError`. A torn tail is cut; in a sealed journal it would be a forgery,
    see `Journal.sealed`.
    """
    lines: list[Line] = []
    head, at, version = START, 0, newest
    while (end := data.find(b"\n", at)) >= 0:
        text = data[at:end]
        envelope = _envelope(text)
        if envelope is None or not _begins_or_continues(envelope, head):
            break
        if envelope.version is not None:
            version = envelope.version
            _check_readable(version, upgrades, newest)
        event = _event(_body(text), version, upgrades, newest)
        following = _follow(head, envelope, _body(text), event)
        if following is None:
            break
        head = following
        lines.append(Line(envelope.n, envelope.t, event))
        at = end + 1
    return Journal(tuple(lines), len(data) - at, head, version)


def erase(line: bytes) -> bytes:
    """A line without nonce and body: what it said is gone, the chain still holds.

    Raises `ValueError` for what is no line, and for the first, which names the version.
    """
    envelope = _envelope(line.rstrip(b"\n"))
    if envelope is None or envelope.version is not None:
        raise ValueError("this line cannot be erased")
    if envelope.nonce is None:
        return line
    digest = _text(_hash(envelope.nonce, _body(line.rstrip(b"\n"))))
    erased = _Envelope(n=envelope.n, t=envelope.t, chain=envelope.chain, hash=digest)
    return _compose(erased, b"") + b"\n"


def _check_readable(version: int, upgrades: Mapping[int, Upgrade], newest: int) -> None:
    """Whether there is a way from a version to ours."""
    if version > newest:
        raise UnreadableJournalError(f"a journal of version {version}; {newest} is the newest read")
    missing = [old for old in range(version, newest) if old not in upgrades]
    if missing:
        raise UnreadableJournalError(f"nothing upgrades a journal of version {missing[0]}")


def _compose(envelope: _Envelope, body: bytes) -> bytes:
    """A line from its parts: the one way to write it."""
    fields = [f'{{"n":{envelope.n},"t":{envelope.t!r}']
    if envelope.version is not None:
        fields.append(f'"version":{envelope.version}')
    fields.append(f'"chain":"{envelope.chain}"')
    if envelope.nonce is None:
        return f'{",".join(fields)},"hash":"{envelope.hash}"}}'.encode()
    return f'{",".join(fields)},"nonce":"{envelope.nonce}"'.encode() + _BODY + body + b"}"


def _envelope(text: bytes) -> _Envelope | None:
    """A line's envelope; none if it is not one, or is not written as we write it."""
    head, mark, _ = text.partition(_BODY)
    try:
        envelope = _ENVELOPE.validate_json(head + b"}" if mark else text)
    except ValidationError:
        return None
    return envelope if _compose(envelope, _body(text)) == text else None


def _body(text: bytes) -> bytes:
    """The bytes of a line's body; empty if it was erased."""
    return text.partition(_BODY)[2][:-1]


def _begins_or_continues(envelope: _Envelope, head: Head) -> bool:
    """Whether numbers and times go forward, and only the first line names a version."""
    first = head.n < 0
    return (
        envelope.n > head.n
        and envelope.t >= head.t
        and first == (envelope.n == 0)
        and first == (envelope.version is not None)
    )


def _event(body: bytes, version: int, upgrades: Mapping[int, Upgrade], newest: int) -> Event | None:
    """A body as an event of today; none if erased or not understood."""
    try:
        if not body or version == newest:
            return EVENT.validate_json(body) if body else None
        fields = _ANY_BODY.validate_python(from_json(body))
        for old in range(version, newest):
            fields = upgrades[old](fields)
        return EVENT.validate_json(_ANY_BODY.dump_json(fields))
    except ValueError:
        return None


def _follow(head: Head, envelope: _Envelope, body: bytes, event: Event | None) -> Head | None:
    """The head after this line; none if its chain is not that of a continuation."""
    skipped = envelope.n - head.n - 1
    if skipped and not (isinstance(event, JournalGap) and event.events == skipped):
        return None
    digest = _digest(envelope, body)
    if digest is None:
        return None
    chain = _link(head.chain, envelope.n, envelope.t, envelope.version, digest)
    return Head(envelope.n, envelope.t, chain) if _text(chain) == envelope.chain else None


def _digest(envelope: _Envelope, body: bytes) -> bytes | None:
    """A line's hash: of what it says, or what stands in its place; none if it has not just one."""
    if (envelope.nonce is None) == (envelope.hash is None):
        return None
    if envelope.nonce is not None:
        return _hash(envelope.nonce, body)
    try:
        digest = _bytes(envelope.hash or "")
    except ValueError:
        return None
    return digest if _text(digest) == envelope.hash else None


def _hash(nonce: str, body: bytes) -> bytes:
    """What the chain holds of a line's contents."""
    return hashlib.sha256(nonce.encode() + body).digest()


def _link(before: bytes, n: int, t: float, version: int | None, digest: bytes) -> bytes:
    """One link of the chain."""
    return hashlib.sha256(before + f"{n}|{t!r}|{version or ''}|".encode() + digest).digest()


def _text(data: bytes) -> str:
    """Bytes as unpadded base64url."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Unpadded base64url as bytes; raises `ValueError` for anything else."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
