from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.actions.acting import OPERATOR, entry
from server.actions.timetable import plan
from server.live import lines as module
from server.live.lines import Lines
from server.programme.link import LinkBudget, Origin, SchoolStep
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.links import Links
from signaling.events import LinkReason, LinkStep, LinkStepped
from signaling.ids import LessonId, ParticipantId
from tests.support.paired import NOW, paired
from tests.support.stored import planned


def stepped(participant: str) -> LinkStepped:
    return LinkStepped(
        participant=ParticipantId(participant),
        step=LinkStep.LOW,
        reason=LinkReason.NARROW,
        available_kbps=300,
    )


async def test_a_running_lesson_knows_the_lines_of_its_rooms_as_they_are_changed(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        links, school = Links(schools.database), schools.village.school.id
        made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        lines, room = Lines(links), ParticipantId(made.rooms[1].participant)
        budgets = await lines.opened(LessonId(made.id))
        assert budgets == {}
        for day, kbps in enumerate((2000, 900)):
            at = NOW + timedelta(days=day)
            budget = LinkBudget(down_kbps=kbps, up_kbps=500, origin=Origin.TYPED, at=at)
            await links.keep(school, budget, entry(OPERATOR, Action.CHANGE_LINK, at))
            await lines.look()
            assert budgets == {room: kbps * 1000}
        lines.ended(LessonId(made.id))


async def test_steps_of_rooms_are_kept_by_school_and_those_of_homes_are_not(
    tmp_path: Path,
) -> None:
    async with paired(tmp_path) as schools:
        links = Links(schools.database)
        made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        lines = Lines(links)
        lines.noted(made)([stepped(made.rooms[1].participant), stepped("a pupil at home")])
        outside = planned()
        lines.noted(outside)([stepped(outside.rooms[0].participant)])
        await lines.look()
        since = datetime.now(UTC) - timedelta(minutes=1)
        (kept,) = await links.steps(schools.village.school.id, since)
        assert (kept.lesson, kept.step, kept.reason) == (made.id, LinkStep.LOW, LinkReason.NARROW)
        assert kept.available_kbps == 300
        assert await links.steps(schools.town.school.id, since) == []


async def test_what_can_not_be_kept_waits_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with paired(tmp_path) as schools:
        links = Links(schools.database)
        made = await plan(schools.database, schools.town.acting(), schools.plan(), NOW)
        monkeypatch.setattr(module, "WAITING", 3)
        lines = Lines(links)

        async def full(steps: list[SchoolStep]) -> None:
            raise RefusedError(Refusal.NOT_KEPT)

        with monkeypatch.context() as broken:
            broken.setattr(links, "note", full)
            lines.noted(made)([stepped(made.rooms[0].participant)] * 5)
            await lines.look()
        await lines.look()
        since = datetime.now(UTC) - timedelta(minutes=1)
        assert len(await links.steps(schools.town.school.id, since)) == 3
