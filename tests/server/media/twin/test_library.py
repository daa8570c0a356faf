"""With checks the compiled pump survives hostile packets."""

from pathlib import Path

import pytest

from server.media.twin.library import HERE
from tests.support.sanitized import thrown


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_hostile_packets_break_no_rule_of_c(tmp_path: Path) -> None:
    assert thrown("tests.support.fuzz_pump", HERE, tmp_path / "libtwin.so", 60) > 1000
