"""A pupil whom the lesson does not know, from the knock to the lesson or away again."""

from collections.abc import Sequence
from pathlib import Path

from server.programme.pupil import Rostered
from server.store.people import People as Store
from signaling.errors import Code
from signaling.events import ParticipantJoined, PupilGaveUp, PupilWaits, Role
from signaling.ids import LessonId, PeerId
from signaling.messages import (
    Admit,
    Done,
    Leave,
    Microphone,
    Offer,
    People,
    Refused,
    SendChat,
    State,
    TurnAway,
    View,
    Welcome,
)
from tests.support.halls import Guest, house

FAR = 1


def names(guest: Guest) -> set[str]:
    """Everyone whose name a device was told."""
    told = [m.people for m in guest.ears.heard if isinstance(m, People)]
    return {person.name for people in told for person in people}


async def twins(lesson: LessonId) -> Sequence[Rostered]:
    return [Rostered(pupil=one, name="王芳") for one in ("1", "2")]


async def test_who_waits_learns_nothing_until_a_teacher_of_any_room_lets_it_in(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        host = await here.teacher(lesson)
        far = await here.join(lesson, Role.TEACHER, lesson.rooms[FAR].participant)
        room = await here.other(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="陌生人")
        knock = await far.ears.told(PupilWaits)
        assert knock.secret_hash == ""
        assert {"陌生人"} <= names(host) & names(far)
        await host.ask(lambda n: SendChat(id=n, text="我们开始吧"))
        asked = [await pupil.ask(lambda n: View(id=n, shown=())), await pupil.ask(offer_down)]
        assert [answer.code for answer in asked if isinstance(answer, Refused)] == [
            Code.NOT_ALLOWED,
            Code.NOT_ALLOWED,
        ]
        assert [type(m) for m in pupil.ears.heard] == [Welcome, Refused, Refused]
        assert pupil.ears.welcome.waits
        assert not [m for m in room.ears.events if isinstance(m, PupilWaits)]
        await far.ask(lambda n: Admit(id=n, participant=knock.participant))
        state = (await pupil.ears.message(State)).state
        assert [line.text for line in state.chat] == ["我们开始吧"]
        assert {"甲", "陌生人"} <= names(pupil)
        await pupil.ears.message(Microphone)
        assert (await room.ears.told(ParticipantJoined)).participant == knock.participant
        assert isinstance(await pupil.ask(lambda n: View(id=n, shown=())), Done)


def offer_down(number: int) -> Offer:
    return Offer(id=number, peer=PeerId("p"), direction="down", sdp="v=0")


async def test_who_is_turned_away_hears_why(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        host = await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="陌生人")
        knock = await host.ears.told(PupilWaits)
        await host.ask(lambda n: TurnAway(id=n, participant=knock.participant))
        closed = await pupil.ears.until(lambda: pupil.ears.closed)
        assert (closed.code, closed.may_resume) == (Code.TURNED_AWAY, False)


async def test_who_gives_up_is_no_longer_in_the_list(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        host = await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="陌生人")
        await pupil.ask(lambda n: Leave(id=n))
        await host.ears.told(PupilGaveUp)


async def test_a_teacher_who_comes_later_finds_who_waits_with_the_name(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        pupil = await here.join(lesson, Role.PUPIL, name="陌生人")
        host = await here.teacher(lesson)
        state = (await host.ears.message(State)).state
        assert [one.participant for one in state.waiting] == [pupil.ears.welcome.participant]
        assert "陌生人" in names(host)


async def test_who_waited_through_a_broken_link_comes_in_with_the_whole_state(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        host = await here.teacher(lesson)
        pupil = await here.join(lesson, Role.PUPIL, name="陌生人")
        knock = await host.ears.told(PupilWaits)
        pupil.attachment.detach()
        again = await here.join(lesson, Role.PUPIL, resume=pupil.ears.resume())
        assert again.ears.welcome.waits
        again.attachment.detach()
        await host.ask(lambda n: Admit(id=n, participant=knock.participant))
        third = await here.join(lesson, Role.PUPIL, resume=pupil.ears.resume())
        assert not third.ears.welcome.waits
        await third.ears.message(State)


async def test_a_name_on_the_roster_comes_in_at_once_and_is_that_pupil(tmp_path: Path) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        pupil = await here.join(lesson, Role.PUPIL, name="小 明")
        assert not pupil.ears.welcome.waits
        assert "小明" in names(pupil)
        who = pupil.ears.welcome.participant
        assert await Store(here.database).pupils(lesson.id) == {who: "id of 小明"}


async def test_a_name_that_is_borne_already_waits_and_is_nobodys_attendance(
    tmp_path: Path,
) -> None:
    async with house(tmp_path) as here:
        lesson = await here.plan()
        first = await here.join(lesson, Role.PUPIL, name="小明")
        second = await here.join(lesson, Role.PUPIL, name="小明")
        assert second.ears.welcome.waits
        assert list(await Store(here.database).pupils(lesson.id)) == [
            first.ears.welcome.participant
        ]
        await first.ask(lambda n: Leave(id=n))
        third = await here.join(lesson, Role.PUPIL, name="小明")
        assert not third.ears.welcome.waits


async def test_twins_by_name_wait_for_the_teacher(tmp_path: Path) -> None:
    async with house(tmp_path, roster=twins) as here:
        pupil = await here.join(await here.plan(), Role.PUPIL, name="王芳")
        assert pupil.ears.welcome.waits
