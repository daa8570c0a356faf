"""Who may do what, and where: one table; the live lesson's floor decides what is open just now.

Whoever acts does so in one capacity at one organisation and chooses which if there are several.
What the table does not name is denied. Links are rights for one lesson and stand at the end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from server.programme.region import RegionCode, lies_in
from signaling.events import Role


class Capacity(StrEnum):
    """In what capacity somebody, or something, acts."""

    ADMIN = "admin"
    BUREAU = "bureau"
    SCHOOL_ADMIN = "school_admin"
    TEACHER = "teacher"
    RESEARCH_OFFICER = "research_officer"
    INSPECTOR = "inspector"
    TECHNICIAN = "technician"
    ROOM_DEVICE = "room_device"
    PUPIL = "pupil"
    INTEGRATION = "integration"


class Reach(IntEnum):
    """How far a right goes; a wider one holds the narrower."""

    NONE = 0
    OWN = 1
    """What the acting person or device is named in: a teacher's lessons, a pupil's lesson."""
    ORGANISATION = 2
    """What belongs to the organisation, or takes place in one of its rooms."""
    REGION = 3
    """What belongs to an organisation of the region that the acting one looks after."""
    ALL = 4
    """Everything on this server."""


class Action(StrEnum):
    """What may be done; an action that shows a pupil's name or picture says so."""

    SEE_ORGANISATION = "see_organisation"
    CHANGE_ORGANISATION = "change_organisation"
    SEE_STAFF = "see_staff"
    CHANGE_STAFF = "change_staff"
    SEE_ROOM = "see_room"
    CHANGE_ROOM = "change_room"
    BIND_ROOM = "bind_room"
    """See the code by which a screen becomes this room's."""
    SEE_DEVICES = "see_devices"
    """Links, sizes, versions, disk."""
    CHANGE_LINK = "change_link"
    """Say how much the line of a school carries."""
    SEE_CLASS_GROUP = "see_class_group"
    """Its grade and how many there are."""
    CHANGE_CLASS_GROUP = "change_class_group"
    CLOSE_CLASS_GROUP = "close_class_group"
    """And open it again."""
    RAISE_GRADES = "raise_grades"
    """All classes of a school into the next grade."""
    SEE_PUPILS = "see_pupils"
    """Names of the roster; every look is logged."""
    IMPORT_ROSTER = "import_roster"
    REMOVE_PUPIL = "remove_pupil"
    """Erase one name of a roster for good."""
    SEE_PAIRING = "see_pairing"
    CHANGE_PAIRING = "change_pairing"
    """Propose one, or change it; with the other side's agreement where that is another's."""
    AGREE_PAIRING = "agree_pairing"
    """In the name of a school; its admin only where no office speaks for it."""
    END_PAIRING = "end_pairing"
    """End it for both, decline or withdraw it; the admin as with `agree_pairing`."""
    SEE_LESSON = "see_lesson"
    """That it takes place: title, time, rooms, teachers."""
    PLAN_LESSON = "plan_lesson"
    SEE_PREPARATION = "see_preparation"
    """What its teachers prepare together: a note, files, who is ready."""
    CHANGE_PREPARATION = "change_preparation"
    LEAD_LESSON = "lead_lesson"
    JOIN_LESSON = "join_lesson"
    """Be in it and see it, known to everyone there."""
    INSPECT_LESSON = "inspect_lesson"
    """See it silently; logged."""
    SEE_ATTENDANCE = "see_attendance"
    """Counts; names need `see_pupils` too."""
    DECLARE_ATTENDANCE = "declare_attendance"
    CORRECT_ATTENDANCE = "correct_attendance"
    REPLAY_LESSON = "replay_lesson"
    """See its recording; every viewing is logged."""
    COMMENT_LESSON = "comment_lesson"
    SEE_VIEWINGS = "see_viewings"
    DECLARE_CONSENT = "declare_consent"
    DELETE_RECORDING = "delete_recording"
    KEEP_RECORDING = "keep_recording"
    """Longer than usual, with a reason."""
    SEE_CERTIFICATES = "see_certificates"
    """What was deleted, when and why; nobody's name."""
    SEE_AUDIT = "see_audit"
    """Taking it along as a file is logged."""
    CHANGE_SETTINGS = "change_settings"


_OWN, _HERE, _REGION, _ALL = Reach.OWN, Reach.ORGANISATION, Reach.REGION, Reach.ALL

TABLE: Mapping[Capacity, Mapping[Action, Reach]] = {
    Capacity.ADMIN: {
        Action.SEE_ORGANISATION: _ALL,
        Action.CHANGE_ORGANISATION: _ALL,
        Action.SEE_STAFF: _ALL,
        Action.CHANGE_STAFF: _ALL,
        Action.SEE_ROOM: _ALL,
        Action.SEE_DEVICES: _ALL,
        Action.CHANGE_LINK: _ALL,
        Action.SEE_PAIRING: _ALL,
        Action.CHANGE_PAIRING: _ALL,
        Action.AGREE_PAIRING: _ALL,
        Action.END_PAIRING: _ALL,
        Action.SEE_AUDIT: _ALL,
        Action.CHANGE_SETTINGS: _ALL,
    },
    Capacity.BUREAU: {
        Action.SEE_ORGANISATION: _REGION,
        Action.CHANGE_ORGANISATION: _REGION,
        Action.SEE_STAFF: _REGION,
        Action.CHANGE_STAFF: _REGION,
        Action.SEE_ROOM: _REGION,
        Action.SEE_DEVICES: _REGION,
        Action.SEE_CLASS_GROUP: _REGION,
        Action.SEE_PAIRING: _REGION,
        Action.CHANGE_PAIRING: _REGION,
        Action.AGREE_PAIRING: _REGION,
        Action.END_PAIRING: _REGION,
        Action.SEE_LESSON: _REGION,
        Action.SEE_ATTENDANCE: _REGION,
        Action.SEE_CERTIFICATES: _REGION,
        Action.SEE_AUDIT: _REGION,
    },
    Capacity.SCHOOL_ADMIN: {
        Action.SEE_ORGANISATION: _HERE,
        Action.CHANGE_ORGANISATION: _HERE,
        Action.SEE_STAFF: _HERE,
        Action.CHANGE_STAFF: _HERE,
        Action.SEE_ROOM: _HERE,
        Action.CHANGE_ROOM: _HERE,
        Action.BIND_ROOM: _HERE,
        Action.SEE_DEVICES: _HERE,
        Action.CHANGE_LINK: _HERE,
        Action.SEE_CLASS_GROUP: _HERE,
        Action.CHANGE_CLASS_GROUP: _HERE,
        Action.CLOSE_CLASS_GROUP: _HERE,
        Action.RAISE_GRADES: _HERE,
        Action.SEE_PUPILS: _HERE,
        Action.IMPORT_ROSTER: _HERE,
        Action.REMOVE_PUPIL: _HERE,
        Action.SEE_PAIRING: _HERE,
        Action.AGREE_PAIRING: _HERE,
        Action.END_PAIRING: _HERE,
        Action.SEE_LESSON: _HERE,
        Action.PLAN_LESSON: _HERE,
        Action.SEE_PREPARATION: _HERE,
        Action.SEE_ATTENDANCE: _HERE,
        Action.DECLARE_ATTENDANCE: _HERE,
        Action.CORRECT_ATTENDANCE: _HERE,
        Action.REPLAY_LESSON: _HERE,
        Action.COMMENT_LESSON: _HERE,
        Action.SEE_VIEWINGS: _HERE,
        Action.DECLARE_CONSENT: _HERE,
        Action.DELETE_RECORDING: _HERE,
        Action.KEEP_RECORDING: _HERE,
        Action.SEE_CERTIFICATES: _HERE,
        Action.SEE_AUDIT: _HERE,
    },
    Capacity.TEACHER: {
        Action.SEE_ORGANISATION: _HERE,
        Action.SEE_STAFF: _HERE,
        Action.SEE_ROOM: _HERE,
        Action.SEE_CLASS_GROUP: _HERE,
        Action.SEE_PUPILS: _OWN,
        Action.SEE_PAIRING: _HERE,
        Action.SEE_LESSON: _HERE,
        Action.PLAN_LESSON: _OWN,
        Action.SEE_PREPARATION: _OWN,
        Action.CHANGE_PREPARATION: _OWN,
        Action.LEAD_LESSON: _OWN,
        Action.JOIN_LESSON: _HERE,
        Action.SEE_ATTENDANCE: _OWN,
        Action.DECLARE_ATTENDANCE: _OWN,
        Action.CORRECT_ATTENDANCE: _OWN,
        Action.REPLAY_LESSON: _OWN,
        Action.COMMENT_LESSON: _OWN,
        Action.SEE_VIEWINGS: _OWN,
        Action.DECLARE_CONSENT: _OWN,
    },
    Capacity.RESEARCH_OFFICER: {
        Action.SEE_ORGANISATION: _REGION,
        Action.SEE_STAFF: _REGION,
        Action.SEE_CLASS_GROUP: _REGION,
        Action.SEE_PAIRING: _REGION,
        Action.SEE_LESSON: _REGION,
        Action.SEE_PREPARATION: _REGION,
        Action.JOIN_LESSON: _REGION,
        Action.REPLAY_LESSON: _REGION,
        Action.COMMENT_LESSON: _REGION,
        Action.KEEP_RECORDING: _REGION,
    },
    Capacity.INSPECTOR: {
        Action.SEE_ORGANISATION: _REGION,
        Action.SEE_PAIRING: _REGION,
        Action.SEE_LESSON: _REGION,
        Action.SEE_PREPARATION: _REGION,
        Action.INSPECT_LESSON: _REGION,
    },
    Capacity.TECHNICIAN: {
        Action.SEE_ORGANISATION: _REGION,
        Action.SEE_ROOM: _REGION,
        Action.CHANGE_ROOM: _REGION,
        Action.BIND_ROOM: _REGION,
        Action.SEE_DEVICES: _REGION,
        Action.CHANGE_LINK: _REGION,
    },
    Capacity.ROOM_DEVICE: {
        Action.SEE_ROOM: _OWN,
        Action.SEE_LESSON: _OWN,
        Action.JOIN_LESSON: _OWN,
    },
    Capacity.PUPIL: {
        Action.SEE_LESSON: _OWN,
        Action.JOIN_LESSON: _OWN,
    },
    Capacity.INTEGRATION: {
        Action.SEE_ORGANISATION: _HERE,
        Action.SEE_ROOM: _HERE,
        Action.SEE_CLASS_GROUP: _HERE,
        Action.SEE_LESSON: _HERE,
        Action.PLAN_LESSON: _HERE,
        Action.SEE_ATTENDANCE: _HERE,
    },
}
"""What each capacity may do, and how far; what is missing is denied."""


_OF_A_SCHOOL = frozenset(
    {Capacity.SCHOOL_ADMIN, Capacity.TEACHER, Capacity.TECHNICIAN, Capacity.INTEGRATION}
)
_OF_AN_OFFICE = frozenset({Capacity.BUREAU, Capacity.RESEARCH_OFFICER, Capacity.INSPECTOR})

APPOINTS: Mapping[Capacity, frozenset[Capacity]] = {
    Capacity.ADMIN: _OF_A_SCHOOL | _OF_AN_OFFICE | {Capacity.ADMIN},
    Capacity.BUREAU: _OF_A_SCHOOL | _OF_AN_OFFICE,
    Capacity.SCHOOL_ADMIN: _OF_A_SCHOOL,
}
"""Which capacities each may give and take, where it may change the staff. Room devices and pupils
are nobody's appointment: a screen is bound to its room, a pupil comes by link or roster."""


@dataclass(frozen=True, kw_only=True)
class Acting:
    """Who acts, and in which of their capacities."""

    id: str
    """The person, room device, pupil's place or integration."""
    capacity: Capacity
    """In what capacity."""
    organisation: str
    """At which organisation."""
    looks_after: RegionCode | None
    """The region whose schools that organisation looks after; a school looks after itself."""


@dataclass(frozen=True, kw_only=True)
class Concern:
    """Whom a thing concerns: a lesson concerns the schools of all its rooms and its teachers."""

    persons: frozenset[str] = frozenset()
    """Who is named in it."""
    organisations: Mapping[str, RegionCode]
    """The organisations it belongs to or takes place at, with their regions."""


def reach(capacity: Capacity, action: Action) -> Reach:
    """How far the right to an action goes."""
    return TABLE[capacity].get(action, Reach.NONE)


def may(acting: Acting, action: Action, thing: Concern) -> bool:
    """Whether an action on a thing is allowed."""
    here = acting.organisation in thing.organisations
    match reach(acting.capacity, action):
        case Reach.NONE:
            return False
        case Reach.OWN:
            return acting.id in thing.persons
        case Reach.ORGANISATION:
            return here
        case Reach.REGION:
            return here or _looks_after(acting, thing)
        case Reach.ALL:
            return True


def may_appoint(acting: Acting, capacity: Capacity, thing: Concern) -> bool:
    """Whether somebody may be given, or lose, a capacity at an organisation."""
    may_give = capacity in APPOINTS.get(acting.capacity, frozenset())
    return may_give and may(acting, Action.CHANGE_STAFF, thing)


def _looks_after(acting: Acting, thing: Concern) -> bool:
    region = acting.looks_after
    return region is not None and any(lies_in(one, region) for one in thing.organisations.values())


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the holder of a link may do in one lesson."""

    leads: bool
    """Whether it gives the host's commands."""
    joins: bool
    """Whether it may be in the live lesson at all."""
    sends: bool
    """Whether it may be seen and heard there."""
    replays: bool
    """Whether it may see the recording once the lesson has ended."""
    replays_running: bool
    """Whether it may see the recording while the lesson runs."""
    declares: bool
    """Whether it may declare who of its room was there."""
    invites: bool
    """Whether it may show pupils at home the code by which they join."""


REVIEWS = Rights(
    leads=False,
    joins=False,
    sends=False,
    replays=True,
    replays_running=False,
    declares=False,
    invites=False,
)
"""What the token of somebody who signed in to review a lesson lets them do."""


def rights(role: Role, *, in_room: bool, in_host_room: bool) -> Rights:
    """What a link lets its holder do.

    Args:
        role: what the link says.
        in_room: whether its place is a classroom of the lesson.
        in_host_room: whether that is the host room.
    """
    staff = role is Role.TEACHER and in_room
    needs_room = role in (Role.TEACHER, Role.ROOM)
    return Rights(
        leads=staff and in_host_room,
        joins=in_room if needs_room else True,
        sends=in_room if needs_room else role is Role.PUPIL,
        replays=staff or role is Role.VIEWER or (role is Role.ROOM and in_room),
        replays_running=staff,
        declares=staff,
        invites=staff,
    )
