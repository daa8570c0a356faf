"""The composition root: makes every part of the server and connects them; nothing else does."""

import asyncio
import gc
import json
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from aiohttp import web

from recorder.files import Disk
from recorder.space import LIMITS, Limits
from server.access.certificates import OwnCertificate
from server.access.check_links import check_key, doctor_key, person_check_key, workers_key
from server.access.guesses import Guesses
from server.access.hashing import hashing
from server.access.pupil_numbers import PURPOSE
from server.access.tokens import LinkKey, load_key
from server.actions.joining import Joining
from server.actions.room_day import of_the_store
from server.actions.roster_desk import RosterDesk
from server.actions.rosters import Rosters
from server.actions.sign_in import SignIn
from server.front import Front, FrontSettings, open_front
from server.live.check_desk import CheckDesk
from server.live.check_peers import CheckPeers
from server.live.door import Door
from server.live.hall import Hall
from server.live.lines import Lines
from server.live.nursery import Nursery
from server.live.opening import LiveSettings, Opener
from server.live.plane import PlaneSettings
from server.live.runner import JobRunner
from server.live.watch import Watch
from server.live.workers import cores, make_workers
from server.programme.refusal import Refusal, RefusedError
from server.relay import lender, read_relay
from server.renewal import Renewal, mark_of
from server.settings import Settings, secret_in
from server.store.consents import Consents
from server.store.database import DATABASE, Database, open_database, refuse_newer
from server.store.holding import FolderHeldError, held
from server.store.jobs import Jobs
from server.store.join_codes import JoinCodes
from server.store.journal import Journals
from server.store.lesson_rosters import LessonRosters
from server.store.lessons import Lessons
from server.store.links import Links
from server.store.logins import Logins
from server.store.people import People
from server.store.snapshot import look
from server.web import addresses
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
from server.web.pages import Pages, built_client
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
from server.web.setup import Trusted, make_setup_app
from server.web.sign_in import SignInPages
from server.web.source import Sources
from server.web.staff import StaffPages
from server.web.timetable import TimetablePages
from server.web.workers import WorkersPages
from signaling.whip import Equipment

SHUTDOWN_SECONDS = 3.0
CHILDREN_SECONDS = 10.0
"""How long the web port waits for media worker and recorder."""


async def run_server(settings: Settings, nursery: Nursery | None = None, *, as_json: bool) -> None:
    """Serve until SIGTERM or SIGINT; then tell every device, close the files and return."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        front = await asyncio.to_thread(open_front, _front_settings(settings), datetime.now(UTC))
        for taken in (front.web, front.setup):
            if taken is not None:
                stack.callback(taken.close)
        hall, app = await _compose(settings, front, nursery, stack)
        if front.tls is not None:
            settled = _front_settings(settings)
            shown = await asyncio.to_thread(mark_of, settled)
            await stack.enter_async_context(_running(Renewal(settled, front.tls, shown).run()))
        await _listen(app, front.web, front.tls, stack)
        if front.own is not None and front.setup is not None:
            await _listen(await _setup(front, front.own), front.setup, None, stack)
        await asyncio.to_thread(addresses.keep, settings.data, front.served)
        # What stands by now stays: a collection that looked through it took 90 ms, for everybody.
        gc.freeze()
        _announce(front, as_json=as_json)
        await stop.wait()
        hall.stop()


async def _compose(
    settings: Settings, front: Front, nursery: Nursery | None, stack: AsyncExitStack
) -> tuple[Hall, web.Application]:
    """Make the parts; what the stack was given last is closed first."""
    data = settings.data
    key = await asyncio.to_thread(_prepare, data, stack)
    token = await asyncio.to_thread(secret_in, settings.metrics_token_file)
    terms = settings.terms
    # The children start while the database is opened: they take longest.
    workers = make_workers(_plane_settings(settings, nursery), settings.workers or cores())
    runner = JobRunner(data, terms, nursery)
    watch = Watch(workers)
    await stack.enter_async_context(_running(workers.run(), watch.run()))
    database = await stack.enter_async_context(open_database(data))
    await stack.enter_async_context(_running(runner.child.run()))
    journals = await stack.enter_async_context(Journals(Disk(), settings.journal_reserve_bytes))
    lessons, jobs = Lessons(database), Jobs(database)
    relays = lender(await asyncio.to_thread(read_relay, settings.turn_url, settings.turn_secret))
    overrun = settings.overrun_minutes * 60
    live = LiveSettings(data=data.absolute(), overrun_seconds=overrun, relays=relays)
    await workers.until_ready(CHILDREN_SECONDS)
    people = People(database)
    lines = Lines(Links(database))
    await stack.enter_async_context(_running(lines.run()))
    opener = Opener(live, journals, lessons, people, Consents(database), workers, lines)
    guesses = Guesses()
    door = Door(LessonRosters(database).of, guesses, time.monotonic)
    hall = Hall(key, lessons, jobs, opener, runner.wake, door, settings.successor)
    await stack.enter_async_context(_running(hall.run()))
    remedy = Remedy(setup_port=front.served.setup_port, base_url=settings.base_url)
    sources = Sources(behind_proxy=settings.trust_proxy)
    desk, standing = CheckDesk(), _standing(settings, front)
    proving = _proving(database, key, guesses, sources, stack)
    keeper = proving.keeper
    room = room_area(database, of_the_store(database), proving, front.bases)
    areas = Areas(
        pages=Pages(built_client()),
        lessons=LessonPages(hall, remedy, sources),
        joining=JoinPages(
            hall, Joining(codes=JoinCodes(database), key=key, guesses=guesses), sources, front.bases
        ),
        replays=ReplayPages(hall, people, database, data.absolute()),
        phone=PhonePages(keeper, hall, jobs, database, key, data.absolute()),
        review=ReviewPages(keeper, hall, database, key),
        rolls=RollPages(hall, database),
        sign_in=_sign_in(database, proving),
        school=SchoolPages(keeper, database),
        staff=StaffPages(keeper, database, proving.hashing),
        class_groups=ClassGroupPages(keeper, database),
        raising=RaisingPages(keeper, database),
        checks=CheckPages(
            *(check_key(key), person_check_key(key), key),
            desk,
            CheckPeers(workers),
            sources,
            relays,
        ),
        check_tickets=CheckTickets(person_check_key(key), desk, keeper, room.room.screen, sources),
        equipment=EquipmentPages(hall, Equipment(), sources),
        doctor=DoctorPages(doctor_key(key), standing, front.bases, workers, hall, desk, sources),
        consents=ConsentPages(keeper, database, data, runner.wake),
        preparation=PreparationPages(keeper, database, data),
        audit=AuditPages(keeper, database),
        retention=RetentionPages(keeper, database, terms),
        rosters=RosterPages(keeper, Rosters(database, RosterDesk(), key.derived(PURPOSE))),
        attendance=AttendancePages(keeper, database),
        timetable=TimetablePages(keeper, database, key, hall, settings.term_begins),
        lines=LinePages(keeper, database, room.room.screen),
        live=LivePages(keeper, database, workers, watch),
        metrics=MetricsPages(workers, token, behind_proxy=settings.trust_proxy),
        workers=WorkersPages(workers_key(key), workers, sources),
        room=room,
    )
    return hall, make_app(areas, remedy, settings.successor)


def _proving(
    database: Database,
    key: LinkKey,
    guesses: Guesses,
    sources: Sources,
    stack: AsyncExitStack,
) -> Proving:
    return Proving(
        hashing=stack.enter_context(hashing()),
        guesses=guesses,
        keeper=Doorkeeper(Logins(database), sources),
        sources=sources,
        key=key,
    )


def _sign_in(database: Database, proving: Proving) -> SignInPages:
    known = proving.key.derived("familiar browsers")
    sign_in = SignIn(database, proving.hashing, proving.guesses, known)
    return SignInPages(sign_in, Logins(database), proving.keeper, proving.sources, known)


def _standing(settings: Settings, front: Front) -> Standing:
    kind = "own" if front.own is not None else "proxy" if settings.trust_proxy else "given"
    return Standing(
        version=version("tongke"),
        host=settings.host,
        certificate=kind,
        setup_port=front.served.setup_port,
        public=bool(settings.public_address),
    )


async def _setup(front: Front, own: OwnCertificate) -> web.Application:
    """The application of the set-up port."""
    authority = await asyncio.to_thread(own.authority.read_text, "ascii")
    trusted = Trusted(authority=authority, port=front.served.port, bases=front.bases)
    return make_setup_app(Pages(built_client()), trusted)


def _prepare(data: Path, stack: AsyncExitStack) -> LinkKey:
    """Hold the data folder up to the end, so that it is not upgraded under our lessons.

    Raises:
        RefusedError: it is being upgraded, or it is a newer server's.
    """
    data.mkdir(parents=True, exist_ok=True)
    try:
        stack.enter_context(held(data, alone=False))
    except FolderHeldError as error:
        raise RefusedError(Refusal.FOLDER_HELD) from error
    if (data / DATABASE).exists():
        refuse_newer(look(data / DATABASE).revision)
    return load_key(data / "secret.key")


@asynccontextmanager
async def _running(*works: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Work that goes on during the block; if it fails, so does the block."""
    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(work) for work in works]
        yield
        for task in started:
            task.cancel()


async def _listen(
    app: web.Application, port: socket.socket, tls: ssl.SSLContext | None, stack: AsyncExitStack
) -> None:
    """Let an application answer at a port."""
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, port, ssl_context=tls).start()


def _announce(front: Front, *, as_json: bool) -> None:
    """Say where people find us."""
    if as_json:
        ports = {"port": front.served.port, "setup_port": front.served.setup_port}
        text = json.dumps({"ready": True, **ports, "bases": front.bases()})
    else:
        text = "\n".join([*front.bases(), *front.setups()])
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _front_settings(settings: Settings) -> FrontSettings:
    return FrontSettings(
        data=settings.data,
        host=settings.host,
        port=settings.port,
        setup_port=settings.setup_port,
        certificate=settings.certificate,
        certificate_key=settings.certificate_key,
        trust_proxy=settings.trust_proxy,
        base_url=settings.base_url,
        public_addresses=settings.public_address,
    )


def _plane_settings(settings: Settings, nursery: Nursery | None) -> PlaneSettings:
    limits = Limits(
        low_share=settings.low_space_share,
        no_new_share=settings.no_new_space_share,
        stop_bytes=settings.stop_space_bytes,
        again_bytes=settings.resume_space_bytes,
    )
    return PlaneSettings(
        media_port=settings.media_port,
        media_addresses=settings.media_address or ("0.0.0.0",),
        public_addresses=settings.public_address,
        pump=settings.pump,
        space=LIMITS.dump_json(limits).decode(),
        tap_bytes=settings.tap_bytes,
        nursery=nursery,
    )
