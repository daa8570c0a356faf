import asyncio
from pathlib import Path

import pytest

from server.media.requests import Levels, Speaking
from server.store.folder import lesson_folder, read_journal
from signaling.agreement import Agreement, Transport
from signaling.events import Kind, LessonEnded, Talked
from signaling.ids import LessonId, PeerId, SourceId
from signaling.messages import Answer, Done, EndLesson, Offer, SourceOffer, StartLesson
from tests.support.halls import house
from tests.support.offers import TRANSPORT, offer


async def opened(lesson: LessonId, peer: PeerId, agreement: Agreement) -> Transport:
    return TRANSPORT


async def test_what_is_said_as_the_bell_rings_is_kept_and_told_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path) as here:
        monkeypatch.setattr(here.plane, "open_peer", opened)
        lesson = await here.plan()
        teacher = await here.teacher(lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        sources = (
            SourceOffer(name="camera", kind=Kind.CAMERA, mid="0"),
            SourceOffer(name="microphone", kind=Kind.MICROPHONE, mid="1"),
        )
        up = await teacher.ask(
            lambda n: Offer(
                id=n, peer=PeerId("u"), direction="up", sdp=offer("chromium_up"), sources=sources
            )
        )
        assert isinstance(up, Answer), up
        microphone = SourceId(f"{lesson.host.participant}/microphone")
        (owner,) = here.plane.everyone()
        for level in (22.0, 30.0, 20.0):
            owner.from_worker(
                Levels(speaking=(Speaking(source=microphone, level=level, voice=True),))
            )
            await asyncio.sleep(0.3)
        assert isinstance(await teacher.ask(lambda n: EndLesson(id=n)), Done)
        await teacher.ears.told(LessonEnded)
        journal = await asyncio.to_thread(read_journal, lesson_folder(here.data, lesson.id))
        *_, talked, ended = (line.event for line in journal.lines)
        assert isinstance(talked, Talked)
        assert talked.source == microphone
        assert talked.talked_s == pytest.approx(0.9, abs=0.3)
        assert isinstance(ended, LessonEnded)
        assert not any(isinstance(event, Talked) for event in teacher.ears.events)
