"""One device of a running lesson: its connection, its peers, what it was told."""

from dataclasses import dataclass, field
from typing import Literal

from server.media.requests import SetView
from signaling.agreement import Agreement
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId, PeerId, SourceId
from signaling.messages import (
    Answer,
    Closed,
    Done,
    Microphone,
    OfferAgain,
    Refused,
    Size,
    Slot,
    ToDevice,
    View,
)
from signaling.session import Answers, Outlet

Direction = Literal["up", "down"]


@dataclass
class Peer:
    """One RTCPeerConnection of a device, as the server knows it."""

    id: PeerId
    """What the device calls it."""
    worker: PeerId
    """What the media worker calls it."""
    agreement: Agreement
    """What its SDP has settled last."""
    version: int = 1
    """Of our last answer (RFC 8829, o= line)."""
    slots: tuple[Slot, ...] = ()
    """Down: its pool."""
    bound: dict[str, SourceId | None] = field(default_factory=dict)
    """Down: what each slot carries."""
    stills: bool = False
    """Down: whether the worker knows it as one that gets stills of pictures."""
    view: SetView | None = None
    """Down: what the worker was told that it shows."""
    is_quiet: bool = False
    """Whether the worker hears nothing of it; it is given up if its device is away too."""
    asked_pairs: int = 0
    """Down: camera pairs that were asked for and are not there yet."""


@dataclass
class Device:
    """A device, whether it is connected just now or not."""

    id: DeviceId
    """Which."""
    participant: ParticipantId
    """Whose."""
    role: Role
    """What its link lets it be."""
    waits: bool = False
    """Whether a teacher is to let it in first; until then it is told nothing of the lesson."""
    by_media: bool = False
    """Whether its media alone show that it is here: equipment without a link of its own."""
    outlet: Outlet | None = None
    """Its connection."""
    since: float = 0.0
    """Lesson time at which that connection said hello."""
    answers: Answers = field(default_factory=Answers)
    """First answers to its requests."""
    shown: tuple[SourceId, ...] = ()
    """Pictures it wants, largest first."""
    sizes: tuple[Size, ...] = ()
    """How large everything is that it shows; none if it did not say."""
    saves: bool = False
    """Whether it saves data."""
    peers: dict[Direction, Peer] = field(default_factory=dict)
    """Its peers that the worker knows."""
    had_peers: set[Direction] = field(default_factory=set)
    """Peers it lost with the worker: it is asked for new ones when there is a worker again."""
    missed: set[Direction] = field(default_factory=set)
    """Peers that ended while it was away: it is asked for new ones when it is back."""
    microphone: Microphone | None = None
    """What it was told of its microphone."""
    names: set[ParticipantId] = field(default_factory=set)
    """Whose names it was told."""
    rtt_ms: float | None = None
    """As it reported last; none before."""
    loss: float = 0.0
    """As it reported last."""

    def show(self, view: View) -> None:
        """It says what it shows."""
        self.shown, self.sizes, self.saves = view.shown, view.sizes, view.saves

    def tell(self, message: ToDevice) -> None:
        """Tell it, if it is connected."""
        if self.outlet is not None:
            self.outlet.tell(message)

    def renew(self, direction: Direction) -> None:
        """A peer of it has ended: ask for a new one, now or when it is back."""
        if self.outlet is None:
            self.missed.add(direction)
        self.tell(OfferAgain(direction=direction, fresh=True))

    def is_back(self) -> None:
        """It was welcomed again; if none of its peers was kept, it makes all anew unasked."""
        missed, self.missed = self.missed, set()
        for direction in sorted(missed) if self.peers else ():
            self.tell(OfferAgain(direction=direction, fresh=True))

    def answer(self, message: Done | Refused | Answer) -> None:
        """Answer a request, now and whenever it is repeated."""
        self.answers.note(message)
        self.tell(message)

    def close(self, closed: Closed) -> None:
        """End its connection, if it has one."""
        if self.outlet is not None:
            outlet, self.outlet = self.outlet, None
            outlet.close(closed)
