import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.actions.backup import back_up
from server.actions.disk_work import Tally
from server.actions.restore import restore
from server.programme.refusal import Refusal, RefusedError
from server.store.backup import FILES, LIST
from tests.support.data_folder import LATER, contents, make_data

pytestmark = pytest.mark.slow

PLACES = ["copying.copy", "copying.sync_folders", "backup.write"]
"""At the first file, behind the last, and where only the list is missing."""
PROGRAM = """
import os, signal
from server.store import backup, copying
{place} = lambda *arguments: os.kill(os.getpid(), signal.SIGKILL)
from server.cli import main
main()
"""


def backed_up_until(place: str, data: Path, to: Path) -> None:
    program = (sys.executable, "-c", PROGRAM.format(place=place))
    done = subprocess.run((*program, "backup", "--data", str(data), "--to", str(to)), check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("place", PLACES)
def test_what_a_killed_backup_leaves_is_not_restored(tmp_path: Path, place: str) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    backed_up_until(place, data, to)
    assert contents(to / FILES)
    with pytest.raises(RefusedError) as error:
        restore(to, tmp_path / "new", Tally())
    assert error.value.refusal is Refusal.BACKUP_NONE


@pytest.mark.parametrize("place", PLACES)
def test_the_backup_before_it_stays_whole(tmp_path: Path, place: str) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    back_up(data, to, LATER, Tally())
    listed = (to / LIST).read_bytes()
    old = (data / "secret.key").read_bytes()
    (data / "secret.key").write_bytes(bytes(32))
    backed_up_until(place, data, to)
    assert (to / LIST).read_bytes() == listed
    restore(to, tmp_path / "new", Tally())
    assert contents(tmp_path / "new")["secret.key"] == old


def test_the_next_one_clears_up_behind_it(tmp_path: Path) -> None:
    data, to = make_data(tmp_path / "data"), tmp_path / "to"
    (data / "gone").write_bytes(b"soon")
    backed_up_until("backup.write", data, to)
    (data / "gone").unlink()
    back_up(data, to, LATER, Tally())
    assert "gone" not in contents(to / FILES)
