"""WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep): equipment that publishes or watches by HTTP.

The second shell round a lesson's devices, beside `websocket`: a POST says hello and offers at once,
the answer comes as its response. What the lesson tells besides is of no use to such a device; it
is here as long as its peer lives, and is one device again when the same link offers the same anew.
"""

import asyncio
import hmac
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from signaling.errors import Code, PeerError, UserError
from signaling.events import Codec, Kind
from signaling.fragment import credentials, fragment, restarted
from signaling.ids import DeviceId, PeerId, SourceId
from signaling.messages import (
    VERSION,
    Answer,
    Closed,
    Hello,
    IceServer,
    Leave,
    Offer,
    OfferAgain,
    Refused,
    Resume,
    SourceOffer,
    State,
    ToDevice,
    View,
    Welcome,
)
from signaling.offer import Media, read_offer
from signaling.session import Attach, Attachment

ANSWER_SECONDS: Final = 10.0
"""So long the lesson has for an answer."""
HEARD_SECONDS: Final = 2.0
"""How often the lesson is told that the device is here; the media worker says when it is gone."""
REMEMBERED: Final = 512
"""Devices that are known again when they come back; the oldest is forgotten first."""
NAME: Final = re.compile(r"[a-z0-9_]{1,24}")
SENDS: Final = ("sendonly", "sendrecv")
PLAYS: Final = ("recvonly", "sendrecv")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a POST asks for."""

    direction: Literal["up", "down"]
    """WHIP or WHEP."""
    source: str
    """As it stands in the address: names of own sources joined by `+`, or one source to watch."""
    token: str
    """The signed link's."""
    sdp: str
    """The offer."""

    @property
    def who(self) -> bytes:
        """What a device that comes again is known by."""
        return sha256(f"{self.direction} {self.source} {self.token}".encode()).digest()


class Equipment:
    """All WHIP and WHEP sessions of a server; bounded by what lessons let in."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._known: OrderedDict[bytes, Resume] = OrderedDict()

    async def begin(self, asked: Asked, attach: Attach) -> "Session":
        """Let a device in and have its offer answered.

        Raises:
            TongkeError: it is refused.
        """
        session = Session(asked)
        try:
            await self._greet(session, attach)
            await session.settle()
        except BaseException:
            session.end()
            raise
        self._sessions[session.id] = session
        session.run(lambda: self._sessions.pop(session.id, None))
        return session

    async def _greet(self, session: "Session", attach: Attach) -> None:
        """As the device that it was; as a new one where that is not known any more."""
        before = self._known.get(session.asked.who)
        try:
            await session.greet(attach, before)
        except UserError as error:
            if before is None or error.code is not Code.RESUME_REFUSED:
                raise
            await session.greet(attach, None)
        if session.secret is not None:
            self._known[session.asked.who] = Resume(
                device=session.device, secret=session.secret, seen=-1
            )
            self._known.move_to_end(session.asked.who)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    async def close(self) -> None:
        """The server goes: every session with it."""
        for session in list(self._sessions.values()):
            await session.stop()

    def find(self, name: str, token: str) -> "Session":
        """A session of the holder of this link.

        Raises:
            UserError: there is none.
        """
        session = self._sessions.get(name)
        if session is None or not hmac.compare_digest(session.asked.token, token):
            raise UserError(Code.NOT_HERE)
        return session


class Session:
    """One device that came by HTTP; the `Outlet` that the lesson's owner holds."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        """What it came for."""
        self.id = secrets.token_urlsafe(16)
        """Part of its address."""
        self.device = DeviceId("")
        """What the lesson calls it."""
        self.secret: str | None = None
        """For coming again; none when it has come again."""
        self.ice_servers: tuple[IceServer, ...] = ()
        """Relays that it may use (RFC 9725, 4.6)."""
        self.answer = ""
        """Our last answer."""
        self._offer = asked.sdp
        self._peer = PeerId(secrets.token_urlsafe(12))
        self._requests = 0
        self._waits: dict[int, asyncio.Future[Answer]] = {}
        self._sources: frozenset[SourceId] = frozenset()
        self._attachment: Attachment | None = None
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def tag(self) -> str:
        """Of its ICE session (RFC 9725, 4.3.1)."""
        return sha256(credentials(self.answer).ufrag.encode()).hexdigest()[:16]

    # ------------------------------------------------- what the lesson tells

    def tell(self, message: ToDevice) -> None:
        """Take what matters to a device without a screen; never waits."""
        match message:
            case Welcome():
                self.device, self.secret = message.device, message.secret
                self.ice_servers = message.ice_servers
            case State():
                self._sources = frozenset(one.source for one in message.state.sources)
            case Answer() | Refused() if (waiting := self._waits.pop(message.id, None)) is not None:
                if isinstance(message, Answer):
                    waiting.set_result(message)
                elif not waiting.done():
                    waiting.set_exception(UserError(message.code, **message.data))
            case OfferAgain(fresh=True):
                self._over.set()
            case _:
                pass

    def close(self, closed: Closed) -> None:
        """The lesson ends the connection."""
        self._over.set()
        for waiting in self._waits.values():
            if not waiting.done():
                waiting.set_exception(UserError(closed.code))

    # ------------------------------------------------- what the device asks for

    async def greet(self, attach: Attach, before: Resume | None) -> None:
        """Say hello for it."""
        codecs = _codecs(self._offer, self.asked.direction)
        up = self.asked.direction == "up"
        hello = Hello(
            version=VERSION,
            token=self.asked.token,
            encodes=codecs if up else (),
            decodes=() if up else codecs,
            loudspeaker=not up or "microphone" in self.asked.source.split("+"),
            resume=before,
        )
        self._attachment = await attach(hello, self)

    async def settle(self) -> None:
        """Have its offer answered, and what it watches shown."""
        if self.asked.direction == "down":
            source = SourceId(self.asked.source)
            if source not in self._sources:
                raise UserError(Code.NO_SUCH_SOURCE)
            await self._send(View(id=self._request(), shown=(source,)))
        await self._negotiate(self._offer)

    async def restart(self, text: str) -> str:
        """Begin another ICE session on the same peer (RFC 9725, 4.3.3); our fragment."""
        offer = restarted(self._offer, credentials(text))
        await self._negotiate(offer)
        self._offer = offer  # one that was refused may be asked for again
        return fragment(self.answer)

    def is_other(self, text: str) -> bool:
        """Whether a fragment is of another ICE session than the one that runs."""
        return credentials(text) != credentials(self._offer)

    async def leave(self) -> None:
        """It goes for good."""
        await self._send(Leave(id=self._request()))
        self._over.set()

    async def _negotiate(self, offer: str) -> None:
        request = self._request()
        sources = sources_of(self.asked.source, offer) if self.asked.direction == "up" else ()
        waiting = self._waits[request] = asyncio.get_running_loop().create_future()
        try:
            await self._send(
                Offer(
                    id=request,
                    peer=self._peer,
                    direction=self.asked.direction,
                    sdp=offer,
                    sources=sources,
                )
            )
            async with asyncio.timeout(ANSWER_SECONDS):
                self.answer = (await waiting).sdp
        except TimeoutError:
            raise UserError(Code.MEDIA_UNAVAILABLE) from None
        finally:
            self._waits.pop(request, None)

    async def _send(self, message: Offer | View | Leave) -> None:
        if self._attachment is None:
            raise UserError(Code.NOT_HERE)
        await self._attachment.receive(message)

    def _request(self) -> int:
        self._requests += 1
        return self._requests

    # ------------------------------------------------- as long as it is here

    def run(self, ended: Callable[[], object]) -> None:
        """Be here until the lesson or the device has had enough; then `ended` is called."""
        self._task = asyncio.create_task(self._stay(ended), name=f"equipment {self.device}")

    async def stop(self) -> None:
        """Be here no more."""
        self._over.set()
        if self._task is not None:
            await self._task

    async def _stay(self, ended: Callable[[], object]) -> None:
        try:
            while not self._over.is_set() and self._attachment is not None:
                self._attachment.heard(time.monotonic())
                try:
                    async with asyncio.timeout(HEARD_SECONDS):
                        await self._over.wait()
                except TimeoutError:
                    continue
        finally:
            self.end()
            ended()

    def end(self) -> None:
        """Let go of the lesson."""
        if self._attachment is not None:
            attachment, self._attachment = self._attachment, None
            attachment.detach()


def sources_of(names: str, offer: str) -> tuple[SourceOffer, ...]:
    """What each section of an offer carries: the names of an address, each in its first section.

    `camera`, `class_camera`, `screen` are pictures, `microphone` and `screen_sound` sounds; what
    follows a kind's name tells several apart: `camera_2`. A sound that is not named is not taken.

    Raises:
        TongkeError: a name is none, or its section is missing.
    """
    wanted = names.split("+")
    free = [media for media in read_offer(offer) if media.direction in SENDS]
    if len(set(wanted)) != len(wanted) or not all(map(NAME.fullmatch, wanted)):
        raise UserError(Code.NO_SUCH_SOURCE)
    return tuple(_source(name, free) for name in wanted)


def _source(name: str, free: list[Media]) -> SourceOffer:
    kinds = [kind for kind in Kind if name.startswith(kind.value)]
    if not kinds:
        raise UserError(Code.NO_SUCH_SOURCE)
    kind = max(kinds, key=lambda one: len(one.value))
    section = next((m for m in free if (m.kind == "audio") is kind.is_sound), None)
    if section is None:
        raise PeerError(Code.BAD_SDP, why=f"no section for {name}")
    free.remove(section)
    return SourceOffer(mid=section.mid, name=name, kind=kind)


def _codecs(offer: str, direction: Literal["up", "down"]) -> tuple[Codec, ...]:
    """What a device can send, or play.

    One that sends can't be asked to offer again when somebody comes who plays less: VP8, which
    everybody plays, where it has it.
    """
    directions = SENDS if direction == "up" else PLAYS
    payloads = [one.payloads for one in read_offer(offer) if one.direction in directions]
    found = tuple(dict.fromkeys(payload.codec for each in payloads for payload in each))
    if direction == "up" and Codec.VP8 in found:
        return tuple(codec for codec in found if codec in (Codec.VP8, Codec.OPUS))
    return found
