"""With checks the compiled half of the recorder survives hostile batches."""

from pathlib import Path

import pytest

from recorder.twin.library import HERE
from tests.support.sanitized import thrown


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_hostile_batches_break_no_rule_of_c(tmp_path: Path) -> None:
    assert thrown("tests.support.fuzz_recorder", HERE, tmp_path / "libtwin.so", 20) > 1000
