import subprocess
import sys

from server.actions.roster_reading import Asked, Reading, answer, question, read
from server.documents.roster import read_roster
from tests.support.workbooks import HEADER, workbook

NUMBER = "G330802201501011234"
GOOD = workbook(HEADER, ("章明", NUMBER, "三(1)班"), ("李兰", "12", "302"))
BAD = workbook(HEADER, ("章明", None, "三(1)班"), ("李兰", None, "三年级"))


def asked(*, returned: bool = False, classes: list[list[int]] | None = None) -> Asked:
    return Asked(
        school="s", key="00" * 32, classes=classes, only=None, language="zh", returned=returned
    )


def in_a_process(asked: Asked, data: bytes) -> tuple[Reading, bytes]:
    command = [sys.executable, "-P", "-m", "server.actions.roster_reading"]
    given = question(asked, data)
    return answer(subprocess.run(command, input=given, capture_output=True, check=True).stdout)


def test_a_process_reads_what_we_read() -> None:
    found, file = in_a_process(asked(), GOOD)
    assert file == b""
    assert (found["bad_count"], found["refused"]) == (0, None)
    (ming, ming_hash, *third), (lan, lan_hash, *second) = found["pupils"]
    assert (ming, third, lan, second) == ("章明", [3, 1], "李兰", [3, 2])
    assert ming_hash is not None
    assert lan_hash is None
    assert read(asked(), GOOD)[0]["pupils"] == [tuple(one) for one in found["pupils"]]


def test_bad_rows_are_told_with_reasons_and_come_back_as_a_file() -> None:
    found, file = in_a_process(asked(returned=True), BAD)
    assert (len(found["pupils"]), found["bad_count"]) == (1, 1)
    assert found["bad"][0]["row"] == 3
    assert "三年级" in found["bad"][0]["reasons"][0]
    assert [row.cells[0] for row in read_roster(file).bad] == ["李兰"]


def test_classes_that_the_school_has_not_are_bad_where_they_are_told() -> None:
    assert read(asked(classes=[[3, 1], [3, 2]]), GOOD)[0]["bad_count"] == 0
    assert read(asked(classes=[[3, 1]]), GOOD)[0]["bad_count"] == 1


def test_a_file_that_is_none_is_refused_in_a_sentence() -> None:
    found, file = read(asked(), b"name,class\n")
    assert found["refused"]
    assert (found["pupils"], file) == ([], b"")
