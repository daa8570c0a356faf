import asyncio
from pathlib import Path

import pytest

from server.live.owner import Owner
from server.live.peer_names import worker_peer
from server.media.allocation import Reason, Step
from server.media.link_notices import LinkStep
from server.store.folder import lesson_folder, read_journal
from signaling.agreement import Agreement, Transport
from signaling.events import EndReason, LinkReason, LinkStepped, Role
from signaling.events import LinkStep as Told
from signaling.ids import LessonId, ParticipantId, PeerId
from signaling.messages import Answer, Offer, Pulse
from tests.support.halls import Guest, house
from tests.support.offers import TRANSPORT, offer


async def opened(lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
    return TRANSPORT


def down(number: int) -> Offer:
    sdp = offer("chromium_down")
    return Offer(id=number, peer=PeerId("d"), direction="down", sdp=sdp)


async def shown(one: Guest, room: ParticipantId) -> tuple[Told | None, LinkReason | None] | None:
    """What the next pulse tells a device of a room's line; none: nothing of its link."""
    before = len(one.ears.heard)
    pulse = await one.ears.until(
        lambda: next((m for m in one.ears.heard[before:] if isinstance(m, Pulse)), None)
    )
    found = next((link for link in pulse.links if link.participant == room), None)
    return None if found is None else (found.step, found.reason)


async def test_a_weak_line_is_told_to_its_room_and_to_teachers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        monkeypatch.setattr(here.plane, "open_peer", opened)
        lesson = await here.plan()
        host, far = (ParticipantId(one.participant) for one in lesson.rooms[:2])
        room, teacher = await here.other(lesson), await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="小明")
        for one in (room, teacher):
            assert isinstance(await one.ask(down), Answer)
        for guest, step in ((room, Step.STILLS), (teacher, Step.LOW)):
            device = guest.ears.welcome.device
            weak = LinkStep(
                peer=worker_peer(LessonId(lesson.id), device, PeerId("d")),
                step=step,
                reason=Reason.NARROW,
                available=120_000,
            )
            (owner,) = here.plane.affected_by(weak)
            owner.from_worker(weak)
        told = await room.ears.told(LinkStepped)
        assert (told.participant, told.step, told.available_kbps) == (far, Told.STILLS, 120)
        await teacher.ears.told(LinkStepped)
        assert await shown(teacher, far) == (Told.STILLS, LinkReason.NARROW)
        assert await shown(room, far) == (Told.STILLS, LinkReason.NARROW)
        assert await shown(room, host) == (None, None)
        assert await shown(pupil, far) is None
        assert not any(isinstance(event, LinkStepped) for event in pupil.ears.events)
        rooms = [event.participant for event in room.ears.events if isinstance(event, LinkStepped)]
        assert rooms == [far]


async def test_nothing_of_a_line_follows_the_end_in_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a step is due in the very turn in which the lesson ends."""
    async with house(tmp_path) as here:
        monkeypatch.setattr(here.plane, "open_peer", opened)
        lesson = await here.plan()
        room = await here.other(lesson)
        assert isinstance(await room.ask(down), Answer)
        peer = worker_peer(LessonId(lesson.id), room.ears.welcome.device, PeerId("d"))
        weak = LinkStep(peer=peer, step=Step.LOW, reason=Reason.NARROW, available=120_000)
        (owner,) = here.plane.affected_by(weak)
        assert isinstance(owner, Owner)
        owner.from_worker(weak)
        monkeypatch.setattr(owner, "_next_pulse", 0.0)
        owner.end(EndReason.ENDED)
        await room.ears.until(lambda: room.ears.closed)
    journal = await asyncio.to_thread(read_journal, lesson_folder(tmp_path, lesson.id))
    assert journal.sealed, journal.lines[-1]
