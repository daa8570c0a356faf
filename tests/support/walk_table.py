"""For each route of the website: who may ask for it, and a request that is right but for that."""

from collections.abc import Mapping

from server.programme.rights import Action
from server.web.routes import LESSON as LESSON_PAGES
from server.web.routes import OFFICE
from tests.support import walk_requests as requests
from tests.support.walk_asked import ROLL, Asked, Route
from tests.support.walk_lessons import LESSONS
from tests.support.walk_requests import PIN, ids, told
from tests.support.walk_rights import anybody, called, kinds, link, reviews, right, watches, wrote
from tests.support.walk_schools import SCHOOLS

TOLD = {"device": "0123456789ab", "https": True, "websocket": True, "udp": False}
LINE = {
    "websocket": True,
    "media": True,
    "down_kbps": 2000.0,
    "up_kbps": 1000.0,
    "loss_down": 0.0,
    "loss_up": 0.0,
}
MEASURES = kinds("link", "review", "check")
LOGIN = kinds("login")
BEARERS = kinds("link", "review", "check", "doctor", "shell")
SOURCE = {"lesson": "open", "source": "asset"}
PAGE = Asked(may=anybody, most=5)
COMMENT = {"comment": "comment"}
WORKER = {"number": "worker"}
CLASSROOM = {"classroom": "classroom"}
SCREENS = "/api/classrooms/{classroom}/screens"


TABLE: Mapping[Route, tuple[Asked, ...]] = {
    # Public: pages, health, and doors that a secret in the body opens.
    ("GET", "/assets/{name}"): (Asked(may=anybody, at={"name": "asset"}, most=5),),
    ("GET", "/healthz"): (PAGE,),
    # On this machine; test_metrics asks from elsewhere.
    ("GET", "/metrics"): (PAGE,),
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
    # Equipment; who may be there is asked first what it can't read.
    ("POST", "/whip/{lesson}/{source}"): (
        Asked(may=link("sends"), lesson="open", at=SOURCE, data=b"x", good=frozenset({415})),
    ),
    ("POST", "/whep/{lesson}/{source}"): (
        Asked(may=link("joins"), lesson="open", at=SOURCE, data=b"x", good=frozenset({415})),
    ),
    **{
        (method, "/equipment/{session}"): (
            Asked(may=BEARERS, at={"session": "asset"}, good=frozenset({404})),
        )
        for method in ("PATCH", "DELETE")
    },
    **{
        ("OPTIONS", path): (Asked(may=anybody, at=at, good=frozenset({204}), most=3),)
        for path, at in (
            ("/whip/{lesson}/{source}", SOURCE),
            ("/whep/{lesson}/{source}", SOURCE),
            ("/equipment/{session}", {"session": "asset"}),
        )
    },
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
        Asked(may=MEASURES, json=told(up="v=0", down="v=0"), good=frozenset({409})),
    ),
    ("POST", "/api/check/ticket"): (Asked(may=kinds("login", "screen"), json=told()),),
    ("GET", "/api/check/down"): (Asked(may=MEASURES, query={"octets": "10"}),),
    ("POST", "/api/check/up"): (Asked(may=MEASURES, data=b"x"),),
    ("POST", "/api/check/report"): (Asked(may=MEASURES, json=told(**TOLD)),),
    ("GET", "/api/doctor"): (Asked(may=kinds("doctor")),),
    # The media workers, from the server's own shell.
    ("GET", "/api/workers"): (Asked(may=kinds("shell")),),
    **{
        (method, "/api/workers/{number}/draining"): (Asked(may=kinds("shell"), at=WORKER),)
        for method in ("PUT", "DELETE")
    },
    # A classroom's screen, and the phone in front of it.
    ("GET", "/api/room"): (Asked(may=kinds("screen")),),
    ("POST", "/api/room/begin"): (Asked(may=kinds("screen"), json=told()),),
    ("POST", "/api/room/line"): (Asked(may=kinds("screen"), json=told(**LINE)),),
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
    **SCHOOLS,
    **LESSONS,
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
