"""A session against an owner of few words; the lesson itself is in `server/web/test_equipment`."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from signaling import whip
from signaling.errors import Code, PeerError, TongkeError, UserError
from signaling.events import Codec, Kind, Role
from signaling.ids import DeviceId, LessonId, ParticipantId
from signaling.messages import (
    VERSION,
    Answer,
    Closed,
    Command,
    Hello,
    Leave,
    Offer,
    OfferAgain,
    Report,
    Welcome,
)
from signaling.negotiation import agree_up, answer
from signaling.session import Answers, Outlet
from signaling.whip import Asked, Equipment, sources_of
from tests.support.offers import TRANSPORT, offer


class Owner:
    """Lets everybody in and answers each offer."""

    def __init__(self) -> None:
        self.zero = time.monotonic()
        self.answers = Answers()
        self.hellos: list[Hello] = []
        self.got: list[Command | Report] = []
        self.outlets: list[Outlet] = []
        self.hearings = 0
        self.gone = asyncio.Event()
        self.refuses_resume = False
        self.silent = False

    async def attach(self, hello: Hello, outlet: Outlet) -> "Owner":
        self.hellos.append(hello)
        if hello.resume is not None and self.refuses_resume:
            raise UserError(Code.RESUME_REFUSED)
        self.outlets.append(outlet)
        secret = None if hello.resume else "s" * 32
        outlet.tell(
            Welcome(
                version=VERSION,
                lesson=LessonId("lesson"),
                title="数学",
                participant=ParticipantId("id1"),
                device=DeviceId(f"d{len(self.hellos)}"),
                secret=secret,
                role=Role.ROOM,
                leads=False,
                now=0.0,
                resumed=hello.resume is not None,
                waits=False,
                layers=False,
            )
        )
        return self

    def heard(self, now: float) -> None:
        self.hearings += 1

    async def receive(self, message: Command | Report) -> None:
        self.got.append(message)
        if isinstance(message, Offer) and not self.silent:
            text = answer(agree_up(message.sdp, {}), TRANSPORT, 1)
            self.outlets[-1].tell(Answer(id=message.id, peer=message.peer, sdp=text, slots=()))

    def detach(self) -> None:
        self.gone.set()


OVER = Closed(code=Code.LESSON_OVER, data={}, may_resume=False)


@pytest.fixture
def owner() -> Owner:
    return Owner()


@pytest.fixture
async def equipment() -> AsyncIterator[Equipment]:
    made = Equipment()
    yield made
    await made.close()


def asked(source: str = "camera") -> Asked:
    return Asked(direction="up", source=source, token="t", sdp=offer("chromium_up"))


async def test_a_device_that_comes_again_is_the_one_it_was(
    owner: Owner, equipment: Equipment
) -> None:
    for _ in range(3):
        await equipment.begin(asked(), owner.attach)
    other = await equipment.begin(asked("class_camera"), owner.attach)
    resumed = [one.resume and one.resume.device for one in owner.hellos]
    assert resumed == [None, "d1", "d1", None]
    assert equipment.find(other.id, "t") is other
    owner.refuses_resume = True
    await equipment.begin(asked(), owner.attach)
    assert [one.resume is None for one in owner.hellos[-2:]] == [False, True]


async def test_only_who_plays_or_has_the_microphone_may_be_its_rooms_audio_master(
    owner: Owner, equipment: Equipment
) -> None:
    for source in ("camera", "camera+microphone"):
        await equipment.begin(asked(source), owner.attach)
    assert [one.loudspeaker for one in owner.hellos] == [False, True]
    assert {one.decodes for one in owner.hellos} == {()}
    assert {one.encodes for one in owner.hellos} == {(Codec.VP8, Codec.OPUS)}


async def test_a_session_ends_with_its_peer_and_with_its_lesson(
    owner: Owner, equipment: Equipment
) -> None:
    for last in (OfferAgain(direction="up", fresh=True), OVER):
        session = await equipment.begin(asked(), owner.attach)
        outlet = owner.outlets[-1]
        await asyncio.sleep(0)
        assert owner.hearings
        outlet.close(last) if isinstance(last, Closed) else outlet.tell(last)
        async with asyncio.timeout(5):
            await owner.gone.wait()
        owner.gone.clear()
        with pytest.raises(UserError):
            equipment.find(session.id, "t")


async def test_another_links_holder_finds_nothing(owner: Owner, equipment: Equipment) -> None:
    session = await equipment.begin(asked(), owner.attach)
    with pytest.raises(UserError) as refused:
        equipment.find(session.id, "another")
    assert refused.value.code is Code.NOT_HERE
    await session.leave()
    assert isinstance(owner.got[-1], Leave)


async def test_an_owner_that_does_not_answer_is_not_waited_for(
    owner: Owner, equipment: Equipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.silent = True
    monkeypatch.setattr(whip, "ANSWER_SECONDS", 0.05)
    with pytest.raises(UserError) as refused:
        await equipment.begin(asked(), owner.attach)
    assert refused.value.code is Code.MEDIA_UNAVAILABLE
    assert owner.gone.is_set()


async def test_a_restart_that_failed_may_be_asked_for_again(
    owner: Owner, equipment: Equipment, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await equipment.begin(asked(), owner.attach)
    tag, other = session.tag, f"a=ice-ufrag:other\r\na=ice-pwd:{'q' * 24}\r\n"
    owner.silent = True
    with monkeypatch.context() as impatient:
        impatient.setattr(whip, "ANSWER_SECONDS", 0.05)
        with pytest.raises(UserError):
            await session.restart(other)
    # RFC 9725, 4.3.3: the session before goes on.
    assert session.tag == tag
    assert session.is_other(other)
    owner.silent = False
    assert "a=ice-ufrag:" in await session.restart(other)
    assert not session.is_other(other)


def test_names_choose_sections() -> None:
    text = offer("chromium_up")
    found = sources_of("class_camera_2+microphone", text)
    assert [(one.name, one.kind) for one in found] == [
        ("class_camera_2", Kind.CLASS_CAMERA),
        ("microphone", Kind.MICROPHONE),
    ]
    assert len({one.mid for one in found}) == 2
    assert [one.kind for one in sources_of("screen+screen_sound", text)] == [
        Kind.SCREEN,
        Kind.SCREEN_SOUND,
    ]


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("", Code.NO_SUCH_SOURCE),
        ("door", Code.NO_SUCH_SOURCE),
        ("camera+camera", Code.NO_SUCH_SOURCE),
        ("Camera", Code.NO_SUCH_SOURCE),
        ("camera" + "x" * 30, Code.NO_SUCH_SOURCE),
        ("microphone+screen_sound", Code.BAD_SDP),
    ],
)
def test_names_that_are_none_are_refused(names: str, code: Code) -> None:
    with pytest.raises(TongkeError) as refused:
        sources_of(names, offer("chromium_up"))
    assert refused.value.code is code
    assert isinstance(refused.value, PeerError) == (code is Code.BAD_SDP)
