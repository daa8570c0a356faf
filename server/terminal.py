"""The terminal in which a command runs."""

import os
from typing import Literal


def language() -> Literal["zh", "en"]:
    """What its user reads."""
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"
