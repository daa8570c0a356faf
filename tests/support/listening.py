"""A media plane without processes that notes what worker and recorder would have been told."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from recorder.requests import Request as RecorderRequest
from server.live.plane import Plane, PlaneSettings
from server.media.requests import Request as WorkerRequest


@dataclass
class Told:
    """What was sent, in order."""

    plane: Plane
    worker: list[WorkerRequest] = field(default_factory=list)
    recorder: list[RecorderRequest] = field(default_factory=list)


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    """A plane whose children are ears."""
    plane = Plane(PlaneSettings(media_port=0, media_addresses=(), public_addresses=(), space="{}"))
    told = Told(plane)
    monkeypatch.setattr(plane.worker, "send", told.worker.append)
    monkeypatch.setattr(plane.recorder, "send", told.recorder.append)
    try:
        yield told
    finally:
        plane.close()
