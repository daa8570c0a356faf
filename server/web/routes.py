"""Every address that the server answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from server.web import headers
from server.web.attendance import AttendancePages
from server.web.audit import AuditPages
from server.web.check import CheckPages
from server.web.check_tickets import CheckTickets
from server.web.class_groups import ClassGroupPages
from server.web.consents import ConsentPages
from server.web.doctor import DoctorPages
from server.web.equipment import SESSION, EquipmentPages
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
from server.web.room_area import RoomArea
from server.web.rosters import RosterPages
from server.web.school import SchoolPages
from server.web.sign_in import SignInPages
from server.web.staff import StaffPages
from server.web.timetable import TimetablePages
from server.web.workers import WorkersPages

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SCHOOL = (
    *("/schools", "/staff", "/classrooms", "/classes", "/consents"),
    *("/audit", "/certificates", "/pairings", "/live", "/lines"),
)
OFFICE = ("/", "/account", "/week", "/plan", "/attendance", "/review", *SCHOOL)
"""The pages of people who sign in; `pages/office/pages.ts` has the same list."""

LESSON = (
    *("/join", "/lesson", "/replay", "/roll", "/check", "/check-devices"),
    *("/room", "/phone"),
)
"""The pages that a link opens, a classroom's screen and the phone that scanned it; `main.ts` has
the same list."""

LARGEST_BODY = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Areas:
    """The handlers, by what they are about."""

    pages: Pages
    """HTML files and what they load."""
    lessons: LessonPages
    """The live lesson."""
    joining: JoinPages
    """Pupils who join by a code."""
    replays: ReplayPages
    """Recordings."""
    phone: PhonePages
    """Recordings as one film that plays everywhere."""
    review: ReviewPages
    """Staff reviewing."""
    rolls: RollPages
    """Roll call."""
    sign_in: SignInPages
    """Signing in and out."""
    school: SchoolPages
    """Schools and offices, classrooms, pairings."""
    staff: StaffPages
    """Who works where."""
    class_groups: ClassGroupPages
    """Class groups, by numbers."""
    raising: RaisingPages
    """A school's classes into the next grade."""
    checks: CheckPages
    """How a device's path to us is."""
    check_tickets: CheckTickets
    """Who may learn it without a link."""
    consents: ConsentPages
    """What parents agreed to."""
    audit: AuditPages
    """Who did what."""
    retention: RetentionPages
    """How long recordings are kept, and what was deleted."""
    rosters: RosterPages
    """Names of pupils."""
    timetable: TimetablePages
    """Planned lessons and the teacher's home."""
    preparation: PreparationPages
    """What teachers prepare together."""
    attendance: AttendancePages
    """Who was there, for whoever signs in."""
    equipment: EquipmentPages
    """Equipment that is not a browser."""
    doctor: DoctorPages
    """How the server stands."""
    lines: LinePages
    """How much the lines of schools carry."""
    live: LivePages
    """How the media stand, for people."""
    metrics: MetricsPages
    """The same for Prometheus."""
    workers: WorkersPages
    """Media workers, for whoever replaces them."""
    room: RoomArea
    """Classrooms' screens and the phones in front of them."""


def make_app(areas: Areas, remedy: Remedy, successor: str | None = None) -> web.Application:
    """The web application; who may ask for what stands in the handlers.

    The set-up page that `remedy` names may ask whether a device trusts us. Pages may follow their
    lesson to `successor`, a server whose links begin so.
    """
    answering = [areas.pages.lead_home, headers.coded_errors]
    app = web.Application(middlewares=answering, client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(headers.secured(successor))
    for routes in (
        _pages(areas.pages),
        _lesson(areas),
        _sign_in(areas.sign_in),
        _school(areas.school),
        _staff(areas.staff),
        _classes(areas),
        _checks(areas),
        _consents(areas.consents),
        _retention(areas.retention),
        _timetable(areas.timetable),
        _preparation(areas.preparation),
        _attendance(areas.attendance),
        _room(areas.room),
        _equipment(areas.equipment),
        _workers(areas.workers),
        _lines(areas.lines),
    ):
        app.add_routes(routes)
    app.on_cleanup.append(areas.equipment.close)
    app.router.add_get("/api/audit", areas.audit.lines)
    app.router.add_get("/api/audit.csv", areas.audit.file)
    app.router.add_get("/api/live", areas.live.live)
    app.router.add_get("/metrics", areas.metrics.metrics)
    app.router.add_get("/healthz", Health(remedy).answer)
    return app


def _pages(pages: Pages) -> list[web.RouteDef]:
    return [
        *(web.get(path, pages.office) for path in OFFICE),
        *(web.get(path, pages.page) for path in LESSON),
        web.get(r"/assets/{name:[A-Za-z0-9._-]+}", pages.asset),
    ]


def _lesson(areas: Areas) -> list[web.RouteDef]:
    """What the links of a lesson open."""
    return [
        web.get("/ws", areas.lessons.websocket),
        web.get("/api/lesson", areas.lessons.about),
        web.put("/api/invitation", areas.joining.invitation),
        web.post("/api/invitation", areas.joining.another),
        web.post("/api/join", areas.joining.join),
        web.get("/api/replay", areas.replays.replay),
        web.get("/api/replay/media/{path:.+}", areas.replays.media),
        web.get("/api/replay/phone", areas.phone.standing),
        web.get("/api/replay/phone.mp4", areas.phone.film),
        web.post("/api/replay/viewing", areas.review.saw),
        web.get("/api/replay/comments", areas.review.comments),
        web.post("/api/replay/comments", areas.review.say),
        web.put("/api/replay/comments/{comment}", areas.review.change),
        web.delete("/api/replay/comments/{comment}", areas.review.delete),
        web.get("/api/recordings", areas.review.listed),
        web.get("/api/recordings/{lesson}/still.jpg", areas.phone.still),
        web.post("/api/recordings/{lesson}/watch", areas.review.watch),
        web.get("/api/recordings/{lesson}/viewings", areas.review.viewings),
        web.get("/api/roll", areas.rolls.roll),
        web.put("/api/roll", areas.rolls.declare),
        web.get("/api/roll/names", areas.rolls.names),
    ]


def _equipment(equipment: EquipmentPages) -> list[web.RouteDef]:
    publish, watch = "/whip/{lesson}/{source}", "/whep/{lesson}/{source:.+}"
    session = SESSION + "{session}"
    return [
        web.post(publish, equipment.publish),
        web.post(watch, equipment.watch),
        web.patch(session, equipment.patch),
        web.delete(session, equipment.end),
        *(web.options(path, equipment.options) for path in (publish, watch, session)),
    ]


def _workers(workers: WorkersPages) -> list[web.RouteDef]:
    return [
        web.get("/api/workers", workers.standing),
        web.put("/api/workers/{number}/draining", workers.drain),
        web.delete("/api/workers/{number}/draining", workers.keep),
    ]


def _sign_in(sign_in: SignInPages) -> list[web.RouteDef]:
    return [
        web.get("/api/me", sign_in.me),
        web.put("/api/me/capacity", sign_in.choose),
        web.put("/api/me/password", sign_in.change_password),
        web.post("/api/sign-in", sign_in.by_password),
        web.post("/api/sign-in/password", sign_in.own_password),
        web.post("/api/sign-in/authenticator", sign_in.offer),
        web.post("/api/sign-in/code", sign_in.by_code),
        web.post("/api/sign-out", sign_in.sign_out),
    ]


def _checks(areas: Areas) -> list[web.RouteDef]:
    checks = areas.checks
    return [
        web.post("/api/check/ticket", areas.check_tickets.ticket),
        web.get("/api/check/ws", checks.websocket),
        web.post("/api/check/peer", checks.peer),
        web.get("/api/check/down", checks.down),
        web.post("/api/check/up", checks.up),
        web.post("/api/check/report", checks.report),
        web.get("/api/doctor", areas.doctor.standing),
    ]


def _school(school: SchoolPages) -> list[web.RouteDef]:
    return [
        web.get("/api/organisations", school.organisations),
        web.post("/api/organisations", school.add_organisation),
        web.put("/api/organisations/{id}", school.change_organisation),
        web.get("/api/classrooms", school.classrooms),
        web.post("/api/classrooms", school.add_classroom),
        web.put("/api/classrooms/{id}", school.change_classroom),
        web.get("/api/pairings", school.pairings),
        web.post("/api/pairings", school.add_pairing),
        web.get("/api/pairings/school", school.school_elsewhere),
        web.put("/api/pairings/{id}", school.change_pairing),
        web.post("/api/pairings/{id}/agree", school.agree_to_pairing),
        web.post("/api/pairings/{id}/end", school.end_pairing),
    ]


def _staff(staff: StaffPages) -> list[web.RouteDef]:
    return [
        web.get("/api/staff", staff.staff),
        web.post("/api/staff", staff.add),
        web.post("/api/staff/password", staff.give_password),
        web.post("/api/staff/capacities", staff.give),
        web.delete("/api/staff/capacities", staff.take),
    ]


def _classes(areas: Areas) -> list[web.RouteDef]:
    return [
        web.get("/api/classes", areas.class_groups.class_groups),
        web.post("/api/classes", areas.class_groups.add),
        web.put("/api/classes/{id}", areas.class_groups.change),
        web.post("/api/classes/{id}/closing", areas.class_groups.close),
        web.delete("/api/classes/{id}/closing", areas.class_groups.reopen),
        web.post("/api/organisations/{id}/raising/check", areas.raising.check),
        web.post("/api/organisations/{id}/raising", areas.raising.apply),
        web.get("/api/classes/{id}/pupils", areas.rosters.pupils),
        web.delete("/api/classes/{id}/pupils/{pupil}", areas.rosters.remove),
        web.post("/api/organisations/{id}/roster/check", areas.rosters.check),
        web.post("/api/organisations/{id}/roster/returned", areas.rosters.returned),
        web.post("/api/organisations/{id}/roster", areas.rosters.take_in),
    ]


def _consents(consents: ConsentPages) -> list[web.RouteDef]:
    one = "/api/classes/{id}/consent"
    return [
        web.get("/api/consents", consents.listed),
        web.get(one, consents.consent),
        web.put(one, consents.declare),
        web.delete(one, consents.withdraw),
        web.post(f"{one}/form", consents.attach),
        web.get(f"{one}/form/{{form}}", consents.form),
    ]


def _retention(retention: RetentionPages) -> list[web.RouteDef]:
    return [
        web.get("/api/kept", retention.kept),
        web.put("/api/recordings/{lesson}/kept", retention.keep),
        web.delete("/api/recordings/{lesson}/kept", retention.take_back),
        web.get("/api/certificates", retention.certificates),
        web.get("/api/certificates.csv", retention.certificates_file),
    ]


def _timetable(timetable: TimetablePages) -> list[web.RouteDef]:
    return [
        web.get("/api/home", timetable.home),
        web.get("/api/week", timetable.week),
        web.get("/api/plan", timetable.choices),
        web.post("/api/lessons", timetable.plan),
        web.get("/api/lessons/{lesson}", timetable.lesson),
        web.put("/api/lessons/{lesson}", timetable.change),
        web.post("/api/lessons/{lesson}/call-off", timetable.call_off),
        web.post("/api/lessons/{lesson}/enter", timetable.enter),
    ]


def _preparation(preparation: PreparationPages) -> list[web.RouteDef]:
    one = "/api/lessons/{lesson}/preparation"
    return [
        web.get(one, preparation.look),
        web.put(f"{one}/note", preparation.write),
        web.put(f"{one}/ready", preparation.say_ready),
        web.post(f"{one}/files", preparation.attach),
        web.get(f"{one}/files/{{file}}", preparation.handout),
        web.delete(f"{one}/files/{{file}}", preparation.detach),
    ]


def _attendance(attendance: AttendancePages) -> list[web.RouteDef]:
    return [
        web.get("/api/attendance/lessons", attendance.lessons),
        web.get("/api/attendance/classes", attendance.sums),
        web.get("/api/attendance/lessons.{kind:xlsx|csv}", attendance.lessons_file),
        web.get("/api/attendance/classes.{kind:xlsx|csv}", attendance.sums_file),
        web.get("/api/classes/{id}/absences", attendance.absences),
        web.get("/api/classes/{id}/absences.{kind:xlsx|csv}", attendance.absences_file),
        web.get("/api/attendance/{lesson}/observers", attendance.colleagues),
        web.post("/api/attendance/{lesson}/observers", attendance.add_observer),
        web.delete("/api/attendance/{lesson}/observers/{observer}", attendance.take_observer_back),
        web.put("/api/attendance/{lesson}/{room}", attendance.declare),
        web.get("/api/attendance/{lesson}/{room}/names", attendance.names),
    ]


def _lines(lines: LinePages) -> list[web.RouteDef]:
    return [
        web.get("/api/lines", lines.listed),
        web.put("/api/lines/{id}", lines.change),
        web.get("/api/lines/{id}/steps", lines.history),
        web.post("/api/room/line", lines.test),
    ]


def _room(area: RoomArea) -> list[web.RouteDef]:
    """What classrooms' screens, phones in front of them and whoever binds them ask for."""
    screens = "/api/classrooms/{classroom}/screens"
    return [
        web.get("/api/room", area.room.day),
        web.post("/api/room/begin", area.room.begin),
        web.post("/api/room/bind", area.room.bind),
        web.post("/api/room/nonce", area.room.nonce),
        web.post("/api/room/prove", area.room.prove),
        web.post("/api/room/panel", area.room.ask),
        web.post("/api/room/panel/collect", area.room.collect),
        web.post("/api/phone/room", area.assistant.look),
        web.post("/api/phone/assistant", area.assistant.enter),
        web.post("/api/phone/panel", area.assistant.panel),
        web.post("/api/phone/panel/approve", area.assistant.approve),
        web.put("/api/me/pin", area.assistant.choose_pin),
        web.put("/api/staff/{person}/pin", area.assistant.choose_pin_for),
        web.get(screens, area.screens.listed),
        web.post(f"{screens}/code", area.screens.offer),
        web.delete(screens + "/{screen}", area.screens.unbind),
    ]


class Health:
    """Says that the server answers; to the set-up page too (Fetch, 3.2: CORS protocol)."""

    def __init__(self, remedy: Remedy) -> None:
        self._remedy = remedy

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """That the server answers."""
        response = web.json_response({"ok": True}, headers={"Vary": "Origin"})
        asking = request.headers.get("Origin")
        if asking is not None and f"{asking}/setup" == self._remedy.at(request.host):
            response.headers["Access-Control-Allow-Origin"] = asking
        return response
