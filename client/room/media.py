"""The room's media: sources on the way up, slots on the way down, and their two keepers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from client.room.down import Down
from client.room.keeper import Keeper
from client.room.sight import Sight
from client.room.sources import Source
from client.room.transport import DIRECT, Way
from client.room.up import Up
from client.room.words import sentence
from signaling.errors import Code, UserError
from signaling.messages import Answer, Bound, IceServer, Offer, SourceOffer

ASK_EVERY_S = 0.03
REPORT_EVERY_S = 1.0
FOLLOW_S = 0.02
"""How often the up peer looks whether a record of its way is due."""
DIRECT_S = 4.0
"""How long the direct way is tried where there is a relay."""

Ask = Callable[[Callable[[int], Offer]], Awaitable[Answer]]
"""Sends an offer, written with a request id, and gives its answer; raises UserError."""
Say = Callable[[str, dict[str, object]], None]
"""Told of what happens: a word and what belongs to it."""


class Media:
    """Keeps both peers as the server wants them; sources outlive them."""

    def __init__(self, sources: Sequence[Source], sight: Sight, ask: Ask, say: Say) -> None:
        self.sources = tuple(sources)
        """Everything the room could send."""
        self.packets: dict[str, int] = dict.fromkeys((source.name for source in sources), 0)
        """Sent so far, by source."""
        self._sight = sight
        self._ask = ask
        self._say = say
        self._epoch = datetime.now(UTC).timestamp() - time.monotonic()
        self._up: Up | None = None
        self._down: Down | None = None
        self._up_keeper = Keeper(self._renew_up, self._up_refused)
        self._down_keeper = Keeper(self._renew_down, self._down_refused)
        self._more_pairs = 0
        self._has_microphone = False
        self._microphone_open = False
        self._given_up: set[Source] = set()
        self._relays: tuple[IceServer, ...] = ()
        self._by_relay = False
        self._layered = False

    async def run(self) -> None:
        """Work until cancelled."""
        origin = time.monotonic()
        for source in self.sources:
            source.start(origin)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._up_keeper.run())
                tasks.create_task(self._down_keeper.run())
                tasks.create_task(self._feedback())
                tasks.create_task(self._report())
                tasks.create_task(self._follow())
                for source in self.sources:
                    tasks.create_task(self._pump(source))
        finally:
            await self._close()

    # ------------------------------------------------------------ what the server wants

    def renew(self, resumed: bool) -> None:
        """After a hello: make new peers where the server or the way has lost the old ones."""
        up, down = self._up, self._down
        self._up_keeper.want(fresh=not resumed or up is None or not up.transport.connected)
        if not resumed or down is None or not down.transport.connected:
            self._down_keeper.want(fresh=True)

    def allow_relays(self, relays: tuple[IceServer, ...]) -> None:
        """What peers that are made from now on may go by."""
        self._relays = relays
        self._by_relay = self._by_relay and bool(relays)

    def allow_layers(self, layered: bool) -> None:
        """Whether peers that are made from now on offer cameras in layers."""
        self._layered = layered

    def watch(self, name: str, layers: Sequence[str]) -> None:
        """Of a picture that is sent in layers somebody gets these alone."""
        if self._up is not None:
            self._up.watch(name, layers)
            self._say("layers", {"source": name, "sent": list(layers)})

    def offer_again(self, direction: str, fresh: bool, more_pairs: int) -> None:
        """The server asks for a peer to be offered anew."""
        if direction == "up":
            self._up_keeper.want(fresh)
        else:
            self._more_pairs += more_pairs
            self._down_keeper.want(fresh)

    def bind(self, bound: Bound) -> None:
        """Slots of the down peer carry something else."""
        if self._down is not None and self._down.id == bound.peer:
            self._down.bind(bound.bindings)

    def set_master(self, mine: bool) -> None:
        """Whether this device is the one whose microphone is the room's."""
        if mine != self._has_microphone:
            self._has_microphone = mine
            if any(source.kind.is_sound for source in self.sources):
                self._up_keeper.want(fresh=False)

    def open_microphone(self, is_open: bool) -> None:
        """Open the microphone, or mute it here, where it stands."""
        self._microphone_open = is_open
        self._switch()

    def give_up(self, source: Source) -> None:
        """Another device sends this source now."""
        self._given_up.add(source)
        self._up_keeper.want(fresh=False)

    def set_bitrate(self, name: str, bitrate: int) -> bool:
        """Change how many bits per second a picture gets; false if there is no such picture."""
        for source in self.sources:
            if source.name == name and not source.kind.is_sound:
                source.wanted = bitrate
                source.set(bitrate=bitrate)
                if self._up is not None:
                    self._up.settle()
                return True
        return False

    def loss(self) -> float:
        """Share of packets that never came."""
        return self._down.loss() if self._down else 0.0

    # ------------------------------------------------------------ the two peers

    def _offered(self) -> list[Source]:
        return [
            source
            for source in self.sources
            if source not in self._given_up and (self._has_microphone or not source.kind.is_sound)
        ]

    async def _renew_up(self, fresh: bool) -> None:
        sources = self._offered()
        if self._up is not None and (fresh or not self._up.transport.usable):
            up, self._up = self._up, None
            self._switch()
            await up.close()
        if self._up is None:
            if not sources:
                return
            self._up = Up(
                lambda: self._up_keeper.want(fresh=True),
                self._epoch,
                self._way(),
                layered=self._layered,
            )
        up = self._up
        sdp, named = await up.offer(sources)
        offered = tuple(
            SourceOffer(mid=mid, name=source.name, kind=source.kind, rows=source.rows)
            for mid, source in named.items()
        )
        answer = await self._ask(
            lambda number: Offer(id=number, peer=up.id, direction="up", sdp=sdp, sources=offered)
        )
        await self._reach(up, up.answered(answer.sdp))
        self._switch()
        self._say("sending", {"sources": [each.name for each in sources if up.carries(each)]})

    def _up_refused(self, error: UserError) -> bool:
        self._say("refused", {"code": error.code.value, "data": dict(error.data)})
        if error.code is Code.SECOND_MICROPHONE and self._has_microphone:
            self._has_microphone = False
            return True
        return False

    async def _renew_down(self, fresh: bool) -> None:
        if self._down is not None and (fresh or not self._down.transport.usable):
            down, self._down = self._down, None
            await down.close()
        if self._down is None:
            self._down = Down(
                lambda: self._down_keeper.want(fresh=True), self._sight.take, self._way()
            )
        down = self._down
        more, self._more_pairs = self._more_pairs, 0
        sdp = await down.offer(more)
        answer = await self._ask(
            lambda number: Offer(id=number, peer=down.id, direction="down", sdp=sdp)
        )
        await self._reach(down, down.answered(answer.sdp))

    def _way(self) -> Way:
        """By what the next peer is tried: the direct way comes first, and is soon given up."""
        if self._by_relay:
            return Way(relays=self._relays)
        return Way(seconds=DIRECT_S) if self._relays else DIRECT

    async def _reach(self, peer: Up | Down, reaching: Awaitable[None]) -> None:
        """Connect a peer; one that can't has the next one tried by the other way."""
        try:
            await reaching
        except ConnectionError:
            self._by_relay = bool(self._relays) and not peer.is_relayed
            raise

    def _down_refused(self, error: UserError) -> bool:
        self._say("refused", {"code": error.code.value, "data": dict(error.data)})
        return False

    def _switch(self) -> None:
        """Let each source encode if, and only if, what it makes would be sent."""
        for source in self.sources:
            carried = self._up is not None and self._up.carries(source)
            source.set(on=carried and (self._microphone_open or not source.kind.is_sound))

    # ------------------------------------------------------------ what goes on all the time

    async def _pump(self, source: Source) -> None:
        while True:
            frame = await source.handover.get()
            if self._up is not None:
                self.packets[source.name] += await self._up.send(source, frame)

    async def _feedback(self) -> None:
        while True:
            await asyncio.sleep(ASK_EVERY_S)
            if self._down is not None:
                await self._down.ask()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_S)
            if self._up is not None:
                await self._up.follow()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(REPORT_EVERY_S)
            if self._up is not None:
                await self._up.report()
                await self._spare(self._up)
                if self._up.outdated:
                    self._up_keeper.want(fresh=False)
            if self._down is not None:
                await self._down.report()

    async def _spare(self, up: Up) -> None:
        for one in up.spare():
            words = await asyncio.to_thread(sentence, "short" if one.more else "again")
            text = words.format(source=one.source)
            self._say("strain", {"source": one.source, "left_out": [*one.left_out], "text": text})

    async def _close(self) -> None:
        await asyncio.gather(*(source.stop() for source in self.sources))
        peers = [peer for peer in (self._up, self._down) if peer is not None]
        await asyncio.gather(*(peer.close() for peer in peers))
        await asyncio.to_thread(self._sight.stop)
