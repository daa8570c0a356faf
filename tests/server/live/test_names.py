from pathlib import Path

from server.live.device import Device
from server.live.names import Names
from server.store.database import open_database
from server.store.lessons import Lessons
from server.store.people import People
from signaling.events import Role
from signaling.ids import DeviceId, ParticipantId
from signaling.messages import People as PeopleMessage
from tests.support.halls import Ears
from tests.support.stored import NOW, planned

PUPIL = ParticipantId("pupil")


async def test_names_outlive_their_owner_and_are_told_once(tmp_path: Path) -> None:
    lesson, ears = planned(), Ears()
    device = Device(id=DeviceId("d"), participant=PUPIL, role=Role.PUPIL, outlet=ears)
    async with open_database(tmp_path) as database:
        await Lessons(database).add(lesson, NOW)
        await Names(lesson, People(database)).put(PUPIL, "小明")
        names = Names(lesson, People(database))
        assert (await names.load())[PUPIL] == "小明"
    for _ in range(2):
        names.tell(device, [PUPIL, ParticipantId("id0"), ParticipantId("stranger")])
    told = [{p.name for p in m.people} for m in ears.heard if isinstance(m, PeopleMessage)]
    assert told == [{"小明", "甲"}]
