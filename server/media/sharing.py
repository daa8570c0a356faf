"""What each receiver's path is used for: records to estimates, estimates to plans, plans to rows.

The shell around `carriage` and `allocation`: time in, rows changed and steps of the ladder told. A
receiver whose view was not told gets every picture; one whose feedback does not come gets those in
its link budget, until its reports tell that they are too much (`reported`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto
from math import inf
from typing import Final

from server.media.allocation import (
    RISE,
    Demand,
    Picture,
    Plan,
    Rank,
    Reason,
    Served,
    Step,
)
from server.media.doubling import Doubling
from server.media.every import Every
from server.media.held import Held
from server.media.link_notices import LinkStep
from server.media.metering import Meter
from server.media.pacing import Pacing
from server.media.path import Path
from server.media.peer import Peer, Route
from server.media.plane import Plane
from server.media.publication import Publication, Source
from server.media.pump import Pump
from server.media.qualities import Qualities
from server.media.reporting import Reporting
from server.media.requests import Notice, SetView
from server.media.subscription import HIGHEST, PADDING_MOST, Subscription
from server.media.switching import NONE
from server.media.watching import Watching
from signaling.congestion.carriage import Carriage
from signaling.congestion.estimate import MOST
from signaling.congestion.path_input import PathInput
from signaling.ids import PeerId

SECOND: Final = 1.0
"""Between two plans, and between two measurements of the sources."""
SETTLED: Final = 5.0
"""Between two plans of a receiver that gets all that is wanted from what there is."""
UNHARMED: Final = 0.01
"""Share lost below which nothing is changed for it."""
AT_MOST: Final = 0.2
"""Between two plans of one receiver at most as often."""
HELD: Final = 1.0
"""Seconds for which a path counts as carrying what it did: a page that stands still for a moment,
or a burst of others on the line, looks like a path that has become narrow."""
PATIENT: Final = 3.0
"""The same for the first of the pictures, without which the other class is gone."""

_ALL: Final = (Reason.ENOUGH, Reason.NOTHING_SHOWN)
_PATH: Final = (Reason.NARROW, Reason.LOSS)


class Receiver:
    """One receiver: its path, what its viewer shows, the plan in force."""

    def __init__(self, now: float) -> None:
        self.carriage = Carriage(now)
        """Its path."""
        self.route: Route | None = None
        """Where that leads."""
        self.reporting = Reporting(now)
        """What counts of it while it is not known by feedback."""
        self.carried, self.patient = Held(HELD), Held(PATIENT)
        """What it carried at best within these times."""
        self.doubling = Doubling()
        """Whether its pictures go out twice."""
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
        self.choices = 0
        """`Qualities.changes` then."""
        self.due = float("-inf")
        """When it is looked at next."""

    @property
    def room(self) -> float:
        """Bits per second that it may get; as much as it likes while nothing speaks against it."""
        if not self.carriage.is_known:
            return self.reporting.reported.room
        return self.carried.most(MOST) if self.carriage.tried else MOST

    @property
    def least(self) -> float:
        """The same for the least quality of the first picture."""
        known = self.carriage.is_known
        return self.patient.most(0.0) if known else self.reporting.reported.least

    @property
    def loss(self) -> float:
        """Share lost on the way, 0 to 1."""
        known = self.carriage.is_known
        return self.carriage.loss if known else self.reporting.reported.losses.loss

    @property
    def suffices(self) -> bool:
        """Whether the plan gives all that is wanted and would with a good deal less room."""
        plan = self.plan
        return plan is not None and plan.reason in _ALL and self.room >= RISE * plan.wanted

    @property
    def lacks(self) -> bool:
        """Whether the plan leaves out what is shown because the path does not carry it."""
        return self.plan is not None and self.plan.reason in _PATH

    @property
    def is_settled(self) -> bool:
        """Whether it gets all that is wanted over a path that is known to carry it unharmed."""
        known = self.carriage.is_known and self.carriage.tried
        return known and self.loss < UNHARMED and self.suffices

    def wants_plan(self, choices: int, now: float) -> bool:
        """Whether it is time for one: soon after a change, else each second, or rarely."""
        age = now - self.planned
        if self.is_stale and age >= AT_MOST:
            return True
        is_news = choices != self.choices or not self.is_settled
        return age >= (SECOND if is_news else SETTLED)

    def rest(self, path: Path | None) -> None:
        """Let it be until something of it is due: between two records mostly nothing is."""
        if self.is_stale or self.carriage.probe:
            self.due = float("-inf")
            return
        record = inf if path is None else path.due_at
        self.due = record if self.carriage.is_known else min(record, self.reporting.due_at)

    def ease(self, path: Path | None, now: float) -> None:
        """Let the path rest where what it carries is more than all that is wanted."""
        late = self.carriage.late(self.plan.wanted, now) if self.plan and self.suffices else None
        if path is not None and late is not None:
            path.rest(late, now)

    def listen(self, now: float) -> None:
        """Note what the path carries now."""
        self.carried.note(self.carriage.target, now)
        self.patient.note(self.carriage.target, now)


class Change(Enum):
    """What a plan has changed of one row."""

    NONE = auto()
    LESS = auto()
    MORE = auto()


class Sharing:
    """All receivers of a worker."""

    def __init__(self, plane: Plane, pump: Pump, notify: Callable[[Notice], None]) -> None:
        self._plane = plane
        self._pump = pump
        self._notify = notify
        self._meter = Meter()
        self._qualities = Qualities(self._meter)
        self._watched = Watching(plane, notify)
        self._seconds = Every(SECOND)
        self._receivers: dict[PeerId, Receiver] = {}
        self.pacing = Pacing(plane, pump)
        """Of those whose path is narrow."""

    def view(self, request: SetView, now: float) -> None:
        """What a viewer shows from now on; an unknown peer is fine: it has just gone."""
        if request.peer not in self._plane.downward:
            return
        receiver = self._receivers.setdefault(request.peer, Receiver(now))
        receiver.view, receiver.is_stale, receiver.due = request, True, now
        receiver.carriage.limit(MOST if request.budget is None else float(request.budget))

    def changed(self, identity: PeerId) -> None:
        """Its slots show others, or it saves data, or no more."""
        receiver = self._receivers.get(identity)
        if receiver is not None:
            receiver.is_stale, receiver.due = True, float("-inf")

    def loss(self, identity: PeerId) -> float | None:
        """Share that a receiver's path loses; none where feedback does not tell it here."""
        receiver = self._receivers.get(identity)
        return None if receiver is None else receiver.carriage.loss

    def room(self, identity: PeerId) -> float:
        """Bits per second that a receiver may get."""
        receiver = self._receivers.get(identity)
        return MOST if receiver is None else receiver.room

    def bitrate(self, publication: Publication | None) -> float:
        """Bits per second of what flows; 0 before it is known."""
        return self._meter.rate(publication)

    def tick(self, now: float) -> None:
        """One round: records, probes, and plans where they are due."""
        for gone in self._receivers.keys() - self._plane.downward.keys():
            del self._receivers[gone]
        second = self._seconds.due(now)
        if second:
            flowing = [each for each in self._plane.sources.values() if each.open and each.flowing]
            self._meter.read((part for each in flowing for part in each.carried()), now)
            self._qualities.measured(flowing)
        changed = second
        for identity, receiver in self._receivers.items():
            if now < receiver.due:
                continue
            peer = self._plane.peers[identity]
            self._listen(peer, receiver, now)
            if receiver.wants_plan(self._qualities.changes, now):
                changed |= self._plan(peer, receiver, now)
            receiver.rest(peer.path)
        if changed:
            self._watched.tick(now)
        self.pacing.tick()

    def served(self, peer: Peer) -> Served:
        """What a receiver gets now, and what is known of its path."""
        layers = tuple(layer for row in _pictures(peer) if (layer := _layer(row)) is not None)
        receiver = self._receivers.get(peer.id)
        if receiver is None:
            return Served(layers=layers)
        carriage = receiver.carriage
        return Served(
            estimate=round(carriage.target) if carriage.is_known else None,
            queue=max(0.0, carriage.queue) if carriage.is_known else 0.0,
            step=None if receiver.plan is None else receiver.plan.step,
            layers=layers,
        )

    # ------------------------------------------------------------------ the path

    def _listen(self, peer: Peer, receiver: Receiver, now: float) -> None:
        """Take in the path's record if there is one, and send what is due of a probe."""
        carriage = receiver.carriage
        if peer.route is not None and peer.route is not receiver.route:
            receiver.route = peer.route
            carriage.moved(now)
        record = peer.path.take(now) if peer.path is not None else None
        if record is not None or not carriage.is_known:
            self._take(peer, receiver, record, now)
        if carriage.probe and peer.path is not None:
            # What leaves meanwhile belongs to the probe: else it would measure what is left of it.
            peer.path.probe = carriage.probe
            self._pad(peer, carriage.padding(now, peer.path.octets), carriage.probe, now)
            carriage.sent()
            peer.path.probe = carriage.probe

    def _take(self, peer: Peer, receiver: Receiver, record: PathInput | None, now: float) -> None:
        """Learn of the path; in the rounds between two records its room is what it was."""
        before = receiver.room
        if not receiver.carriage.is_known:
            receiver.reporting.tick(peer, self._plane.downward[peer.id], now)
        if record is not None:
            wanted = 0.0 if receiver.plan is None else receiver.plan.wanted
            receiver.carriage.take(record, wanted, now, self.pacing.waiting(peer))
            receiver.listen(now)
            self.pacing.aim(peer, receiver.carriage.pace(now), now)
            receiver.ease(peer.path, now)
        receiver.is_stale |= receiver.room != before and not receiver.suffices

    def _pad(self, peer: Peer, octets: int, cluster: int, now: float) -> None:
        """Send this much padding as RTX of a picture's slot; nothing where there is none."""
        row = next((row for row in peer.slots.values() if row.pads), None)
        while row is not None and octets > 0:
            packet = row.padding(min(octets, PADDING_MOST), now)
            self._pump.send(peer, packet, row.number_at, cluster)
            octets -= len(packet)

    # ------------------------------------------------------------------ the plan

    def _plan(self, peer: Peer, receiver: Receiver, now: float) -> bool:
        """Make and apply a plan; whether any row has changed by it."""
        receiver.is_stale, receiver.planned = False, now
        receiver.choices = self._qualities.changes
        if receiver.view is None:
            return False
        plan = self._allocated(peer, receiver, receiver.view, now)
        receiver.carriage.look(plan.wanted, now, lacks=receiver.lacks)
        if not receiver.carriage.tried:
            plan = self._allocated(peer, receiver, receiver.view, now)
        receiver.plan = plan
        if peer.path is not None and not receiver.suffices:
            peer.path.rouse()
        changes = [self._apply(row, receiver.plan, now) for row in _pictures(peer)]
        if Change.MORE in changes:
            receiver.carriage.more(now)
        step = receiver.plan.step, receiver.plan.reason
        if step != receiver.told:
            receiver.told = step
            known = receiver.room < MOST
            available = int(receiver.room) if known else None
            self._notify(LinkStep(peer=peer.id, step=step[0], reason=step[1], available=available))
        return any(change is not Change.NONE for change in changes)

    def _allocated(self, peer: Peer, receiver: Receiver, view: SetView, now: float) -> Plan:
        demand, own = self._demand(peer, receiver, view), receiver.carriage.own_loss
        return receiver.doubling.allocate(demand, receiver.plan, own, now)

    def _demand(self, peer: Peer, receiver: Receiver, view: SetView) -> Demand:
        bound = {row.source.id: row.source for row in peer.slots.values() if row.source is not None}
        sounds = [row for row in peer.slots.values() if row.section.kind == "audio"]
        # Of feedback without probes it would never be known that more fits.
        judged = not receiver.carriage.is_known or any(row.pads for row in _pictures(peer))
        return Demand(
            sound=sum(self._meter.rate(row.publication) for row in sounds),
            pictures=tuple(
                Picture(
                    source=each.source,
                    rank=Rank(each.rank),
                    shown=each.rows,
                    qualities=self._qualities.of(bound[each.source]),
                )
                for each in view.pictures
                if each.source in bound
            ),
            target=receiver.room if judged else MOST,
            patient=receiver.least,
            budget=view.budget,
            loss=receiver.loss,
            copies=max((row.copies for row in peer.slots.values()), default=0),
            saves=peer.stills,
        )

    def _wish(self, source: Source | None, plan: Plan) -> tuple[int, int] | None:
        """What a row is to get by a plan; what the plan does not know passes."""
        known = source is not None and source.id in plan.rows and self._qualities.of(source)
        if source is None or not known or source.id in plan.stills:
            return HIGHEST
        quality = plan.rows[source.id]
        if quality is None:
            return None
        return quality.layer if source.layers else HIGHEST[0], quality.temporal

    def _apply(self, row: Subscription, plan: Plan, now: float) -> Change:
        """Pass a layer of one picture or fewer frames, leave it out, or send stills of it."""
        source, wish = row.source, self._wish(row.source, plan)
        twice = self._receivers[row.peer.id].doubling.on and row.pads
        if row.twice != twice:
            row.twice = twice
            self._plane.change(row)
        stills = source is not None and source.id in plan.stills
        was = row.wish
        if (was, row.stills) == (wish, stills):
            return Change.NONE
        row.stills = stills
        row.want(*(wish or (None,)))
        row.resting = row.resting and (stills or row.peer.stills)
        self._plane.change(row)
        if wish is None or source is None:
            return Change.LESS
        if source.layers:
            self._plane.follow(row, source.flows(now))
            self._plane.want_key_frame_of(row.misses)
        elif not row.running:
            self._plane.want_key_frame(source)
        return Change.MORE if was is None or wish > was else Change.LESS


def _pictures(peer: Peer) -> Iterator[Subscription]:
    return (row for row in peer.slots.values() if row.section.kind == "video")


def _layer(row: Subscription) -> int | None:
    """Of a moving picture that passes; none of one that does not, or as stills alone."""
    if not row.running or row.wish is None or row.stills or row.peer.stills:
        return None
    if row.switch is None:
        return 0
    return None if row.switch.layer == NONE else row.switch.layer
