"""The lists of the website, and what each may hold, worked out from the tables and the rights."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from server.programme.region import RegionCode
from server.programme.rights import Acting, Action, Concern, may
from tests.support.walked import World

DAY = "2026-10-28"
"""Of the lesson that was held."""
_LESSONS = (
    "select lesson, organisation, null from place union select lesson, null, person from post"
)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A list, or a part of one."""

    path: str
    """Where it is asked for."""
    shown: Callable[[Any], Iterable[str]]
    """The ids that an answer holds."""
    action: Action
    """What whoever asks must be allowed with each."""
    things: str
    """A query of all there are: id, an organisation that it concerns, a person named in it."""


def _under(name: str, key: str = "id") -> Callable[[Any], Iterable[str]]:
    return lambda told: [one[key] for one in told[name]]


def _posts(told: Any) -> Iterable[str]:  # noqa: ANN401
    return [
        f"{one['id']} {held['capacity']} {held['organisation']}"
        for one in told["staff"]
        for held in one["held"]
    ]


def _places(action: Action, path: str) -> Listed:
    """Where a form of a list lets one choose."""
    return Listed(path=path, shown=_under("places"), action=action, things=_ORGANISATIONS)


_ORGANISATIONS = "select id, id, null from organisation"
_SCHOOLS = f"{_ORGANISATIONS} where kind in ('school', 'training_centre')"
_CLASSES = "select id, organisation, null from class_group"
_POSTS = (
    "select person || ' ' || capacity || ' ' || organisation, organisation, null from appointment"
)
LISTS = (
    Listed(
        path="/api/organisations",
        shown=_under("organisations"),
        action=Action.SEE_ORGANISATION,
        things=_ORGANISATIONS,
    ),
    Listed(
        path="/api/organisations",
        shown=lambda told: told["changes"],
        action=Action.CHANGE_ORGANISATION,
        things=_ORGANISATIONS,
    ),
    Listed(
        path="/api/classrooms",
        shown=_under("classrooms"),
        action=Action.SEE_ROOM,
        things="select id, organisation, null from classroom",
    ),
    _places(Action.CHANGE_ROOM, "/api/classrooms"),
    Listed(
        path="/api/lines",
        shown=lambda told: [one["id"] for one in told.get("lines", ())],
        action=Action.SEE_DEVICES,
        things=_SCHOOLS,
    ),
    Listed(
        path="/api/lines",
        shown=lambda told: [one["id"] for one in told.get("lines", ()) if one["may_change"]],
        action=Action.CHANGE_LINK,
        things=_SCHOOLS,
    ),
    Listed(
        path="/api/classes",
        shown=_under("class_groups"),
        action=Action.SEE_CLASS_GROUP,
        things=_CLASSES,
    ),
    _places(Action.CHANGE_CLASS_GROUP, "/api/classes"),
    Listed(
        path="/api/consents",
        shown=_under("classes", "class_group"),
        action=Action.SEE_CLASS_GROUP,
        things=_CLASSES,
    ),
    Listed(
        path="/api/pairings",
        shown=_under("pairings"),
        action=Action.SEE_PAIRING,
        things=" union ".join(
            f"select id, {side}, null from pairing" for side in ("supporter", "recipient")
        ),
    ),
    _places(Action.CHANGE_PAIRING, "/api/pairings"),
    Listed(path="/api/staff", shown=_posts, action=Action.SEE_STAFF, things=_POSTS),
    _places(Action.CHANGE_STAFF, "/api/staff"),
    Listed(
        path=f"/api/week?of=school&day={DAY}",
        shown=_under("lessons"),
        action=Action.SEE_LESSON,
        things=f"select * from ({_LESSONS}) where lesson = 'held0'",
    ),
    Listed(
        path=f"/api/attendance/lessons?from={DAY}&to={DAY}",
        shown=lambda told: [one["id"] for one in told.get("lessons", ())],
        action=Action.SEE_ATTENDANCE,
        things=f"select * from ({_LESSONS}) where lesson = 'held0'",
    ),
    Listed(
        path="/api/recordings",
        shown=_under("lessons", "lesson"),
        action=Action.REPLAY_LESSON,
        things=f"select * from ({_LESSONS}) where lesson = 'held0'",
    ),
    Listed(
        path="/api/live",
        shown=lambda told: [one["lesson"] for one in told.get("lessons", ())],
        action=Action.SEE_DEVICES,
        # It is outside the timetable, so no school's; actions' test_running has one of two schools.
        things="select id, null, null from lesson where opened is not null and ended is null",
    ),
    Listed(
        path="/api/kept?lesson=held0",
        shown=lambda told: told.get("lessons", ()),
        action=Action.REPLAY_LESSON,
        things=f"select * from ({_LESSONS}) where lesson = 'held0'",
    ),
    Listed(
        path="/api/audit",
        shown=lambda told: [one["id"] for one in told.get("lines", ())],
        action=Action.SEE_AUDIT,
        things="select audit.id, organisation.id, null from audit"
        " left join organisation on organisation.id = audit.organisation",
    ),
    Listed(
        path="/api/certificates",
        shown=_under("certificates", "lesson"),
        action=Action.SEE_CERTIFICATES,
        things=f"select * from ({_LESSONS}) where lesson = 'held0'",
    ),
)


async def allowed(world: World, listed: Listed, acting: Acting) -> list[str]:
    """The ids that a list must hold, and no other."""
    regions = await _regions(world)
    persons: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    for thing, organisation, person in await world.write(listed.things):
        persons[str(thing)] |= {str(person)} if person is not None else set()
        places[str(thing)] |= {str(organisation)} if organisation is not None else set()
    return sorted(
        thing
        for thing, named in persons.items()
        if may(
            acting,
            listed.action,
            Concern(
                persons=frozenset(named),
                organisations={one: regions[one] for one in places[thing]},
            ),
        )
    )


async def _regions(world: World) -> dict[str, RegionCode]:
    found = await world.write("select id, region from organisation")
    return {str(one): RegionCode(str(region)) for one, region in found}
