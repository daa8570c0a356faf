import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from server import cli
from tests.support.workbooks import HEADER, cells, filled, saved, workbook

RUNNER = CliRunner()
GOOD = (
    HEADER,
    ("张三", "2026001", "三(1)班"),
    ("李四", "2026002", "301"),
    ("王五", "3", "二(2)班"),
)
BAD = (*GOOD, ("赵六", 3.3e18, "三(1)班"), ("孙七", "2026001", "三年级"))


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")


def check(folder: Path, data: bytes, *options: str) -> Result:
    (folder / "名册.xlsx").write_bytes(data)
    return RUNNER.invoke(cli.app, ["roster", "check", str(folder / "名册.xlsx"), *options])


def test_a_good_roster_is_counted_by_class(tmp_path: Path) -> None:
    result = check(tmp_path, workbook(*GOOD), "--bad", str(tmp_path / "bad.xlsx"))
    lines = ["可以导入 3 人，有问题 0 行。", "  二(2)班  1 人", "  三(1)班  2 人"]
    assert (result.exit_code, result.stdout.splitlines()) == (0, lines)
    assert not (tmp_path / "bad.xlsx").exists()


def test_bad_rows_are_named_with_what_to_do_and_without_names(tmp_path: Path) -> None:
    result = check(tmp_path, workbook(*BAD))
    assert result.exit_code == 1
    said = result.stdout
    assert "名册 第 5 行：学号成了科学计数" in said
    assert "名册 第 6 行：“三年级”只有年级" in said
    assert not [name for name in ("张三", "李四", "王五", "赵六", "孙七") if name in said]


def test_programs_get_the_same_as_json(tmp_path: Path) -> None:
    result = check(tmp_path, workbook(*BAD), "--json")
    told = json.loads(result.stdout)
    assert (told["good"], told["classes"]) == (2, {"二(2)班": 1, "三(1)班": 1})
    assert [(row["row"], row["faults"]) for row in told["bad"]] == [
        (2, ["number_repeated"]),
        (5, ["number_rounded"]),
        (6, ["class_no_number", "number_repeated"]),
    ]
    assert told["unread"] == []
    assert result.exit_code == 1


def test_bad_rows_are_written_to_be_corrected(tmp_path: Path) -> None:
    result = check(tmp_path, workbook(*BAD), "--bad", str(tmp_path / "bad.xlsx"))
    assert f"有问题的行已写入 {tmp_path / 'bad.xlsx'}" in result.stderr
    header, *rows = cells((tmp_path / "bad.xlsx").read_bytes())
    assert header == (*HEADER, "原因")
    assert [row[0] for row in rows] == ["张三", "赵六", "孙七"]


def test_english_terminals_get_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    said = check(tmp_path, workbook(*BAD)).stdout
    assert "名册 row 5: The number is in scientific notation" in said


def test_sheets_without_a_roster_are_named(tmp_path: Path) -> None:
    book = Workbook()
    filled(book.worksheets[0], GOOD)
    filled(book.create_sheet("说明"), [["填写说明"]])
    assert check(tmp_path, saved(book)).stdout.splitlines()[-1].endswith("：说明")


@pytest.mark.parametrize("data", [b"", b"csv,csv", workbook(("张三",))])
def test_a_file_that_cannot_be_taken_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    result = check(tmp_path, data)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("tongke: ")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    result = RUNNER.invoke(cli.app, ["roster", "check", str(tmp_path / "nowhere.xlsx")])
    assert result.exit_code == 1
    assert result.stderr.startswith("tongke: 打不开")


def test_the_roster_itself_is_never_overwritten(tmp_path: Path) -> None:
    data = workbook(*BAD)
    result = check(tmp_path, data, "--bad", str(tmp_path / "." / "名册.xlsx"))
    assert result.exit_code == 1
    assert "不能覆盖" in result.stderr
    assert (tmp_path / "名册.xlsx").read_bytes() == data


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    result = check(tmp_path, workbook(*BAD), "--bad", str(tmp_path / "no" / "bad.xlsx"))
    assert result.exit_code == 1
    assert result.stderr.startswith("tongke: 写不了")
