"""A lesson whose worker has died goes on with another one, and so does its recording."""

import asyncio
from pathlib import Path

import pytest

from recorder.requests import Request as RecorderRequest
from recorder.space import Step
from server.live.plane import Plane
from server.media.requests import Request
from signaling.agreement import Agreement, Transport
from signaling.events import RecordingStateSet
from signaling.ids import LessonId, PeerId
from signaling.messages import Answer, Offer, OfferAgain, StartLesson
from tests.support.halls import House, house
from tests.support.offers import TRANSPORT, offer
from tests.support.waiting import until

WITHIN = 5.0


class Pair:
    """What is heard of one pair whose processes do not run: it answers when it is let."""

    def __init__(self, plane: Plane, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
        self.plane = plane
        self.worker: list[Request] = []
        self.recorder: list[RecorderRequest] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self._said = said
        plane.worker._ready.set()
        plane.recorder._ready.set()
        monkeypatch.setattr(plane.worker, "send", self.worker.append)
        monkeypatch.setattr(plane.recorder, "send", self.recorder.append)
        monkeypatch.setattr(plane, "open_peer", self._open_peer)
        monkeypatch.setattr(plane, "open_lesson", self._open_lesson)
        monkeypatch.setattr(plane, "close_lesson", self._close_lesson)

    async def _open_peer(self, lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
        return TRANSPORT

    async def _open_lesson(self, lesson: LessonId, folder: Path, zero: float) -> Step:
        await self.answers.wait()
        self._said.append(f"{self.plane.number} opens")
        return "plenty"

    async def _close_lesson(self, lesson: LessonId, end: float) -> bool:
        await self.answers.wait()
        self._said.append(f"{self.plane.number} closes")
        return True

    async def has_a_lesson(self) -> bool:
        """Whether one has come here."""
        return bool(self.plane.lessons)

    async def records(self) -> bool:
        """Whether its recorder has been asked to keep one."""
        return f"{self.plane.number} opens" in self._said

    def die(self) -> None:
        """The worker is gone."""
        self.plane.worker._ready.clear()
        for lesson in self.plane.everyone():
            lesson.worker_changed(False)


def pairs(here: House, monkeypatch: pytest.MonkeyPatch, said: list[str]) -> list[Pair]:
    return [Pair(plane, monkeypatch, said) for plane in here.workers.planes]


async def test_everyone_is_asked_for_new_peers_at_another_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, workers=2) as here:
        first, second = pairs(here, monkeypatch, [])
        lesson = await here.plan()
        room = await here.other(lesson)
        sdp = offer("chromium_up")
        answer = await room.ask(lambda n: Offer(id=n, peer=PeerId("p"), direction="up", sdp=sdp))
        assert isinstance(answer, Answer)
        assert first.plane.lessons == {lesson.id}
        first.die()
        again = await room.ears.message(OfferAgain)
        assert (again.direction, again.fresh) == ("up", True)
        assert not first.plane.lessons
        assert second.plane.lessons == {lesson.id}


async def test_without_another_it_waits_for_its_own_to_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, workers=2) as here:
        first, second = pairs(here, monkeypatch, [])
        second.die()
        lesson = await here.plan()
        room = await here.other(lesson)
        sdp = offer("chromium_up")
        await room.ask(lambda n: Offer(id=n, peer=PeerId("p"), direction="up", sdp=sdp))
        first.die()
        first.plane.worker._ready.set()
        for affected in first.plane.everyone():
            affected.worker_changed(True)
        assert (await room.ears.message(OfferAgain)).fresh
        assert first.plane.lessons == {lesson.id}


async def test_the_recording_follows_through_a_second_death(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    async with house(tmp_path, workers=3) as here:
        first, second, third = pairs(here, monkeypatch, said)
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        assert (await teacher.ears.told(RecordingStateSet)).on
        second.answers.clear()
        first.die()
        await until(second.has_a_lesson, WITHIN)
        second.die()
        await until(third.has_a_lesson, WITHIN)
        second.answers.set()
        await until(third.records, WITHIN)
        states = [event for event in teacher.ears.events if isinstance(event, RecordingStateSet)]
    assert said[:5] == ["0 opens", "0 closes", "1 opens", "1 closes", "2 opens"]
    assert [state.on for state in states] == [True]
