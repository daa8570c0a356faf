"""What the media worker's tests stand on."""

from collections.abc import Iterator

import pytest

from tests.support import media_worker
from tests.support.plane import Ground, ground


@pytest.fixture(params=["python", "compiled"])
def either_pump(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers with one pump, then with the other."""
    monkeypatch.setattr(media_worker, "PUMP", request.param)


@pytest.fixture(params=["python", "compiled"])
def floor(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A plane with either pump."""
    with ground(request.param) as made:
        yield made
