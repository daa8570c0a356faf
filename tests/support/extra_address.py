"""Another address of this machine, as when it joins a second network. Needs root.

Tests that use it run alone: whoever asks for this machine's addresses meanwhile sees it too.
"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

EXTRA: Final = "198.51.100.7"
"""Of the documentation's networks (RFC 5737), so nobody's."""


@contextmanager
def extra_address() -> Iterator[str]:
    """The machine has `EXTRA` during the block."""
    _change("add")
    try:
        yield EXTRA
    finally:
        _change("del")


def _change(how: str) -> None:
    subprocess.run(("ip", "address", how, f"{EXTRA}/32", "dev", "lo"), check=True)
