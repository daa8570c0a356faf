from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from server.live.device import Device, Peer
from server.live.ladder import AGAIN, SETTLE, Ladder
from server.media.allocation import Reason, Step
from server.media.link_notices import LinkStep
from signaling.agreement import Agreement
from signaling.events import LinkReason, LinkStepped, Role
from signaling.events import LinkStep as Told
from signaling.ids import DeviceId, ParticipantId, PeerId

NOTHING = Agreement(
    direction="down", sections=(), remote_ufrag="u", remote_password="p", fingerprints=()
)
ROOM = ParticipantId("room")


@dataclass
class Lesson:
    """A ladder, the devices that it is asked about, and what was noted."""

    devices: list[Device] = field(default_factory=list)
    notes: list[LinkStepped] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ladder = Ladder(self._note)

    def _note(self, steps: Sequence[LinkStepped]) -> None:
        self.notes += steps

    def add(self, name: str, participant: ParticipantId = ROOM, role: Role = Role.ROOM) -> Device:
        device = Device(id=DeviceId(name), participant=participant, role=role)
        peer = Peer(id=PeerId(name), worker=PeerId(name), agreement=NOTHING)
        device.peers["down"] = peer
        self.devices.append(device)
        return device

    def step(self, name: str, step: Step, reason: Reason, available: int | None = None) -> None:
        self.ladder.take(LinkStep(peer=PeerId(name), step=step, reason=reason, available=available))

    def due(self, now: float) -> list[tuple[Told, LinkReason]]:
        return [(one.step, one.reason) for one in self.ladder.due(self.devices, now)]


def test_a_step_is_told_once_with_why_and_what_was_there() -> None:
    lesson = Lesson()
    lesson.add("wall")
    lesson.step("wall", Step.STILLS, Reason.NARROW, 180_900)
    told = lesson.ladder.due(lesson.devices, 0.0)
    assert told == [
        LinkStepped(
            participant=ROOM, step=Told.STILLS, reason=LinkReason.NARROW, available_kbps=180
        )
    ]
    assert lesson.ladder.of(ROOM) == told[0]
    assert lesson.due(2.0) == []


def test_what_was_told_stands_for_some_seconds_whatever_happens() -> None:
    lesson = Lesson()
    lesson.add("wall")
    shown = []
    for second in range(0, 40, 2):
        flickers = Step.STILLS if second % 4 else Step.LOW
        lesson.step("wall", flickers, Reason.NARROW)
        shown += [second for _ in lesson.due(float(second))]
    assert shown[0] == 0
    assert len(shown) > 1
    assert all(later - one >= SETTLE for one, later in pairwise(shown))


def test_a_change_that_is_over_before_it_may_be_told_is_never_told() -> None:
    lesson = Lesson()
    lesson.add("wall")
    lesson.step("wall", Step.HIGH, Reason.ENOUGH)
    assert lesson.due(0.0) == [(Told.HIGH, LinkReason.ENOUGH)]
    lesson.step("wall", Step.LOW, Reason.LOSS)
    assert lesson.due(2.0) == []
    lesson.step("wall", Step.HIGH, Reason.ENOUGH)
    assert lesson.due(SETTLE) == []


def test_a_participant_is_where_its_worst_receiver_is() -> None:
    lesson = Lesson()
    lesson.add("wall")
    phone = lesson.add("phone")
    lesson.step("wall", Step.HIGH, Reason.ENOUGH)
    lesson.step("phone", Step.LOW, Reason.BUDGET)
    assert lesson.due(0.0) == [(Told.LOW, LinkReason.BUDGET)]
    lesson.devices.remove(phone)
    assert lesson.due(SETTLE) == [(Told.HIGH, LinkReason.ENOUGH)]


def test_what_a_device_wants_itself_and_an_inspector_are_not_told() -> None:
    lesson = Lesson()
    lesson.add("saving")
    lesson.add("inspector", ParticipantId("i"), Role.INSPECTOR)
    lesson.step("saving", Step.STILLS, Reason.SAVES)
    lesson.step("inspector", Step.STILLS, Reason.NARROW)
    lesson.step("unknown", Step.STILLS, Reason.NARROW)
    assert lesson.due(0.0) == []
    lesson.step("saving", Step.STILLS, Reason.NOTHING_SHOWN)
    assert lesson.due(2.0) == []
    assert lesson.ladder.of(ROOM) is None


def test_nothing_is_known_of_whoever_lost_its_worker() -> None:
    lesson = Lesson()
    lesson.add("wall")
    lesson.step("wall", Step.LOW, Reason.NARROW)
    lesson.due(0.0)
    lesson.ladder.worker_lost()
    assert lesson.due(2.0) == []
    assert lesson.ladder.of(ROOM) is None


def test_what_stands_is_noted_again_so_that_its_length_is_known() -> None:
    lesson = Lesson()
    lesson.add("wall")
    lesson.step("wall", Step.LOW, Reason.NARROW)
    for second in (0.0, 2.0, AGAIN, AGAIN + 2, 2 * AGAIN):
        lesson.due(second)
    assert [one.step for one in lesson.notes] == [Told.LOW] * 3
