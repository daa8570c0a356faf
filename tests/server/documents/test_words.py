import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from server.documents.entries import Reason, RowFault
from server.documents.refusal import FileError, FileFault
from server.documents.words import Language, of_column, of_file, of_report, of_row

LOCALE = Path(__file__).parents[3] / "server" / "documents" / "locale"
FILLED: Mapping[str, str | int] = {
    "most": 7,
    "sheet": "名册",
    "column": "姓名",
    "rows": "3, 4",
    "text": "{x}",
    "only": "三(2)班",
    "name": "三(1)班",
}


def sentences(language: Language) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((LOCALE / f"{language}.json").read_text())
    return found


@pytest.mark.parametrize("language", Language)
def test_every_fault_has_its_sentence_and_no_other_is_kept(language: Language) -> None:
    found = sentences(language)
    assert set(found["file"]) == {fault.value for fault in FileFault}
    assert set(found["row"]) == {fault.value for fault in RowFault}


@pytest.mark.parametrize("group", ["file", "row", "report"])
def test_both_languages_are_filled_in_with_the_same(group: str) -> None:
    zh, en = (sentences(language)[group] for language in Language)
    assert {key: slots(text) for key, text in zh.items()} == {
        key: slots(text) for key, text in en.items()
    }


def slots(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


@pytest.mark.parametrize("language", Language)
def test_sentences_are_filled_in_whatever_a_cell_holds(language: Language) -> None:
    for fault in FileFault:
        assert slots(of_file(FileError(fault, **FILLED), language)) == set()
    for row_fault in RowFault:
        told = of_row(Reason(fault=row_fault, data=FILLED), language)
        assert slots(told) <= {"x"}


def test_lines_and_columns_have_their_words() -> None:
    assert of_column("reason", Language.ZH) == "原因"
    assert of_report("class", Language.ZH, name="三(1)班", pupils=45) == "  三(1)班  45 人"
