from datetime import UTC, datetime

from bench.district import District
from bench.lists import askings
from server.programme.people import Person
from tests.support.walk_lists import LISTS

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_every_list_that_a_page_asks_for_is_measured() -> None:
    people = [Person(id=id_, name="李老师", login=id_) for id_ in ("t", "a", "b", "r")]
    teacher, admin, bureau, research = people
    district = District(
        teacher=teacher, admin=admin, bureau=bureau, research=research, school="s", class_group="g"
    )
    measured = {one.path.partition("?")[0] for one in askings(district, NOW)}
    listed = {one.path.partition("?")[0] for one in LISTS}
    assert listed <= measured
