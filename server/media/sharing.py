"""What each receiver's path is used for: records to estimates, estimates to plans, plans to rows.

The shell around `carriage` and `allocation`: time in, rows changed and steps of the ladder told. A
receiver whose view was not told, or whose feedback does not come, gets every picture within its
link budget: without probes nothing would ever show that more than the present fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from server.media.allocation import Demand, Picture, Plan, Quality, Rank, Reason, Step, allocate
from server.media.carriage import Carriage
from server.media.estimate import MOST
from server.media.every import Every
from server.media.peer import Peer
from server.media.plane import Plane
from server.media.publication import Publication
from server.media.pump import Pump
from server.media.requests import LinkStep, Notice, SetView
from server.media.subscription import HIGHEST, PADDING_MOST, Subscription
from signaling.ids import PeerId, SourceId

SECOND: Final = 1.0
"""Between two plans at least as often, and between two measurements of the sources."""
AT_MOST: Final = 0.2
"""Between two plans of one receiver at most as often."""
NEWEST: Final = 0.5
"""Weight of the last second in a source's bitrate."""


class Meter:
    """The bitrates of sources, in bits per second, each over some seconds."""

    def __init__(self) -> None:
        self._counted: dict[SourceId, tuple[Publication, int, float]] = {}
        self._rates: dict[SourceId, float] = {}

    def read(self, publications: dict[SourceId, Publication], now: float) -> None:
        """Measure those that flow; the others have no bitrate any more."""
        counted, rates = self._counted, self._rates
        self._counted, self._rates = {}, {}
        for source, publication in publications.items():
            self._counted[source] = publication, publication.octets, now
            before = counted.get(source)
            if before is None or before[0] is not publication or now <= before[2]:
                continue
            rate = 8 * (publication.octets - before[1]) / (now - before[2])
            last = rates.get(source, rate)
            self._rates[source] = last + NEWEST * (rate - last)

    def rate(self, source: SourceId) -> float:
        """Of one source; 0 before it is known."""
        return self._rates.get(source, 0.0)


class Receiver:
    """One receiver: its path, what its viewer shows, the plan in force."""

    def __init__(self, now: float) -> None:
        self.carriage = Carriage(now)
        """Its path."""
        self.view: SetView | None = None
        """What its viewer shows; none before it was told."""
        self.plan: Plan | None = None
        """What it gets."""
        self.told: tuple[Step, Reason] | None = None
        """What the server was told last."""
        self.is_stale = False
        """Whether something has changed that the plan does not know of."""
        self.planned = float("-inf")
        """When the plan was made."""

    @property
    def room(self) -> float:
        """Bits per second that it may get; as much as it likes while nothing speaks against it."""
        judged = self.carriage.is_known and self.carriage.tried
        return self.carriage.target if judged else MOST


class Sharing:
    """All receivers of a worker."""

    def __init__(self, plane: Plane, pump: Pump, notify: Callable[[Notice], None]) -> None:
        self._plane = plane
        self._pump = pump
        self._notify = notify
        self._meter = Meter()
        self._seconds = Every(SECOND)
        self._receivers: dict[PeerId, Receiver] = {}

    def view(self, request: SetView, now: float) -> None:
        """What a viewer shows from now on; an unknown peer is fine: it has just gone."""
        if request.peer not in self._plane.downward:
            return
        receiver = self._receivers.setdefault(request.peer, Receiver(now))
        receiver.view, receiver.is_stale = request, True
        receiver.carriage.limit(MOST if request.budget is None else float(request.budget))

    def tick(self, now: float) -> None:
        """One round: records, probes, and plans where they are due."""
        for gone in self._receivers.keys() - self._plane.downward.keys():
            del self._receivers[gone]
        if self._seconds.due(now):
            self._meter.read(self._flowing(), now)
        for identity, receiver in self._receivers.items():
            peer = self._plane.peers[identity]
            self._listen(peer, receiver, now)
            stale = receiver.is_stale and now - receiver.planned >= AT_MOST
            if stale or now - receiver.planned >= SECOND:
                self._plan(peer, receiver, now)

    def _flowing(self) -> dict[SourceId, Publication]:
        return {
            identity: source.publication
            for identity, source in self._plane.sources.items()
            if source.publication is not None and source.open and source.flowing
        }

    # ------------------------------------------------------------------ the path

    def _listen(self, peer: Peer, receiver: Receiver, now: float) -> None:
        """Take in the path's record if there is one, and send what is due of a probe."""
        carriage = receiver.carriage
        record = peer.path.take(now) if peer.path is not None else None
        if record is not None:
            before = receiver.room
            wanted = 0.0 if receiver.plan is None else receiver.plan.wanted
            carriage.take(record, wanted, now)
            receiver.is_stale |= receiver.room != before
        octets = carriage.padding(now)
        if octets:
            self._pad(peer, octets, carriage.probe, now)
            carriage.sent()

    def _pad(self, peer: Peer, octets: int, cluster: int, now: float) -> None:
        """Send this much padding as RTX of a picture's slot; nothing where there is none."""
        row = next((row for row in peer.slots.values() if row.pads), None)
        while row is not None and octets > 0:
            packet = row.padding(min(octets, PADDING_MOST), now)
            self._pump.send(peer, packet, row.number_at, cluster)
            octets -= len(packet)

    # ------------------------------------------------------------------ the plan

    def _plan(self, peer: Peer, receiver: Receiver, now: float) -> None:
        receiver.is_stale, receiver.planned = False, now
        if receiver.view is None:
            return
        demand = self._demand(peer, receiver, receiver.view)
        receiver.plan = allocate(demand, receiver.plan, now)
        for row in _pictures(peer):
            if self._apply(row, receiver.plan):
                receiver.carriage.more(now)
        step = receiver.plan.step, receiver.plan.reason
        if step != receiver.told:
            receiver.told = step
            self._notify(LinkStep(peer=peer.id, step=step[0], reason=step[1]))

    def _demand(self, peer: Peer, receiver: Receiver, view: SetView) -> Demand:
        bound = {row.source.id: row for row in peer.slots.values() if row.source is not None}
        sounds = [s for s, row in bound.items() if row.section.kind == "audio"]
        carriage = receiver.carriage
        return Demand(
            sound=sum(map(self._meter.rate, sounds)),
            pictures=tuple(
                Picture(
                    source=each.source,
                    rank=Rank(each.rank),
                    shown=each.rows,
                    qualities=self._qualities(each.source),
                )
                for each in view.pictures
                if each.source in bound
            ),
            target=receiver.room if any(row.pads for row in _pictures(peer)) else MOST,
            budget=view.budget,
            loss=carriage.loss,
            saves=peer.stills,
        )

    def _qualities(self, source: SourceId) -> tuple[Quality, ...]:
        """The one quality of a picture that flows, as high as it may be shown."""
        rate = self._meter.rate(source)
        return (Quality(layer=0, temporal=0, height=1, bitrate=rate),) if rate > 0 else ()

    def _apply(self, row: Subscription, plan: Plan) -> bool:
        """Pass, leave out, or send stills of one picture; whether it begins.

        What the plan does not name passes.
        """
        source = row.source
        known = source is not None and source.id in plan.rows and self._meter.rate(source.id) > 0
        stills = source is not None and source.id in plan.stills
        passes = stills or source is None or not known or plan.rows[source.id] is not None
        was = row.wish is not None, row.stills
        row.stills = stills
        row.want(*(HIGHEST if passes else (None,)))
        if was == (passes, stills):
            return False
        row.resting = row.resting and (stills or row.peer.stills)
        self._plane.rebuild(source)
        if passes:
            self._plane.want_key_frame(source)
        return passes


def _pictures(peer: Peer) -> Iterator[Subscription]:
    return (row for row in peer.slots.values() if row.section.kind == "video")
