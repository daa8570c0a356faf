"""The job runner as the server sees it: a process that is told when there may be work."""

from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from server.live.nursery import Nursery
from server.live.processes import Child, Program
from server.programme.retention import Terms
from signaling.events import STRICT

JOB_RUNNER = "server.jobs.runner"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Wake:
    """There may be work: look now, not in a while."""

    type: Literal["wake"] = "wake"


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Ready:
    """The runner looks for work; its first and only message."""

    type: Literal["ready"] = "ready"


REQUEST: TypeAdapter[Wake] = TypeAdapter(Wake)
NOTICE: TypeAdapter[Ready] = TypeAdapter(Ready)
TERMS: TypeAdapter[Terms] = TypeAdapter(Terms)
"""How the runner is told how long is kept what."""


class JobRunner:
    """The runner of a data folder; it finds its work in the store."""

    def __init__(self, data: Path, terms: Terms, nursery: Nursery | None = None) -> None:
        program = Program(
            name="job runner",
            module=JOB_RUNNER,
            arguments=["--data", str(data), "--terms", TERMS.dump_json(terms).decode()],
            tap=None,
            requests=REQUEST,
            notices=NOTICE,
            reply_to=_no_reply,
        )
        self.child = Child(program, _Nobody(), nursery)
        """The process."""

    def wake(self) -> None:
        """There may be work."""
        self.child.send(Wake())


class _Nobody:
    def started(self) -> None:
        return

    def lost(self) -> None:
        return

    def told(self, notice: Ready) -> None:
        return


def _no_reply(notice: Ready) -> None:
    return None
