from datetime import UTC, datetime

import pytest

from server.programme.preparation import (
    KINDS,
    LARGEST_FILE,
    LONGEST_NAME,
    LONGEST_NOTE,
    Note,
    checked,
    handout_name,
    is_aside,
    kind_of,
    standing,
)
from server.programme.refusal import Refusal, RefusedError

NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def note(name: str, *, aside: bool = False) -> Note:
    return Note(id=name, author="zhang", at=NOW, text=name, aside=aside)


def test_the_last_text_stands_that_was_not_put_aside() -> None:
    assert standing([]) is None
    last = standing([note("1"), note("2"), note("3", aside=True)])
    assert last is not None
    assert last.id == "2"


def test_who_did_not_see_what_stands_is_put_aside() -> None:
    assert not is_aside([], None)
    assert not is_aside([note("1"), note("2", aside=True)], "1")
    assert is_aside([note("1")], None)
    assert is_aside([note("1"), note("2")], "1")


def test_a_note_has_an_end() -> None:
    assert checked(" 一\r\n二 ") == "一\n二"
    assert len(checked("备" * LONGEST_NOTE)) == LONGEST_NOTE
    with pytest.raises(RefusedError) as refused:
        checked("备" * (LONGEST_NOTE + 1))
    assert refused.value.refusal is Refusal.PREPARATION_NOTE_LONG


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("教案.docx", "教案.docx"),
        ("C:\\课\\教案.pdf", "教案.pdf"),
        ("../../secret.key", "secret.key"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
    ],
)
def test_a_file_keeps_its_name_without_folders_and_tricks(typed: str, name: str) -> None:
    assert handout_name(typed) == name


@pytest.mark.parametrize("typed", ["", "课/", "\u202e"])
def test_a_file_without_a_name_is_refused(typed: str) -> None:
    with pytest.raises(RefusedError):
        handout_name(typed)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_name_and_beginning(kind: str) -> None:
    assert kind_of(f"课.{kind.upper()}", KINDS[kind] + b"...") == kind


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("课.html", b"<html>"),
        ("课.pdf", b"<html>"),
        ("课.docm", KINDS["docx"]),
        ("课.svg", b"<svg"),
        ("pdf", b"%PDF-1.7"[1:]),
    ],
)
def test_what_could_run_or_is_not_what_it_says_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(RefusedError) as refused:
        kind_of(name, data)
    assert refused.value.refusal is Refusal.PREPARATION_FILE_KIND


def test_a_file_has_an_end() -> None:
    with pytest.raises(RefusedError) as refused:
        kind_of("课.pdf", b"%PDF-" + bytes(LARGEST_FILE))
    assert refused.value.refusal is Refusal.PREPARATION_FILE_LARGE
