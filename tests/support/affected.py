"""A lesson that notes what the media plane tells it."""

from dataclasses import dataclass, field

from recorder import requests as recorder
from server.media import requests as media


@dataclass
class Noted:
    """What was told, in order."""

    notices: list[media.Notice | recorder.Notice] = field(default_factory=list)
    changes: list[tuple[str, bool]] = field(default_factory=list)

    def from_worker(self, notice: media.Notice) -> None:
        self.notices.append(notice)

    def from_recorder(self, notice: recorder.Notice) -> None:
        self.notices.append(notice)

    def worker_changed(self, alive: bool) -> None:
        self.changes.append(("worker", alive))

    def recorder_changed(self, alive: bool) -> None:
        self.changes.append(("recorder", alive))
