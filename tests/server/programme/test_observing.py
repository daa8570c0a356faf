from datetime import UTC, datetime, timedelta

import pytest

from server.programme.observing import MOST, Observer, Sat, Stay, check_new, observers
from server.programme.refusal import Refusal, RefusedError

BELL = datetime(2026, 11, 25, 1, 10, tzinfo=UTC)


def sat(number: int, person: str | None = None, added_by: str | None = None) -> Sat:
    name = f"老师{person or number}"
    return Sat(id=f"s{number}", person=person, name=name, added_by=added_by, at=BELL)


def test_who_came_twice_was_there_from_first_to_last() -> None:
    minutes = [BELL + timedelta(minutes=number) for number in (5, 10, 15, 20)]
    stays = {"s1": Stay(begin=minutes[0], end=minutes[1]), "s2": Stay(begin=minutes[2], end=None)}
    [found] = observers([sat(1, "zhou"), sat(2, "zhou")], stays)
    assert found.stay == Stay(begin=minutes[0], end=None)
    stays["s2"] = Stay(begin=minutes[2], end=minutes[3])
    [found] = observers([sat(1, "zhou"), sat(2, "zhou")], stays)
    assert found.stay == Stay(begin=minutes[0], end=minutes[3])


def test_what_was_observed_stands_above_what_was_added_and_names_alone_stay_apart() -> None:
    lines = [sat(1, "zhou", "zhang"), sat(2, None, "zhang"), sat(3, None, "zhang"), sat(4, "zhou")]
    first, *others = observers(lines, {})
    assert (first.id, first.added_by, first.stay) == ("s4", None, Stay(begin=BELL, end=None))
    assert [(one.id, one.added_by, one.stay) for one in others] == [
        ("s2", "zhang", None),
        ("s3", "zhang", None),
    ]


@pytest.mark.parametrize(
    ("person", "name", "refusal"),
    [
        ("zhou", "周", Refusal.OBSERVER_LISTED),
        (None, "老师zhou", Refusal.OBSERVER_LISTED),
        ("li", "李", Refusal.OBSERVER_WORKS_HERE),
    ],
)
def test_nobody_is_listed_twice_and_nobody_who_works_there(
    person: str | None, name: str, refusal: Refusal
) -> None:
    found = observers([sat(1, "zhou")], {})
    with pytest.raises(RefusedError) as refused:
        check_new(found, person, name, frozenset({"li"}))
    assert refused.value.refusal is refusal
    check_new(found, "wu", "老师zhou", frozenset({"li"}))


def test_the_list_has_an_end() -> None:
    found: list[Observer] = observers([sat(number) for number in range(MOST)], {})
    with pytest.raises(RefusedError) as refused:
        check_new(found, None, "周老师", frozenset())
    assert refused.value.refusal is Refusal.OBSERVERS_TOO_MANY
