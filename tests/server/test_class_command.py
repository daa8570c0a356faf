import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from server import cli
from server.actions.acting import for_school
from server.actions.class_groups import TypedClassGroup, add, listed
from server.data_command import utc
from server.programme.class_group import Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.database import Database, open_database
from tests.support.logged import lines_of
from tests.support.staff import school

T = TypeVar("T")
RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def inside(folder: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with open_database(folder) as database:
            return await work(database)

    return asyncio.run(opened())


async def a_school(database: Database) -> Organisation:
    """With a class of the sixth grade and two of the first, one of which is new."""
    here = await school(database)
    for name in ("601", "101", "102"):
        typed = TypedClassGroup(name=name, keeping=Keeping.NUMBERS, expected=24, class_teacher=None)
        await add(database, for_school(here), here.id, typed, utc())
    return here


@pytest.fixture
def here(tmp_path: Path) -> Organisation:
    return inside(tmp_path, a_school)


def raised(folder: Path, here: Organisation, *options: str) -> Result:
    asked = ["classes", "raise", "--data", str(folder), "--school", here.id, *options]
    return RUNNER.invoke(cli.app, asked)


def classes(folder: Path, here: Organisation) -> list[str]:
    found = inside(folder, lambda database: listed(database, for_school(here)))
    return [one["name"] for one in found if one["closed"] is None]


def test_a_dry_run_says_what_would_become_of_each_class_and_changes_nothing(
    tmp_path: Path, here: Organisation
) -> None:
    result = raised(tmp_path, here, "--dry-run", "--stay", "一年级2班")
    assert result.exit_code == 0, result.output
    for line in ("六(1)班毕业，班级结束。", "一(1)班升为二(1)班。", "一(2)班不升级。"):
        assert line in result.stdout
    assert classes(tmp_path, here) == ["一(1)班", "一(2)班", "六(1)班"]


def test_the_grades_rise_once_a_year_and_once_more_only_if_one_says_so(
    tmp_path: Path, here: Organisation
) -> None:
    result = raised(tmp_path, here, "--stay", "102", "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["fits"]
    assert classes(tmp_path, here) == ["一(2)班", "二(1)班"]
    line = inside(tmp_path, lambda database: lines_of(database, here.id))[-1]
    assert line[1:] == ("operator", Action.RAISE_GRADES)
    refused = raised(tmp_path, here).exception
    assert isinstance(refused, RefusedError)
    assert refused.refusal is Refusal.RAISE_DONE
    assert "加 --again" in raised(tmp_path, here, "--dry-run").stdout
    assert raised(tmp_path, here, "--again").exit_code == 0
    assert classes(tmp_path, here) == ["二(2)班", "三(1)班"]


def test_what_can_not_be_done_is_named_and_told_by_the_exit_status(
    tmp_path: Path, here: Organisation
) -> None:
    assert raised(tmp_path, here, "--top", "1", "--dry-run").exit_code == 1
    unknown = raised(tmp_path, here, "--stay", "三(1)班").exception
    assert isinstance(unknown, RefusedError)
    assert unknown.refusal is Refusal.CLASS_UNKNOWN
    inside(tmp_path, lambda database: second(database, here))
    result = raised(tmp_path, here, "--dry-run", "--stay", "二(1)班")
    assert (result.exit_code, "一(1)班升为二(1)班：不行" in result.stdout) == (1, True)


async def second(database: Database, here: Organisation) -> None:
    typed = TypedClassGroup(name="201", keeping=Keeping.NUMBERS, expected=1, class_teacher=None)
    await add(database, for_school(here), here.id, typed, utc())
