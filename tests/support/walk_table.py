"""For each route of the website: who may ask for it, and a request that is right but for that."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from server.programme.rights import Action
from server.web.routes import LESSON as LESSON_PAGES
from server.web.routes import OFFICE
from tests.support import walk_requests as requests
from tests.support.walk_requests import PDF, PIN, Sent, ids, told
from tests.support.walk_rights import (
    May,
    anybody,
    appoints,
    called,
    calls_roll,
    enters,
    everywhere,
    gives,
    in_capacity,
    kinds,
    link,
    makes_school,
    of_lesson,
    pairs,
    reaches,
    reviews,
    right,
    speaks,
    watches,
    wrote,
)
from tests.support.walked import World
from tests.support.workbooks import HEADER, workbook

Route = tuple[str, str]
ROSTER = workbook(HEADER, ("章明", None, "三(9)班"))


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request of a route, and who may make it."""

    may: May
    """Whether it is answered."""
    at: Mapping[str, str] = field(default_factory=dict)
    """What the route names: keys of the world's ids."""
    query: Mapping[str, str] | None = None
    """What stands behind the question mark."""
    ticket: bool = False
    """Whether the link stands there too."""
    json: Sent | None = None
    """The body."""
    data: bytes | None = None
    """A body that is a file."""
    ready: Callable[[World], Awaitable[None]] | None = None
    """Makes the request possible (again)."""
    lesson: str = "held"
    """To which lesson links belong."""
    good: frozenset[int] = frozenset({200})
    """The statuses of those who may."""
    most: int = 100
    """Of those who may, how many ask: passwords take a while."""


TOLD = {"device": "0123456789ab", "https": True, "websocket": True, "udp": False}
ROLL = {"expected": 24, "present": 22, "on_leave": 1}
MEASURES = kinds("link", "review", "check")
LOGIN = kinds("login")
PAGE = Asked(may=anybody, most=5)
GROUP = {"id": "group"}
LESSON = {"lesson": "planned"}
DOOMED = {"lesson": "doomed"}
HELD = {"lesson": "held"}
PROPOSED = {"id": "proposed"}
SIDES = ("organisation", "foreign")
"""Of a pairing of the town and a foreign school."""
COMMENT = {"comment": "comment"}
CLASSROOM = {"classroom": "classroom"}
CONSENT = "/api/classes/{id}/consent"
ROSTERS = "/api/organisations/{id}/roster"
CLOSING = "/api/classes/{id}/closing"
RAISING = "/api/organisations/{id}/raising"
OBSERVERS = "/api/attendance/{lesson}/observers"
SCREENS = "/api/classrooms/{classroom}/screens"
IMPORT = Asked(
    may=right(Action.IMPORT_ROSTER),
    at={"id": "organisation"},
    query={"makes_classes": "yes"},
    data=ROSTER,
)
RISING = Asked(
    may=right(Action.RAISE_GRADES),
    at={"id": "organisation"},
    json=requests.raising,
    ready=requests.open_class,
)


TABLE: Mapping[Route, tuple[Asked, ...]] = {
    # Public: pages, health, and doors that a secret in the body opens.
    ("GET", "/assets/{name}"): (Asked(may=anybody, at={"name": "asset"}, most=5),),
    ("GET", "/healthz"): (PAGE,),
    ("GET", "/api/me"): (PAGE,),
    ("POST", "/api/sign-in"): (
        Asked(
            may=anybody, json=told(login="nobody", password="wrong"), good=frozenset({401}), most=3
        ),
    ),
    ("POST", "/api/join"): (Asked(may=anybody, json=ids(code="join code"), most=5),),
    ("POST", "/api/room/bind"): (
        Asked(may=anybody, json=ids(code="offered"), ready=requests.offered, most=5),
    ),
    ("POST", "/api/room/nonce"): (Asked(may=anybody, json=told(), most=5),),
    ("POST", "/api/room/prove"): (
        Asked(
            may=anybody,
            json=ids(key="screen key", nonce="nonce", signature="signature"),
            ready=requests.signed,
            most=5,
        ),
    ),
    ("POST", "/api/phone/room"): (Asked(may=anybody, json=ids(code="room code"), most=5),),
    ("POST", "/api/phone/assistant"): (
        Asked(may=anybody, json=ids(code="room code", person="assistant", pin=PIN), most=3),
    ),
    # What links open.
    ("GET", "/ws"): (Asked(may=link("joins"), lesson="open"),),
    ("GET", "/api/lesson"): (Asked(may=kinds("link", "review"), lesson="open"),),
    ("PUT", "/api/invitation"): (Asked(may=link("invites"), lesson="open"),),
    ("POST", "/api/invitation"): (Asked(may=link("invites"), lesson="open"),),
    ("GET", "/api/roll"): (Asked(may=link("declares"), lesson="open"),),
    ("PUT", "/api/roll"): (
        Asked(may=link("declares"), lesson="open", json=told(**ROLL), ready=requests.undeclared),
    ),
    ("GET", "/api/roll/names"): (Asked(may=called("the teacher by link")),),
    ("GET", "/api/replay"): (Asked(may=watches), Asked(may=link("replays_running"), lesson="open")),
    ("GET", "/api/replay/media/{path}"): (Asked(may=watches, at={"path": "track"}),),
    ("GET", "/api/replay/phone"): (Asked(may=watches),),
    ("GET", "/api/replay/phone.mp4"): (Asked(may=watches, ticket=True),),
    ("POST", "/api/replay/viewing"): (
        Asked(may=watches, json=requests.stretch, ready=requests.sitting),
    ),
    ("GET", "/api/replay/comments"): (Asked(may=watches),),
    ("POST", "/api/replay/comments"): (Asked(may=reviews, json=told(moment=3.5, text="提问很好")),),
    ("PUT", "/api/replay/comments/{comment}"): (
        Asked(may=wrote, at=COMMENT, json=told(text="好"), ready=requests.commented),
    ),
    ("DELETE", "/api/replay/comments/{comment}"): (
        Asked(may=wrote, at=COMMENT, ready=requests.commented),
    ),
    # Measuring.
    # Nobody measures on their way to a recording: its token is longer than the first message.
    ("GET", "/api/check/ws"): (Asked(may=kinds("link", "check")),),
    ("POST", "/api/check/peer"): (
        Asked(may=MEASURES, json=told(sdp="v=0"), good=frozenset({409})),
    ),
    ("GET", "/api/check/down"): (Asked(may=MEASURES, query={"octets": "10"}),),
    ("POST", "/api/check/up"): (Asked(may=MEASURES, data=b"x"),),
    ("POST", "/api/check/report"): (Asked(may=MEASURES, json=told(**TOLD)),),
    ("GET", "/api/doctor"): (Asked(may=kinds("doctor")),),
    # A classroom's screen, and the phone in front of it.
    ("GET", "/api/room"): (Asked(may=kinds("screen")),),
    ("POST", "/api/room/panel"): (Asked(may=kinds("screen"), json=told()),),
    ("POST", "/api/room/panel/collect"): (
        Asked(may=kinds("screen"), json=ids(secret="panel secret"), ready=requests.asking),
    ),
    ("POST", "/api/phone/panel"): (
        Asked(may=LOGIN, json=ids(code="panel code"), ready=requests.asking, most=5),
    ),
    ("POST", "/api/phone/panel/approve"): (
        Asked(
            may=LOGIN,
            json=ids(code="panel code", screen="panel"),
            ready=requests.asking,
            most=5,
        ),
    ),
    ("GET", SCREENS): (Asked(may=right(Action.BIND_ROOM), at=CLASSROOM),),
    ("POST", f"{SCREENS}/code"): (Asked(may=right(Action.BIND_ROOM), at=CLASSROOM),),
    ("DELETE", SCREENS + "/{screen}"): (
        Asked(
            may=right(Action.BIND_ROOM),
            at={**CLASSROOM, "screen": "screen"},
            ready=requests.bound,
        ),
    ),
    # Schools.
    ("GET", "/api/organisations"): (Asked(may=in_capacity),),
    ("POST", "/api/organisations"): (Asked(may=makes_school, json=requests.organisation),),
    ("PUT", "/api/organisations/{id}"): (
        Asked(
            may=right(Action.CHANGE_ORGANISATION),
            at={"id": "organisation"},
            json=requests.organisation,
        ),
    ),
    ("GET", "/api/classrooms"): (Asked(may=in_capacity),),
    ("POST", "/api/classrooms"): (Asked(may=right(Action.CHANGE_ROOM), json=requests.classroom),),
    ("PUT", "/api/classrooms/{id}"): (
        Asked(may=right(Action.CHANGE_ROOM), at={"id": "classroom"}, json=requests.classroom),
    ),
    ("GET", "/api/pairings"): (Asked(may=in_capacity),),
    ("POST", "/api/pairings"): (
        Asked(may=pairs, json=requests.pairing("neighbour"), ready=requests.unpaired),
        Asked(
            may=speaks(Action.CHANGE_PAIRING, *SIDES),
            json=requests.pairing("foreign"),
            ready=requests.unproposed,
        ),
    ),
    ("GET", "/api/pairings/school"): (
        Asked(may=reaches(Action.CHANGE_PAIRING), query={"name": "玉山小学", "region": "361123"}),
    ),
    ("POST", "/api/pairings/{id}/agree"): tuple(
        Asked(may=speaks(Action.AGREE_PAIRING, side), at=PROPOSED, ready=requests.proposed(side))
        for side in SIDES
    ),
    ("POST", "/api/pairings/{id}/end"): (
        Asked(
            may=speaks(Action.END_PAIRING, *SIDES),
            at=PROPOSED,
            ready=requests.proposed("foreign"),
        ),
    ),
    ("PUT", "/api/pairings/{id}"): (
        Asked(
            may=of_lesson(Action.CHANGE_PAIRING),
            at={"id": "pairing"},
            json=requests.pairing("village"),
        ),
        Asked(
            may=speaks(Action.CHANGE_PAIRING, *SIDES),
            at=PROPOSED,
            json=requests.pairing("foreign"),
            ready=requests.proposed("organisation"),
        ),
    ),
    # Staff.
    ("GET", "/api/staff"): (Asked(may=in_capacity),),
    ("POST", "/api/staff"): (Asked(may=appoints, json=requests.post()),),
    ("POST", "/api/staff/password"): (
        Asked(may=appoints, json=ids(login="login"), ready=requests.appointed),
        Asked(may=everywhere, json=ids(login="lent login")),
        Asked(may=gives, json=told(login="nobody"), good=frozenset({409})),
    ),
    ("POST", "/api/staff/capacities"): (Asked(may=appoints, json=requests.post("login")),),
    ("DELETE", "/api/staff/capacities"): (
        Asked(may=appoints, json=requests.post("login"), ready=requests.appointed),
    ),
    ("PUT", "/api/staff/{person}/pin"): (
        Asked(
            may=right(Action.CHANGE_STAFF),
            at={"person": "person"},
            json=told(pin="9153"),
            ready=requests.appointed,
        ),
        Asked(may=everywhere, at={"person": "lent"}, json=told(pin="9153")),
    ),
    # Classes, rosters, consent.
    ("GET", "/api/classes"): (Asked(may=in_capacity),),
    ("POST", "/api/classes"): (
        Asked(may=right(Action.CHANGE_CLASS_GROUP), json=requests.class_group()),
    ),
    ("PUT", "/api/classes/{id}"): (
        Asked(may=right(Action.CHANGE_CLASS_GROUP), at=GROUP, json=requests.class_group("三(2)班")),
    ),
    ("POST", CLOSING): (
        Asked(
            may=right(Action.CLOSE_CLASS_GROUP),
            at={"id": "closing"},
            json=told(how="dissolved"),
            ready=requests.open_class,
        ),
    ),
    ("DELETE", CLOSING): (
        Asked(
            may=right(Action.CLOSE_CLASS_GROUP),
            at={"id": "closing"},
            ready=requests.closed_class,
        ),
    ),
    ("POST", f"{RAISING}/check"): (RISING,),
    ("POST", RAISING): (RISING,),
    ("GET", "/api/classes/{id}/pupils"): (Asked(may=right(Action.SEE_PUPILS), at=GROUP),),
    ("DELETE", "/api/classes/{id}/pupils/{pupil}"): (
        Asked(
            may=right(Action.REMOVE_PUPIL),
            at={**GROUP, "pupil": "pupil"},
            ready=requests.rostered,
        ),
    ),
    ("POST", f"{ROSTERS}/check"): (IMPORT,),
    ("POST", f"{ROSTERS}/returned"): (IMPORT,),
    ("POST", ROSTERS): (IMPORT,),
    ("GET", "/api/consents"): (Asked(may=in_capacity),),
    ("GET", CONSENT): (Asked(may=right(Action.SEE_CLASS_GROUP), at=GROUP),),
    ("PUT", CONSENT): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at=GROUP,
            json=requests.consent,
            ready=requests.form,
        ),
    ),
    ("DELETE", CONSENT): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at=GROUP,
            json=ids(why="家长撤回", after="declared"),
            ready=requests.declared,
        ),
    ),
    ("POST", f"{CONSENT}/form"): (Asked(may=right(Action.DECLARE_CONSENT), at=GROUP, data=PDF),),
    ("GET", f"{CONSENT}/form/{{form}}"): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at={**GROUP, "form": "form"},
            ready=requests.declared,
        ),
    ),
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
    ("GET", "/api/certificates"): (Asked(may=in_capacity),),
    ("GET", "/api/certificates.csv"): (Asked(may=in_capacity),),
    # One's own login; last, for signing in and out makes another of it.
    ("PUT", "/api/me/pin"): (Asked(may=LOGIN, json=told(pin=PIN), most=3),),
    ("PUT", "/api/me/capacity"): (Asked(may=LOGIN, json=requests.capacity),),
    ("PUT", "/api/me/password"): (
        Asked(
            may=LOGIN,
            json=told(old="wrong", new="long and new"),
            good=frozenset({409}),
            most=3,
        ),
    ),
    ("POST", "/api/sign-in/authenticator"): (Asked(may=called("enrolling")),),
    ("POST", "/api/sign-in/code"): (
        Asked(may=called("enrolling"), json=told(code="000000"), good=frozenset({409})),
    ),
    ("POST", "/api/sign-in/password"): (
        Asked(may=called("first password"), json=told(password="塘边柳树第三排早上八点")),
    ),
    ("POST", "/api/sign-out"): (Asked(may=anybody, json=told(), most=1),),
    **{("GET", page): (PAGE,) for page in (*OFFICE, *LESSON_PAGES)},
}
"""Every route; `test_routes_walk` fails while one is missing."""
