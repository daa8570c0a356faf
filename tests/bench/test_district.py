from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from bench.district import LESSONS, WEEKS, lessons, paired
from server.programme.clash import clashes
from server.store.database import open_database
from tests.support.paired import campus

MONDAY = datetime(2026, 8, 31, tzinfo=UTC)


async def test_a_term_is_full_and_nobody_is_in_two_places(tmp_path: Path) -> None:
    async with open_database(tmp_path) as database:
        schools = [await campus(database, f"第{n}小学", "330824", "t", 1) for n in range(5)]
    pairs = paired(schools, 2)
    assert [(town.school.name, village.school.name) for town, village in pairs] == [
        ("第0小学", "第2小学"),
        ("第1小学", "第3小学"),
        ("第0小学", "第4小学"),
    ]
    term = list(lessons(pairs, 2, MONDAY))
    weeks = Counter((one.schedule.starts - MONDAY).days // 7 for one in term if one.schedule)
    assert weeks == dict.fromkeys(range(WEEKS), LESSONS // WEEKS)
    first = [one for one in term if one.schedule and one.schedule.starts.date() == MONDAY.date()]
    assert all(clashes(one, first) == [] for one in first)
