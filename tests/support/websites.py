"""The web application over a hall in this process, with a built client of one page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from recorder.files import Disk
from recorder.manifest import LINE, Line, PartLine, SegmentLine, TrackLine
from server.access.check_links import CheckKey, doctor_key, workers_key
from server.access.guesses import Guesses
from server.access.hashing import Hashing, hashing
from server.actions.room_day import of_the_store
from server.actions.roster_desk import RosterDesk
from server.actions.rosters import Rosters
from server.actions.sign_in import SignIn
from server.live.check_desk import CheckDesk
from server.live.check_peers import CheckPeers
from server.live.watch import Watch
from server.programme.retention import Terms
from server.store.jobs import Jobs
from server.store.logins import Logins
from server.store.people import People
from server.web.attendance import AttendancePages
from server.web.audit import AuditPages
from server.web.check import CheckPages
from server.web.check_tickets import CheckTickets
from server.web.class_groups import ClassGroupPages
from server.web.consents import ConsentPages
from server.web.doctor import DoctorPages, Standing
from server.web.doorkeeper import Doorkeeper
from server.web.equipment import EquipmentPages
from server.web.join import JoinPages
from server.web.lesson import LessonPages
from server.web.lines import LinePages
from server.web.live import LivePages
from server.web.metrics import MetricsPages
from server.web.pages import Pages
from server.web.phone import PhonePages
from server.web.preparation import PreparationPages
from server.web.raising import RaisingPages
from server.web.remedy import Remedy
from server.web.replay import ReplayPages
from server.web.retention import RetentionPages
from server.web.review import ReviewPages
from server.web.roll import RollPages
from server.web.room_area import Proving, room_area
from server.web.rosters import RosterPages
from server.web.routes import Areas, make_app
from server.web.school import SchoolPages
from server.web.sign_in import SignInPages
from server.web.source import Sources
from server.web.staff import StaffPages
from server.web.timetable import TimetablePages
from server.web.workers import WorkersPages
from signaling.events import Codec, Kind
from signaling.ids import SourceId
from signaling.whip import Equipment
from tests.support.halls import House, house

PAGE = "<!doctype html><title>同课</title>"
SCRIPT = "export {};\n"

NOWHERE = Remedy()
BASES = ("https://localhost:8443", "https://192.0.2.1:8443")
KEY = b"f" * 32
OWN = b"o" * 32
STANDING = Standing(
    version="1",
    host="0.0.0.0",
    certificate="own",
    setup_port=8081,
    public=False,
)

Client = TestClient[Request, Application]


@dataclass
class Website:
    """A web client and the hall behind it."""

    client: Client
    house: House
    desk: CheckDesk
    """Where checks report."""
    watch: Watch
    """What the live page remembers; a test has it look."""
    woken: list[None]
    """One for each time that the job runner was woken."""


def bearer(token: str) -> dict[str, str]:
    """The header of a link's holder."""
    return {"Authorization": f"Bearer {token}"}


def built_client(folder: Path) -> Path:
    """A built web client; call it before the loop runs."""
    (folder / "assets").mkdir(parents=True)
    for name in ("index.html", "office.html"):
        (folder / name).write_text(PAGE)
    (folder / "assets" / "index-abc123.js").write_text(SCRIPT)
    return folder


MEDIA = bytes(range(200))
TRACK = "tracks/id0~camera"


async def recorded(data: Path, lesson: str, owner: str = "id0") -> None:
    """Let something of a participant's camera be on disk."""
    await asyncio.to_thread(record, data / "lessons" / lesson / "tracks" / f"{owner}~camera", owner)


def record(track: Path, owner: str) -> None:
    """Write a track of one segment. Blocking."""
    lines: list[Line] = [
        TrackLine(source=SourceId(f"{owner}/camera"), kind=Kind.CAMERA),
        PartLine(
            number=1,
            file="part-0001.mp4",
            container="mp4",
            codec=Codec.H264,
            mime="video/mp4",
            start=0.0,
            init=(0, 20),
        ),
        SegmentLine(part=1, at=(0.0, 2.0, 20, 180)),
    ]
    track.mkdir(parents=True)
    (track / "part-0001.mp4").write_bytes(MEDIA)
    (track / "index.jsonl").write_bytes(b"".join(LINE.dump_json(one) + b"\n" for one in lines))


@asynccontextmanager
async def website(data: Path, client: Path, remedy: Remedy = NOWHERE) -> AsyncIterator[Website]:
    """The website during the block."""
    with hashing() as hashes:
        async with house(data, Disk()) as here:
            desk = CheckDesk()
            woken: list[None] = []
            watch = Watch(here.workers)
            app = make_app(_areas(here, hashes, client, remedy, desk, watch, woken), remedy)
            async with TestClient(TestServer(app)) as browser:
                yield Website(browser, here, desk, watch, woken)


def _areas(
    here: House,
    hashes: Hashing,
    client: Path,
    remedy: Remedy,
    desk: CheckDesk,
    watch: Watch,
    woken: list[None],
) -> Areas:
    logins, sources = Logins(here.database), Sources(behind_proxy=False)
    guesses, keeper = Guesses(), Doorkeeper(logins, sources)
    sign_in = SignIn(here.database, hashes, guesses, KEY)
    proving = Proving(hashing=hashes, guesses=guesses, keeper=keeper, sources=sources, key=here.key)
    occasions = of_the_store(here.database)
    room = room_area(here.database, occasions, proving, lambda: ("http://192.0.2.7:8080",))
    return Areas(
        pages=Pages(client),
        lessons=LessonPages(here.hall, remedy, sources),
        joining=JoinPages(here.hall, here.joining, sources, lambda: BASES),
        replays=ReplayPages(here.hall, People(here.database), here.database, here.data),
        phone=PhonePages(
            keeper, here.hall, Jobs(here.database), here.database, here.key, here.data
        ),
        review=ReviewPages(keeper, here.hall, here.database, here.key),
        rolls=RollPages(here.hall, here.database),
        sign_in=SignInPages(sign_in, logins, keeper, sources, KEY),
        school=SchoolPages(keeper, here.database),
        staff=StaffPages(keeper, here.database, hashes),
        class_groups=ClassGroupPages(keeper, here.database),
        raising=RaisingPages(keeper, here.database),
        checks=CheckPages(
            *(CheckKey(KEY), CheckKey(OWN), here.key),
            desk,
            CheckPeers(here.workers),
            sources,
            tuple,
        ),
        check_tickets=CheckTickets(CheckKey(OWN), desk, keeper, room.room.screen, sources),
        consents=ConsentPages(keeper, here.database, here.data, lambda: woken.append(None)),
        audit=AuditPages(keeper, here.database),
        retention=RetentionPages(keeper, here.database, Terms()),
        rosters=RosterPages(keeper, Rosters(here.database, RosterDesk(), KEY)),
        preparation=PreparationPages(keeper, here.database, here.data),
        attendance=AttendancePages(keeper, here.database),
        timetable=TimetablePages(keeper, here.database, here.key, here.hall),
        equipment=EquipmentPages(here.hall, Equipment(), sources),
        doctor=DoctorPages(
            doctor_key(here.key), STANDING, lambda: BASES, here.workers, here.hall, desk, sources
        ),
        lines=LinePages(keeper, here.database, room.room.screen),
        live=LivePages(keeper, here.database, here.workers, watch),
        metrics=MetricsPages(here.workers, None, behind_proxy=False),
        workers=WorkersPages(workers_key(here.key), here.workers, sources),
        room=room,
    )
