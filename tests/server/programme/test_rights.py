import re
from dataclasses import replace
from pathlib import Path

import pytest

from server.programme.region import RegionCode
from server.programme.rights import (
    APPOINTS,
    TABLE,
    Acting,
    Action,
    Capacity,
    Concern,
    Reach,
    may,
    may_appoint,
    reach,
    rights,
)
from signaling.events import Role

DOCS = (Path(__file__).parents[3] / "docs" / "rights.md").read_text()
SIGNS = {
    Reach.NONE: "",
    Reach.OWN: "own",
    Reach.ORGANISATION: "school",
    Reach.REGION: "region",
    Reach.ALL: "all",
}

COUNTY, NEXT, FAR = RegionCode("330802"), RegionCode("330824"), RegionCode("330106")
MINE = Concern(persons=frozenset({"me"}), organisations={"here": COUNTY})
HERE = Concern(organisations={"here": COUNTY, "partner": FAR})
BESIDE = Concern(organisations={"beside": COUNTY})
IN_CITY = Concern(organisations={"other": NEXT})
AWAY = Concern(persons=frozenset({"you"}), organisations={"away": FAR})
OFFICE = RegionCode("330800")

SHOW_PUPILS = {
    Action.SEE_PUPILS,
    Action.IMPORT_ROSTER,
    Action.REPLAY_LESSON,
    Action.COMMENT_LESSON,
    Action.JOIN_LESSON,
    Action.INSPECT_LESSON,
    Action.LEAD_LESSON,
}

NOTHING: set[str] = set()
STAFF = {"joins", "sends", "replays", "replays_running", "declares", "invites"}


@pytest.mark.parametrize(
    ("role", "in_room", "in_host_room", "granted"),
    [
        (Role.TEACHER, True, True, {"leads", *STAFF}),
        (Role.TEACHER, True, False, STAFF),
        (Role.TEACHER, False, False, NOTHING),
        (Role.ROOM, True, True, {"joins", "sends", "replays"}),
        (Role.ROOM, True, False, {"joins", "sends", "replays"}),
        (Role.ROOM, False, False, NOTHING),
        (Role.PUPIL, False, False, {"joins", "sends"}),
        (Role.VIEWER, False, False, {"joins", "replays"}),
        (Role.INSPECTOR, False, False, {"joins"}),
    ],
)
def test_what_each_role_may_do(
    role: Role, in_room: bool, in_host_room: bool, granted: set[str]
) -> None:
    found = rights(role, in_room=in_room, in_host_room=in_host_room)
    assert {name for name, value in vars(found).items() if value} == granted


def actor(capacity: Capacity, looks_after: RegionCode | None = None) -> Acting:
    return Acting(id="me", capacity=capacity, organisation="here", looks_after=looks_after)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("capacity", Capacity)
def test_a_right_goes_as_far_as_the_table_says(capacity: Capacity, action: Action) -> None:
    school, office = actor(capacity), actor(capacity, OFFICE)
    allowed = {
        Reach.NONE: ([], []),
        Reach.OWN: ([MINE], [MINE]),
        Reach.ORGANISATION: ([MINE, HERE], [MINE, HERE]),
        Reach.REGION: ([MINE, HERE], [MINE, HERE, BESIDE, IN_CITY]),
        Reach.ALL: ([MINE, HERE, BESIDE, IN_CITY, AWAY],) * 2,
    }[reach(capacity, action)]
    for acting, things in zip((school, office), allowed, strict=True):
        found = [one for one in (MINE, HERE, BESIDE, IN_CITY, AWAY) if may(acting, action, one)]
        assert found == things


def test_what_a_table_does_not_name_is_denied() -> None:
    assert set(TABLE) == set(Capacity)
    assert reach(Capacity.PUPIL, Action.SEE_PUPILS) is Reach.NONE
    assert not may(actor(Capacity.PUPIL), Action.SEE_PUPILS, MINE)


@pytest.mark.parametrize("capacity", [Capacity.TECHNICIAN, Capacity.ADMIN, Capacity.INTEGRATION])
def test_who_looks_after_machines_sees_neither_pupils_nor_pictures(capacity: Capacity) -> None:
    assert not SHOW_PUPILS & set(TABLE[capacity])


def test_a_rooms_key_and_a_pupil_write_no_attendance_and_see_nobody_elses() -> None:
    for capacity in (Capacity.ROOM_DEVICE, Capacity.PUPIL):
        assert set(TABLE[capacity].values()) == {Reach.OWN}
        assert not {Action.DECLARE_ATTENDANCE, Action.CORRECT_ATTENDANCE} & set(TABLE[capacity])


def test_only_the_class_teacher_and_the_school_see_names() -> None:
    sees = {one for one in Capacity if reach(one, Action.SEE_PUPILS) is not Reach.NONE}
    assert sees == {Capacity.SCHOOL_ADMIN, Capacity.TEACHER}


@pytest.mark.parametrize("capacity", Capacity)
def test_nobody_appoints_above_themselves(capacity: Capacity) -> None:
    given = APPOINTS.get(capacity, frozenset())
    assert capacity is Capacity.ADMIN or Capacity.ADMIN not in given
    for one in given:
        assert APPOINTS.get(one, frozenset()) <= given


def test_appointments_are_made_where_the_staff_may_be_changed() -> None:
    school, bureau = actor(Capacity.SCHOOL_ADMIN), actor(Capacity.BUREAU, OFFICE)
    assert may_appoint(school, Capacity.TEACHER, HERE)
    assert not may_appoint(school, Capacity.TEACHER, BESIDE)
    assert not may_appoint(school, Capacity.BUREAU, HERE)
    assert may_appoint(bureau, Capacity.SCHOOL_ADMIN, IN_CITY)
    assert not may_appoint(bureau, Capacity.SCHOOL_ADMIN, AWAY)
    assert not may_appoint(replace(bureau, capacity=Capacity.TEACHER), Capacity.TEACHER, HERE)


def test_the_docs_print_the_table() -> None:
    head, *rows = [
        [cell.strip() for cell in row.split("|")]
        for row in re.findall(r"^\| (.*) \|$", DOCS, flags=re.M)
    ]
    capacities = [Capacity(word.strip("`")) for word in head[1:]]
    assert capacities == list(Capacity)
    wanted = {
        f"`{action}`": [SIGNS[reach(capacity, action)] for capacity in capacities]
        for action in Action
    }
    assert {name: cells for name, *cells in rows} == wanted
