import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from server.store.holding import FolderHeldError, held

HOLDS = """
import sys, time
from pathlib import Path
from server.store.holding import held
with held(Path(sys.argv[1]), alone=False):
    print("held", flush=True)
    time.sleep(60)
"""


def test_many_may_be_there_beside_each_other(tmp_path: Path) -> None:
    with held(tmp_path, alone=False), held(tmp_path, alone=False):
        pass


@pytest.mark.parametrize(("one", "other"), [(True, True), (True, False), (False, True)])
def test_who_is_alone_has_nobody_beside(tmp_path: Path, one: bool, other: bool) -> None:
    with held(tmp_path, alone=one), pytest.raises(FolderHeldError), held(tmp_path, alone=other):
        pass
    with held(tmp_path, alone=other):
        pass


def test_who_was_killed_holds_nothing(tmp_path: Path) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", HOLDS, str(tmp_path)), stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(FolderHeldError), held(tmp_path, alone=True):
            pass
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with held(tmp_path, alone=True):
        pass
    assert not list(tmp_path.iterdir())
