"""Requests of every route that are right, but for who sends them; and what must be there first."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from server.access.screen_proofs import public_key
from server.programme.preparation import Handout
from server.store import forms, handouts
from server.web.replay import SITTING
from tests.support.screens import ScreenKey
from tests.support.staff import badge
from tests.support.walked import World
from tests.support.walkers import Walker

Sent = Callable[[World, Walker], dict[str, object]]
PDF = b"%PDF-1.7"


def told(**body: object) -> Sent:
    """A body that is always the same."""
    return lambda world, who: body


def organisation(world: World, who: Walker) -> dict[str, object]:
    return {"kind": "school", "name": f"新校{world.number}", "region": "330824"}


def classroom(world: World, who: Walker) -> dict[str, object]:
    return {"organisation": world.ids["organisation"], "name": f"新教室{world.number}"}


def class_group(name: str | None = None) -> Sent:
    return lambda world, who: {
        "organisation": world.ids["organisation"],
        "name": name or f"六({world.number % 99 + 1})班",
        "keeping": "numbers",
        "expected": 24,
        "class_teacher": world.schools.town.teacher.id,
    }


def pairing(recipient: str) -> Sent:
    return lambda world, who: {
        "supporter": world.ids["organisation"],
        "recipient": world.ids.get(recipient, world.schools.village.school.id),
        "forms": ["sync_class", "net_training"],
        "begins": "2026-09-01",
        "ends": "2029-08-31",
        "waiver": "",
    }


def post(login: str | None = None) -> Sent:
    def body(world: World, who: Walker) -> dict[str, object]:
        new = {"login": f"new{world.number}", "name": "新老师"}
        named = new if login is None else {"login": world.ids[login]}
        return {**named, "capacity": "teacher", "organisation": world.ids["organisation"]}

    return body


def plan(world: World, who: Walker) -> dict[str, object]:
    begin = datetime.now(UTC) + timedelta(days=2, hours=world.number)
    rooms = [
        {
            "classroom": campus.classroom,
            "teachers": [campus.teacher.id],
            "learners": [{"class_group": campus.group.id}],
        }
        for campus in (world.schools.town, world.schools.village)
    ]
    return {
        "form": "sync_class",
        "subject": "music",
        "title": "茉莉花",
        "starts": begin.isoformat(),
        "ends": (begin + timedelta(minutes=40)).isoformat(),
        "rooms": rooms,
    }


def ids(**names: str) -> Sent:
    """Some of the world's ids, or what stands there."""
    return lambda world, who: {key: world.ids.get(name, name) for key, name in names.items()}


def capacity(world: World, who: Walker) -> dict[str, object]:
    acting = who.acting
    if acting is None:
        return {"capacity": "teacher", "organisation": world.ids["organisation"]}
    return {"capacity": acting.capacity, "organisation": acting.organisation}


PIN = "2846"


async def doors(world: World) -> None:
    """The codes that stay good, and a PIN of whoever helps in the village."""
    teacher = world.schools.village.teacher
    headers = await badge(world.site.house.database, teacher)
    answer = await world.site.client.put("/api/me/pin", json={"pin": PIN}, headers=headers)
    assert answer.status == 200
    world.ids["room code"] = (await _ask(world, "a screen", "GET", "/api/room"))["code"]
    host = world.walker("teacher of the host room").sends("open")
    made = await world.site.client.put("/api/invitation", headers=host)
    world.ids["join code"] = (await made.json())["code"]


async def _ask(
    world: World, who: str, method: str, path: str, body: object = None
) -> dict[str, Any]:
    walker = world.walker(who)
    answer = await world.site.client.request(method, path, headers=walker.sends("held"), json=body)
    world.site.client.session.cookie_jar.clear()
    assert answer.status == 200, (path, await answer.text())
    world.ids["sitting"] = answer.headers.get(SITTING, "")
    return cast("dict[str, Any]", await answer.json())


async def unpaired(world: World) -> None:
    await world.write("delete from pairing where recipient = ?", world.ids["neighbour"])


def proposed(waits_for: str) -> Callable[[World], Awaitable[None]]:
    """A pairing of the town and a foreign school waits for one of them."""
    return lambda world: world.propose(waits_for)


async def unproposed(world: World) -> None:
    await world.write("delete from pairing where recipient = ?", world.ids["foreign"])


async def appointed(world: World) -> None:
    await world.write(
        "insert or ignore into appointment (person, capacity, organisation) values (?, ?, ?)",
        *(world.ids["person"], "teacher", world.ids["organisation"]),
    )


async def rostered(world: World) -> None:
    world.ids["pupil"] = "to be removed"
    await world.write(
        "insert or replace into pupil (id, class_group, name) values (?, ?, ?)",
        *("to be removed", world.ids["group"], "章明"),
    )


def raising(world: World, who: Walker) -> dict[str, object]:
    """The class of the lessons stays in its grade."""
    return {"top": 6, "stay": [world.ids["group"]], "after": None}


async def open_class(world: World) -> None:
    """A class without lessons, and no grade that rose this year."""
    world.ids["closing"] = "to be closed"
    here = world.ids["organisation"]
    await world.write("update class_group set risen = null where organisation = ?", here)
    await world.write(
        "insert or replace into class_group (id, organisation, grade, number, keeping, told)"
        " values (?, ?, 1, 99, 'numbers', 24)",
        *("to be closed", here),
    )


async def closed_class(world: World) -> None:
    await open_class(world)
    await world.write(
        "update class_group set closed = ?, closed_how = 'dissolved' where id = ?",
        *("2026-07-01 08:00:00.000000", "to be closed"),
    )


async def form(world: World) -> None:
    world.ids["form"] = await asyncio.to_thread(forms.keep, world.site.house.data, PDF, "pdf")
    await world.write("delete from consent where class_group = ?", world.ids["group"])


async def declared(world: World) -> None:
    await form(world)
    path = f"/api/classes/{world.ids['group']}/consent"
    body = consent(world, world.walker("nobody"))
    made = await _ask(world, "school_admin of the school", "PUT", path, body)
    world.ids["declared"] = made["declared"][0]["id"]


def consent(world: World, who: Walker) -> dict[str, object]:
    return {"signed_on": "2026-09-01", "exceptions": 1, "form": world.ids["form"]}


def keeping(world: World, who: Walker) -> dict[str, object]:
    until = datetime.now(UTC) + timedelta(days=400)
    return {"until": until.date().isoformat(), "why": "公开课"}


async def not_called_off(world: World) -> None:
    doomed = world.ids["doomed"]
    await world.write("update schedule set called_off = '' where lesson = ?", doomed)
    await world.write("update lesson set ended = null where id = ?", doomed)


async def bound(world: World) -> None:
    classroom = world.ids["classroom"]
    await world.write(
        "insert or ignore into screen (id, digest, classroom, bound, bound_by, seen) "
        "values (?, ?, ?, ?, ?, ?)",
        *(world.ids["screen"], b"of the town", classroom),
        *("2026-11-23 08:00:00.000000", "admin", "2026-11-23 08:00:00.000000"),
    )


async def offered(world: World) -> None:
    path = f"/api/classrooms/{world.schools.town.classroom}/screens/code"
    offered = await _ask(world, "school_admin of the school", "POST", path)
    world.ids["offered"] = offered["code"]


async def signed(world: World) -> None:
    """A screen of its own, for one that proves itself gets another cookie."""
    await bound(world)
    key = ScreenKey()
    await world.write(
        "update screen set key = ? where id = ?", public_key(key.public), world.ids["screen"]
    )
    nonce = (await _ask(world, "a screen", "POST", "/api/room/nonce", {}))["nonce"]
    signature = key.signs(nonce).decode()
    world.ids |= {"screen key": key.public.decode(), "nonce": nonce, "signature": signature}


async def asking(world: World) -> None:
    asking = await _ask(world, "a screen", "POST", "/api/room/panel", {})
    world.ids |= {"panel code": asking["code"], "panel secret": asking["secret"]}


async def commented(world: World) -> None:
    body = {"moment": 3.5, "text": "提问很好"}
    who = "reviewing research_officer of the city"
    said = await _ask(world, who, "POST", "/api/replay/comments", body)
    world.ids["comment"] = said["comments"][-1]["id"]


async def sitting(world: World) -> None:
    await _ask(world, "viewer of no room", "GET", "/api/replay")


def stretch(world: World, who: Walker) -> dict[str, object]:
    """What was watched."""
    return {"sitting": world.ids["sitting"], "start": 1, "stop": 2}


async def undeclared(world: World) -> None:
    """No roll was called."""
    await world.write("delete from declaration")


async def unobserved(world: World) -> None:
    """Nobody is known to have listened."""
    await world.write("delete from observer")


async def observed(world: World) -> None:
    """Somebody was added to those who listened."""
    await unobserved(world)
    await world.write(
        "insert into observer values (?, ?, null, '周老师', ?, '2026-10-28 02:00:00.000000', null)",
        *(world.ids["observer"], world.ids["held"], world.schools.town.teacher.id),
    )


async def handout(world: World) -> None:
    """A file lies with what is prepared."""
    lesson, teacher = world.ids["planned"], world.schools.town.teacher.id
    made = Handout(
        id=world.ids["handout"],
        name="教案.pdf",
        kind="pdf",
        octets=len(PDF),
        added_by=teacher,
        at=datetime.now(UTC),
    )
    await asyncio.to_thread(handouts.keep, world.site.house.data, lesson, made, PDF)
    await world.write(
        "insert or ignore into handout values (?, ?, ?, ?, ?, ?, '2026-10-28 02:00:00.000000')",
        *(made.id, lesson, made.name, made.kind, made.octets, teacher),
    )
