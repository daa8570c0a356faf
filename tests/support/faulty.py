"""The server as `tongke` starts it, but with a test's disk under it and its recorder.

`python -m tests.support.faulty serve …`; the recorder that it starts is this module again. The
fault stands in the environment, which children inherit.
"""

import os
import sys
from pathlib import Path
from unittest.mock import patch

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass
from sqlalchemy import Engine, event

from recorder import process
from recorder.files import Disk
from server import cli
from tests.support.disks import SlowDisk
from tests.support.tmpfs import FillingDisk, SmallDisk

ENVIRONMENT = "TONGKE_TEST_FAULT"
MODULE = "tests.support.faulty"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with the disk under the journals, the database and the recorder."""

    sync_s: float = 0.0
    """Seconds that each sync of journals and recorder takes longer."""
    fills: Path | None = None
    """A small disk that is filled just before the write for which it is armed."""

    def disk(self) -> Disk:
        """The disk that has it."""
        if self.fills is not None:
            return FillingDisk(SmallDisk(self.fills))
        return SlowDisk(sync_s=self.sync_s)


FAULT: TypeAdapter[Fault] = TypeAdapter(Fault)


def environment(fault: Fault) -> dict[str, str]:
    """In which a server has the fault."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        ENVIRONMENT: FAULT.dump_json(fault).decode(),
    }


def fill_before_statements(disk: Path) -> None:
    """Fill a small disk just before SQLite is given the statement for which it is armed."""
    filling = FillingDisk(SmallDisk(disk))

    @event.listens_for(Engine, "before_cursor_execute")
    def about_to_write(_1: object, _2: object, text: str, *_: object) -> None:
        filling.about_to_write(text)


def main() -> None:
    """The recorder when it is started as one, else the command."""
    fault = FAULT.validate_json(os.environ[ENVIRONMENT])
    if "--tap-fd" in sys.argv:
        with patch.object(process, "Disk", fault.disk):
            process.main()
        return
    if fault.fills is not None:
        fill_before_statements(fault.fills)
    with patch("server.live.plane.RECORDER", MODULE), patch("server.app.Disk", fault.disk):
        cli.main()


if __name__ == "__main__":
    main()
