"""What the commands print for people; `--json` prints the same for programs."""

from collections.abc import Iterable

from server.actions.accounts import AccountWords
from server.actions.attendance_rows import AttendanceRow
from server.actions.lessons import Listed
from server.actions.links import LessonLinks
from server.actions.observers import ObserverWords
from server.actions.organisations import OrganisationWords
from server.actions.presence import IntervalWords, PresenceWords
from server.actions.rolls import DeclaredWords, RollWords


def made(lesson: LessonLinks) -> str:
    """A planned lesson and its links, one a line."""
    lines = [f"{lesson['title']}  {lesson['lesson']}"]
    for room in lesson["rooms"]:
        lines.append(f"\n{room['name']}  {room['participant']}")
        lines += _links(room["links"])
    lines += ["", *_links(lesson["links"])]
    others = lesson["bases"][1:]
    if others:
        lines += ["", f"{lesson['bases'][0]} = {' = '.join(others)}"]
    return "\n".join(lines)


def listed(lessons: Iterable[Listed]) -> str:
    """Lessons, one a line."""
    return "\n".join(
        "  ".join((one["lesson"], one["state"], one["title"], " / ".join(one["rooms"])))
        for one in lessons
    )


def organisations(found: Iterable[OrganisationWords]) -> str:
    """Schools and offices, one a line."""
    return "\n".join(
        "  ".join((one["id"], one["region"], one["kind"], one["name"])) for one in found
    )


def account(made: AccountWords) -> str:
    """An account in one line, its first password last."""
    words = (made["id"], made["login"], made["name"], *made["capacities"])
    return "  ".join((*words, made["first_password"]))


def rolls(found: Iterable[RollWords]) -> str:
    """The roll of each room, one a line."""
    return "\n".join(f"{one['name']}  {one['state']}{_numbers(one['declared'])}" for one in found)


def attendance(found: Iterable[AttendanceRow]) -> str:
    """The roll of each room, then who listened, one a line."""
    rows = list(found)
    told = (
        rolls(row for row in rows if row["kind"] == "pupils"),
        observers(row for row in rows if row["kind"] == "observing"),
    )
    return "\n".join(one for one in told if one)


def observers(found: Iterable[ObserverWords]) -> str:
    """Teachers who sat in to listen, one a line."""
    return "\n".join(
        "  ".join((one["name"], _stay(one) if one["begin"] else f"added by {one['added_by']}"))
        for one in found
    )


def _stay(one: ObserverWords) -> str:
    return f"{one['begin']} – {one['end'] or ''}".rstrip()


def _numbers(declared: DeclaredWords | None) -> str:
    if declared is None:
        return ""
    return (
        f"  expected {declared['expected']}  present {declared['present']}"
        f"  on_leave {declared['on_leave']}  absent {declared['absent']}"
        f"  late {declared['late']}  observing {declared['observing']}"
    )


def intervals(presence: PresenceWords) -> str:
    """Who was there, one interval a line."""
    return "\n".join(map(_interval, presence["intervals"]))


def _interval(one: IntervalWords) -> str:
    end = "" if one["end"] is None else f"{one['end']:.1f}"
    return "  ".join(
        (one["name"], one["role"], f"{one['start']:.1f}–{end} s", one["reason"] or "")
    ).rstrip()


def _links(links: dict[str, str]) -> list[str]:
    return [f"  {role:<10}{link}" for role, link in links.items()]
