import errno
from pathlib import Path

import pytest

from server.actions.disk_work import Tally, check_room, in_words, said_of_the_disk
from server.programme.refusal import Refusal, RefusedError


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (5_250_000, "5.2 MB"), (2e15, "2000.0 TB")],
)
def test_bytes_in_words(size: int, words: str) -> None:
    assert in_words(int(size)) == words


@pytest.mark.parametrize(
    ("number", "refusal"),
    [
        (errno.ENOSPC, Refusal.BACKUP_FULL),
        (errno.EDQUOT, Refusal.BACKUP_FULL),
        (errno.EACCES, Refusal.BACKUP_NOT_WRITTEN),
        (errno.EIO, Refusal.BACKUP_NOT_WRITTEN),
    ],
)
def test_what_a_disk_refuses_is_one_sentence(number: int, refusal: Refusal) -> None:
    with pytest.raises(RefusedError) as refused, said_of_the_disk(Path("here")):
        raise OSError(number, "why", "file")
    assert refused.value.refusal is refusal


def test_room_is_asked_for_before(tmp_path: Path) -> None:
    check_room(tmp_path, 1)
    with pytest.raises(RefusedError) as refused:
        check_room(tmp_path, 10**18)
    assert refused.value.refusal is Refusal.BACKUP_NO_ROOM
    assert refused.value.data["needed"] == "1000000.0 TB"


def test_a_tally_adds_up() -> None:
    tally = Tally()
    tally.add(2)
    tally.add(3)
    assert tally.done == 5
