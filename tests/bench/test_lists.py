from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.lists import LESSONS, WEEKS, lessons
from server.programme.clash import clashes
from server.store.database import open_database
from tests.support.paired import campus

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)


async def test_a_term_is_full_and_nobody_is_in_two_places(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = [await campus(database, f"第{n}小学", "330824", "t", 1) for n in range(4)]
    term = list(lessons(schools, MONDAY))
    weeks = Counter((one.schedule.starts - MONDAY).days // 7 for one in term if one.schedule)
    assert weeks == dict.fromkeys(range(WEEKS), LESSONS // WEEKS)
    day = [one for one in term if one.schedule and one.schedule.starts.date() == MONDAY.date()]
    assert clashes(day[0], day) == []
