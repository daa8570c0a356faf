import asyncio

import pytest

from server.live.items import Join
from server.live.welcome import decide, taken_over
from signaling.errors import Code, UserError
from signaling.events import DeviceJoined, Role
from signaling.ids import DeviceId, ParticipantId
from signaling.lesson import LiveLesson
from signaling.messages import Hello, Resume
from signaling.session import Attachment, secret_hash
from tests.support.halls import Ears
from tests.support.lessons import FAR, PLAN, grants, hello


def lesson() -> LiveLesson:
    made = LiveLesson(PLAN)
    for n, event in enumerate(made.open("2026-11-23T08:00:00+00:00")):
        made.apply(n, 0.0, event)
    return made


def join(role: Role, place: ParticipantId | None, said: Hello) -> Join:
    done: asyncio.Future[Attachment] = asyncio.get_running_loop().create_future()
    return Join(who=grants(role, place), hello=said, outlet=Ears(), done=done)


async def test_only_the_hash_of_a_secret_is_journalled() -> None:
    entry = decide(lesson(), join(Role.ROOM, FAR, hello()), (), 0.0)
    assert entry.secret is not None
    assert entry.participant == FAR
    joined = next(event for event in entry.events if isinstance(event, DeviceJoined))
    assert joined.secret_hash == secret_hash(entry.secret)
    assert entry.secret not in repr(entry.events)


async def test_every_pupil_is_a_new_participant() -> None:
    entries = [decide(lesson(), join(Role.PUPIL, None, hello("小明")), (), 0.0) for _ in range(2)]
    assert len({entry.participant for entry in entries}) == 2
    assert len({entry.secret for entry in entries}) == 2


async def test_a_device_nobody_knows_cannot_come_back() -> None:
    resume = Resume(device=DeviceId("unknown"), secret="x" * 32, seen=-1)
    said = Hello(version=1, token="t", encodes=(), decodes=(), resume=resume)
    with pytest.raises(UserError) as refusal:
        decide(lesson(), join(Role.ROOM, FAR, said), (), 0.0)
    assert refusal.value.code is Code.RESUME_REFUSED


@pytest.mark.parametrize(("age", "may_resume"), [(0.0, True), (9.9, True), (10.0, False)])
def test_only_a_young_connection_that_is_replaced_comes_again(age: float, may_resume: bool) -> None:
    assert taken_over(age).may_resume is may_resume
