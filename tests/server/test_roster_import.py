import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner, Result

from server import cli
from server.actions.acting import for_school
from server.actions.class_groups import ClassGroupWords, TypedClassGroup, add, listed
from server.data_command import utc
from server.documents.roster import read_roster
from server.programme.class_group import Keeping
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Action
from server.store.database import Database, open_database
from tests.support.logged import lines_of
from tests.support.staff import school
from tests.support.workbooks import HEADER, workbook

T = TypeVar("T")
RUNNER = CliRunner()
GOOD = (HEADER, ("章明", "2026001", "三(1)班"), ("李兰", "2026002", "301"))
HALF_BAD = (*GOOD, ("王五", "2026003", "三年级"))


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def inside(folder: Path, work: Callable[[Database], Awaitable[T]]) -> T:
    async def opened() -> T:
        async with open_database(folder) as database:
            return await work(database)

    return asyncio.run(opened())


@pytest.fixture
def here(tmp_path: Path) -> Organisation:
    return inside(tmp_path, school)


def let_in(
    folder: Path, here: Organisation, rows: tuple[tuple[str, ...], ...], *options: str
) -> Result:
    file = folder / "名册.xlsx"
    file.write_bytes(workbook(*rows))
    asked = ["roster", "import", str(file), "--data", str(folder), "--school", here.id, *options]
    return RUNNER.invoke(cli.app, asked)


def classes(folder: Path, here: Organisation) -> list[ClassGroupWords]:
    return inside(folder, lambda database: listed(database, for_school(here)))


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    tmp_path: Path, here: Organisation
) -> None:
    result = let_in(tmp_path, here, GOOD, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "会新建的班：三(1)班" in result.stdout
    assert "新增 2 人" in result.stdout
    assert "章明" not in result.stdout
    assert classes(tmp_path, here) == []


def test_a_good_roster_comes_in_beside_whoever_has_the_database_open(
    tmp_path: Path, here: Organisation
) -> None:
    async def beside(database: Database) -> list[ClassGroupWords]:
        result = await asyncio.to_thread(let_in, tmp_path, here, GOOD)
        assert (result.exit_code, "新增 2 人" in result.stdout) == (0, True), result.output
        line = (await lines_of(database, here.id))[-1]
        assert line[1:] == ("operator", Action.IMPORT_ROSTER)
        return await listed(database, for_school(here))

    (group,) = inside(tmp_path, beside)
    assert (group["name"], group["expected"]) == ("三(1)班", 2)
    assert "没有变化 2 人" in let_in(tmp_path, here, GOOD).stdout


def test_of_a_half_bad_roster_nothing_comes_in_and_the_bad_rows_come_back(
    tmp_path: Path, here: Organisation
) -> None:
    bad = tmp_path / "待改.xlsx"
    result = let_in(tmp_path, here, HALF_BAD, "--bad", str(bad))
    assert (result.exit_code, "什么都没有导入" in result.stdout) == (1, True)
    assert "王五" not in result.output
    assert [row.cells[0] for row in read_roster(bad.read_bytes()).bad] == ["王五"]
    assert classes(tmp_path, here) == []


def test_a_class_by_numbers_takes_no_names(tmp_path: Path, here: Organisation) -> None:
    typed = TypedClassGroup(name="301", keeping=Keeping.NUMBERS, expected=24, class_teacher=None)
    inside(tmp_path, lambda database: add(database, for_school(here), here.id, typed, utc()))
    result = let_in(tmp_path, here, GOOD)
    assert (result.exit_code, "按人数管理" in result.stdout) == (1, True)


def test_a_file_for_one_class_may_name_no_other(tmp_path: Path, here: Organisation) -> None:
    refused = let_in(tmp_path, here, GOOD, "--class", "四(1)班")
    assert refused.exit_code == 1
    assert "这一行是 三(1)班 的学生，这次只导入 四(1)班" in refused.stdout
    assert classes(tmp_path, here) == []
    assert let_in(tmp_path, here, GOOD, "--class", "三年级1班").exit_code == 0


def test_a_school_that_is_not_there_is_a_refusal(tmp_path: Path, here: Organisation) -> None:
    asked = ["roster", "import", str(tmp_path / "x.xlsx"), "--data", str(tmp_path)]
    (tmp_path / "x.xlsx").write_bytes(workbook(*GOOD))
    result = RUNNER.invoke(cli.app, [*asked, "--school", "nowhere"])
    assert isinstance(result.exception, RefusedError)
    assert result.exception.refusal is Refusal.ORGANISATION_UNKNOWN


def test_whoever_is_no_longer_on_the_roster_is_told_first_and_removed_only_if_one_says_so(
    tmp_path: Path, here: Organisation
) -> None:
    let_in(tmp_path, here, GOOD)
    assert "不再在名册上 1 人" in let_in(tmp_path, here, GOOD[:2], "--dry-run").stdout
    assert "删除 0 人" in let_in(tmp_path, here, GOOD[:2]).stdout
    assert "删除 1 人" in let_in(tmp_path, here, GOOD[:2], "--drop-missing").stdout
    assert "不再在名册上 0 人" in let_in(tmp_path, here, GOOD[:2], "--dry-run").stdout
    assert classes(tmp_path, here)[0]["expected"] == 1
