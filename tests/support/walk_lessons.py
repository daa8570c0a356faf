"""Routes of planned and held lessons: who may ask, and a request that is right but for that."""

from collections.abc import Mapping

from server.programme.rights import Action
from tests.support import walk_requests as requests
from tests.support.walk_asked import HELD, ROLL, Asked, Route
from tests.support.walk_requests import PDF, told
from tests.support.walk_rights import calls_roll, enters, in_capacity, of_lesson, reaches, right

LESSON = {"lesson": "planned"}
DOOMED = {"lesson": "doomed"}
GROUP = {"id": "group"}
PREPARATION = "/api/lessons/{lesson}/preparation"
OBSERVERS = "/api/attendance/{lesson}/observers"


LESSONS: Mapping[Route, tuple[Asked, ...]] = {
    # The timetable.
    ("GET", "/api/home"): (Asked(may=in_capacity),),
    ("GET", "/api/week"): (Asked(may=in_capacity, query={"of": "school", "day": "2026-11-25"}),),
    ("GET", "/api/plan"): (Asked(may=reaches(Action.PLAN_LESSON)),),
    ("POST", "/api/lessons"): (
        Asked(may=of_lesson(Action.PLAN_LESSON), json=requests.plan, good=frozenset({201})),
    ),
    ("GET", "/api/lessons/{lesson}"): (Asked(may=of_lesson(Action.SEE_LESSON), at=LESSON),),
    ("PUT", "/api/lessons/{lesson}"): (
        Asked(may=of_lesson(Action.PLAN_LESSON), at=DOOMED, json=requests.plan),
    ),
    ("POST", "/api/lessons/{lesson}/call-off"): (
        Asked(
            may=of_lesson(Action.PLAN_LESSON),
            at=DOOMED,
            json=told(why="停电"),
            ready=requests.not_called_off,
        ),
    ),
    ("POST", "/api/lessons/{lesson}/enter"): (
        Asked(may=enters, at=LESSON, json=told(page="lesson")),
        Asked(may=calls_roll, at=LESSON, json=told(page="roll")),
        Asked(may=of_lesson(Action.REPLAY_LESSON), at=HELD, json=told(page="replay")),
    ),
    ("GET", PREPARATION): (Asked(may=of_lesson(Action.SEE_PREPARATION), at=LESSON),),
    ("PUT", f"{PREPARATION}/note"): (
        Asked(may=of_lesson(Action.CHANGE_PREPARATION), at=LESSON, json=told(text="第一段合唱")),
    ),
    ("PUT", f"{PREPARATION}/ready"): (
        Asked(may=of_lesson(Action.CHANGE_PREPARATION), at=LESSON, json=told(ready=True)),
    ),
    ("POST", f"{PREPARATION}/files"): (
        Asked(
            may=of_lesson(Action.CHANGE_PREPARATION),
            at=LESSON,
            query={"name": "教案.pdf"},
            data=PDF,
        ),
    ),
    ("GET", f"{PREPARATION}/files/{{file}}"): (
        Asked(
            may=of_lesson(Action.SEE_PREPARATION),
            at={**LESSON, "file": "handout"},
            ready=requests.handout,
        ),
    ),
    ("DELETE", f"{PREPARATION}/files/{{file}}"): (
        Asked(
            may=of_lesson(Action.CHANGE_PREPARATION),
            at={**LESSON, "file": "handout"},
            ready=requests.handout,
        ),
    ),
    # Attendance.
    **{
        ("GET", f"/api/attendance/{which}{file}"): (
            Asked(may=reaches(Action.SEE_ATTENDANCE), at={"kind": "csv"} if file else {}),
        )
        for which in ("lessons", "classes")
        for file in ("", ".{kind}")
    },
    **{
        ("GET", f"/api/classes/{{id}}/absences{file}"): (
            Asked(
                may=reaches(Action.SEE_PUPILS), at={**GROUP, **({"kind": "csv"} if file else {})}
            ),
        )
        for file in ("", ".{kind}")
    },
    ("PUT", "/api/attendance/{lesson}/{room}"): (
        Asked(
            may=right(Action.DECLARE_ATTENDANCE, named=False),
            at={**HELD, "room": "room"},
            json=told(**ROLL, why="当晚没点"),
            ready=requests.undeclared,
        ),
    ),
    ("GET", "/api/attendance/{lesson}/{room}/names"): (
        Asked(may=right(Action.SEE_PUPILS), at={**HELD, "room": "room"}),
    ),
    ("GET", OBSERVERS): (Asked(may=of_lesson(Action.DECLARE_ATTENDANCE), at=HELD),),
    ("POST", OBSERVERS): (
        Asked(
            may=of_lesson(Action.DECLARE_ATTENDANCE),
            at=HELD,
            json=told(name="周老师"),
            ready=requests.unobserved,
        ),
    ),
    ("DELETE", OBSERVERS + "/{observer}"): (
        Asked(
            may=of_lesson(Action.DECLARE_ATTENDANCE),
            at={**HELD, "observer": "observer"},
            ready=requests.observed,
        ),
    ),
    # Reviewing.
    ("GET", "/api/recordings"): (Asked(may=in_capacity),),
    ("GET", "/api/recordings/{lesson}/still.jpg"): (
        Asked(may=of_lesson(Action.REPLAY_LESSON), at=HELD),
    ),
    ("POST", "/api/recordings/{lesson}/watch"): (
        Asked(may=of_lesson(Action.REPLAY_LESSON), at=HELD),
    ),
    ("GET", "/api/recordings/{lesson}/viewings"): (
        Asked(may=of_lesson(Action.SEE_VIEWINGS), at=HELD),
    ),
    ("GET", "/api/kept"): (Asked(may=in_capacity),),
    ("PUT", "/api/recordings/{lesson}/kept"): (
        Asked(may=of_lesson(Action.KEEP_RECORDING), at=HELD, json=requests.keeping),
    ),
    ("DELETE", "/api/recordings/{lesson}/kept"): (
        Asked(may=of_lesson(Action.KEEP_RECORDING), at=HELD),
    ),
    ("GET", "/api/audit"): (Asked(may=in_capacity),),
    ("GET", "/api/audit.csv"): (Asked(may=reaches(Action.SEE_AUDIT)),),
    ("GET", "/api/certificates"): (Asked(may=in_capacity),),
    ("GET", "/api/certificates.csv"): (Asked(may=in_capacity),),
}
