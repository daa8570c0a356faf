"""What the media worker's tests stand on."""

from collections.abc import Iterator

import pytest

from tests.support.plane import Ground, ground


@pytest.fixture
def floor() -> Iterator[Ground]:
    """A plane."""
    with ground() as made:
        yield made
