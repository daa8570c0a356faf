from pathlib import Path

from server.store.folder import JOURNAL, lesson_folder, read_journal
from signaling.events import HandRaised
from signaling.ids import ParticipantId
from signaling.journal import NONCE_BYTES, Writer


def test_a_lesson_has_a_folder_of_its_name(tmp_path: Path) -> None:
    assert lesson_folder(tmp_path, "x") == tmp_path / "lessons" / "x"


def test_a_lobby_that_never_opened_has_an_empty_journal(tmp_path: Path) -> None:
    assert read_journal(tmp_path).lines == ()


def test_a_journal_is_read(tmp_path: Path) -> None:
    event = HandRaised(participant=ParticipantId("p"))
    _, data = Writer().write(0.0, event, bytes(NONCE_BYTES))
    (tmp_path / JOURNAL).write_bytes(data)
    assert [line.event for line in read_journal(tmp_path).lines] == [event]
