from datetime import UTC, datetime
from pathlib import Path

import pytest

from server.actions.timetable import plan
from server.live.peer_names import worker_peer
from server.media.allocation import Served, Step
from server.media.requests import PeerReport, Reports
from server.programme.rights import Capacity
from server.store.lessons import Lessons
from signaling.ids import LessonId, PeerId
from tests.support.paired import NOW, pair
from tests.support.staff import badge, hired
from tests.support.websites import Website, built_client, website


@pytest.fixture
def client_folder(tmp_path: Path) -> Path:
    return built_client(tmp_path / "dist")


def passes(site: Website, *lessons: str) -> None:
    """Have a worker tell of a peer of each lesson that loses a fifth; none runs in this process."""
    ids = [LessonId(lesson) for lesson in lessons]
    peers = tuple(
        PeerReport(
            peer=worker_peer(one, "device", PeerId("p")),
            way="down",
            rtt_ms=9.0,
            loss=0.2,
            packets=10,
            octets=5000,
            served=Served(estimate=300_400, queue=0.12, step=Step.LOW, layers=(0,)),
        )
        for one in ids
    )
    site.house.plane.readings.take(Reports(peers=peers), frozenset(ids))


async def test_a_technician_sees_workers_and_the_lessons_of_their_school(
    tmp_path: Path, client_folder: Path
) -> None:
    async with website(tmp_path, client_folder) as site:
        database = site.house.database
        schools = await pair(database)
        lesson = await plan(database, schools.town.acting(), schools.plan(), NOW)
        await Lessons(database).mark_opened(lesson.id, datetime.now(UTC))
        person = await hired(database, Capacity.TECHNICIAN, schools.village.school, "吴工")
        signed = await badge(database, person)
        site.house.plane.worker._ready.set()
        site.house.plane.recorder._ready.set()
        site.watch.look(0.0)
        passes(site, lesson.id, "another's")
        site.watch.look(5.0)
        told = await (await site.client.get("/api/live", headers=signed)).json()
        assert (told["every"], told["kept"], told["newest"]) == (5.0, 120, 2)
        (worker,) = told["workers"]
        assert (worker["up"], worker["recorder"], worker["lessons"]) == (True, True, 2)
        assert worker["duty"] == "open"
        assert worker["points"] == [[1, 0, 0, 0, 0, 0], [2, 0, 0, 16.0, 0.2, 0]]
        (shown,) = told["lessons"]
        assert shown["rooms"] == ["开化县实验小学 开化录播教室", "齐溪镇中心小学 齐溪录播教室"]
        assert shown["weakest"] == {"kbps": 300, "queue_ms": 120, "step": "low"}
        assert shown["points"] == [[2, 1, 0, 8.0, 0.2, 0]]
        assert told["wrong"] == [
            {"what": "lesson_lossy", "worker": None, "lesson": lesson.id, "amount": 0.2}
        ]
        later = await (await site.client.get("/api/live?after=1", headers=signed)).json()
        assert [one[0] for one in later["workers"][0]["points"]] == [2]
        site.house.workers.drain(0)
        drained = await (await site.client.get("/api/live", headers=signed)).json()
        assert drained["workers"][0]["duty"] == "draining"


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 13, "²"])
async def test_what_is_no_number_of_a_point_is_refused(
    tmp_path: Path, client_folder: Path, after: str
) -> None:
    async with website(tmp_path, client_folder) as site:
        schools = await pair(site.house.database)
        person = await hired(site.house.database, Capacity.TECHNICIAN, schools.town.school)
        signed = await badge(site.house.database, person)
        answer = await site.client.get("/api/live", params={"after": after}, headers=signed)
        assert answer.status == 400
