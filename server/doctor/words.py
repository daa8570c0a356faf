"""How doctor speaks: lines at a terminal, the link that devices open, and JSON for programs."""

import io
import json
import os
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

import segno

from server.doctor.facts import Running
from server.doctor.findings import Finding, Mark
from server.terminal import Language, sentence

_MARKS: Final = {Mark.GOOD: "good", Mark.WEAK: "weak", Mark.BAD: "bad"}


def chosen() -> Language:
    """Chinese, unless the terminal's user reads English."""
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh"


def said(finding: Finding, language: Language) -> str:
    """One line."""
    return f"{finding.mark} {_sentence(finding, language)}"


def _sentence(finding: Finding, language: Language) -> str:
    return sentence("doctor", finding.word, finding.data, language)


def json_of(found: Sequence[Finding], language: Language) -> str:
    """The same for programs."""
    lines = [
        {
            "about": each.about,
            "mark": _MARKS[each.mark],
            "word": each.word,
            "data": dict(each.data),
            "text": _sentence(each, language),
        }
        for each in found
    ]
    well = all(each.mark is Mark.GOOD for each in found)
    return json.dumps({"well": well, "findings": lines}, ensure_ascii=False, indent=2)


def invitation(running: Running, ticket: str, wait: float, language: Language) -> str:
    """What is to be opened on a device: the links, and the first of them to be scanned."""
    links = [f"{base}/check#{ticket}" for base in _outside(running.bases)]
    return "\n".join(
        [
            sentence("doctor", "invite", {"seconds": round(wait)}, language),
            *links,
            *_setup(running, ticket, language),
            _code(links[0]),
        ]
    )


def _outside(bases: Sequence[str]) -> Sequence[str]:
    """Those that another device can open; `localhost` where there is no other."""
    return [base for base in bases if urlsplit(base).hostname != "localhost"] or bases


def _setup(running: Running, ticket: str, language: Language) -> Iterator[str]:
    """The set-up page leads back to the check once the device trusts us."""
    if running.setup_port is not None:
        host = urlsplit(_outside(running.bases)[0]).hostname
        link = f"http://{host}:{running.setup_port}/check#{ticket}"
        yield sentence("doctor", "invite_setup", {"link": link}, language)


def _code(link: str) -> str:
    """A QR code of half blocks, with a border, which phones need."""
    drawn = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")
