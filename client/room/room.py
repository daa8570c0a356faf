"""A classroom in a lesson: joins, does what the server tells, leaves."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import aiohttp

from client.room.connection import Connection, read_link
from client.room.media import Media, Say
from client.room.sight import Sight
from client.room.sources import Source
from signaling.errors import Code, UserError
from signaling.events import AudioMasterSet, Codec, Event, Kind, LessonEnded, SourcePublished
from signaling.ids import SourceId, source_id
from signaling.messages import (
    VERSION,
    Answer,
    Bound,
    Command,
    Done,
    Hello,
    Leave,
    Microphone,
    Offer,
    OfferAgain,
    SendLayers,
    State,
    ToDevice,
    Told,
    Welcome,
)

LINE_REPORT_EVERY_S = 30.0
GOODBYE_S = 1.0

CODECS = (Codec.OPUS, Codec.H264, Codec.VP8, Codec.VP9)


@dataclass(frozen=True, kw_only=True)
class Doors:
    """How the room takes part."""

    link: str
    """The link it was given."""
    loudspeaker: bool
    """Whether its microphone may be the room's: something cancels the echo."""
    prove: bool
    """Whether what arrives is decoded and judged."""
    name: str | None = None
    """What a link without a classroom is to be called."""


class Room:
    """One `tongke room`: a device of a classroom, with the sources it was given.

    `run` lasts until the lesson is over, closed to it, or `leave` was called.
    """

    def __init__(
        self, doors: Doors, sources: Sequence[Source], http: aiohttp.ClientSession, say: Say
    ) -> None:
        link = read_link(doors.link)
        hello = Hello(
            version=VERSION,
            token=link.token,
            name=doors.name,
            encodes=CODECS,
            decodes=CODECS,
            loudspeaker=doors.loudspeaker,
        )
        self.sight = Sight(doors.prove, self._first_frame)
        """What was seen and heard."""
        self.kinds: dict[SourceId, Kind] = {}
        """Every source of the lesson."""
        self._say = say
        self._began = time.monotonic()
        self._connection = Connection(link, hello, http)
        self._media = Media(sources, self.sight, self._offer, say)
        self._welcome: Welcome | None = None
        self._over = asyncio.Event()

    async def run(self) -> None:
        """Take part until the lesson is over.

        Raises:
            ExceptionGroup: of UserError, when the lesson is closed to this device.
        """
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(self._stay()),
                tasks.create_task(self._media.run()),
                tasks.create_task(self._report_line()),
            ]
            await self._over.wait()
            for task in running:
                task.cancel()

    async def _stay(self) -> None:
        """Keep the line; a lesson that ended while the room was away has ended all the same."""
        try:
            await self._connection.run(self._receive, self._lost)
        except* UserError as refusals:
            if self._welcome is None or refusals.subgroup(_says_over) is None:
                raise
            self._say("ended", {"reason": Code.LESSON_OVER.value})
            self._over.set()

    @property
    def over(self) -> bool:
        """Whether it came to its end by itself: the lesson ended, or goodbye was said."""
        return self._over.is_set()

    async def leave(self) -> None:
        """Say goodbye, if there is a line, and end `run`."""
        if self._welcome is not None:
            try:
                async with asyncio.timeout(GOODBYE_S):
                    await self.command(lambda number: Leave(id=number))
            except (TimeoutError, UserError):
                self._say("unheard_goodbye", {})
        self._over.set()

    async def command(self, write: Callable[[int], Command]) -> Answer | Done:
        """Ask the server for something, given how to write it with a request id.

        Raises:
            UserError: when it refuses.
        """
        return await self._connection.ask(write(self._connection.next_id()))

    def set_bitrate(self, name: str, bitrate: int) -> bool:
        """Change how many bits per second a picture gets; false if there is no such picture."""
        return self._media.set_bitrate(name, bitrate)

    def summary(self) -> dict[str, object]:
        """What was sent and what came, for the last line of output."""
        return {
            "sent": {
                source.name: {
                    "packets": self._media.packets[source.name],
                    "trouble": source.trouble,
                }
                for source in self._media.sources
            },
            "received": {
                source: {
                    "kind": self.kinds.get(source),
                    "frames": seen.frames,
                    "octets": seen.octets,
                    "sound_s": round(seen.sound_s, 2),
                    "first_ms": None if seen.first_at is None else self._ms(seen.first_at),
                    "decoded": seen.decoded,
                    "moved": seen.moved,
                    "height": seen.height,
                    "heard_s": round(seen.heard_s, 2),
                    "broken": seen.broken,
                }
                for source, seen in self.sight.seen.items()
            },
        }

    async def _offer(self, write: Callable[[int], Offer]) -> Answer:
        answer = await self.command(write)
        assert isinstance(answer, Answer), "an offer is answered by an answer"
        return answer

    def _ms(self, moment: float) -> int:
        return round((moment - self._began) * 1000)

    def _first_frame(self, source: SourceId, moment: float) -> None:
        self._say("first_frame", {"source": source, "ms": self._ms(moment)})

    # ------------------------------------------------------------ what the server tells

    def _receive(self, message: ToDevice) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case State():
                self._stands(message)
            case Told(event=event):
                self._happened(event)
            case Microphone():
                self._media.open_microphone(message.open)
                self._say("microphone", {"open": message.open})
            case Bound():
                self._media.bind(message)
            case SendLayers():
                self._layers_watched(message)
            case OfferAgain():
                self._media.offer_again(message.direction, message.fresh, message.more_slots)
            case _:
                return

    @property
    def _me(self) -> Welcome:
        assert self._welcome is not None, "the server says first of all who we are"
        return self._welcome

    def _welcomed(self, welcome: Welcome) -> None:
        word = "joined" if self._welcome is None else "back"
        self._welcome = welcome
        told = {"participant": welcome.participant, "device": welcome.device}
        self._say(word, {**told, "ms": self._ms(time.monotonic()), "resumed": welcome.resumed})
        self._media.allow_relays(welcome.ice_servers)
        self._media.allow_layers(welcome.layers)
        self._media.renew(welcome.resumed)

    def _layers_watched(self, message: SendLayers) -> None:
        for source in self._media.sources:
            if message.source == source_id(self._me.participant, source.name):
                self._media.watch(source.name, message.layers)

    def _stands(self, message: State) -> None:
        self.kinds |= {each.source: each.kind for each in message.state.sources}
        for participant in message.state.participants:
            if participant.participant == self._me.participant:
                self._media.set_master(participant.audio_master == self._me.device)

    def _happened(self, event: Event) -> None:
        match event:
            case AudioMasterSet(participant=participant, device=device):
                if participant == self._me.participant:
                    self._media.set_master(device == self._me.device)
            case SourcePublished():
                self._published(event)
            case LessonEnded(reason=reason):
                self._say("ended", {"reason": reason.value})
                self._over.set()
            case _:
                return

    def _published(self, event: SourcePublished) -> None:
        """If another device sends one of our sources now, the newer one has it."""
        self.kinds[event.source] = event.kind
        for source in self._media.sources:
            ours = source_id(self._me.participant, source.name)
            if event.source == ours and event.device != self._me.device:
                self._say("replaced", {"source": ours})
                self._media.give_up(source)

    def _lost(self) -> None:
        self._say("away", {})

    async def _report_line(self) -> None:
        while True:
            await asyncio.sleep(LINE_REPORT_EVERY_S)
            await self._connection.report(self._media.loss())


def _says_over(refusal: BaseException) -> bool:
    return isinstance(refusal, UserError) and refusal.code is Code.LESSON_OVER
