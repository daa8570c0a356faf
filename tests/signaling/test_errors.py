"""Every code and every reason has its sentence, in both languages."""

import json
import re
from enum import StrEnum
from pathlib import Path

import pytest

from signaling.errors import Code, PeerError, TongkeError, UserError
from signaling.events import EndReason, GapReason, LeaveReason

LOCALE = Path(__file__).parents[2] / "signaling" / "locale"
ZH, EN = (json.loads((LOCALE / f"{language}.json").read_text()) for language in ("zh", "en"))

GROUPS: dict[str, type[StrEnum]] = {
    "code": Code,
    "end": EndReason,
    "leave": LeaveReason,
    "gap": GapReason,
}


@pytest.mark.parametrize("sentences", [ZH, EN], ids=["zh", "en"])
@pytest.mark.parametrize("group", GROUPS)
def test_every_word_has_its_sentence_and_no_other_is_there(
    sentences: dict[str, dict[str, str]], group: str
) -> None:
    assert set(sentences[group]) == {word.value for word in GROUPS[group]}


def test_every_sentence_is_filled_in_alike_in_both_languages() -> None:
    for group, sentences in ZH.items():
        for word, sentence in sentences.items():
            assert blanks(sentence) == blanks(EN[group][word]), word


def blanks(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_every_sentence_is_finished() -> None:
    assert all(one.endswith("。") for group in ZH.values() for one in group.values())
    assert all(one.endswith(".") for group in EN.values() for one in group.values())


def test_an_error_carries_its_code_and_what_its_sentence_needs() -> None:
    error = UserError(Code.TOO_MANY_SOURCES, most=8)
    assert (error.code, error.data) == (Code.TOO_MANY_SOURCES, {"most": 8})
    assert str(error) == "too_many_sources"
    assert issubclass(PeerError, TongkeError)
