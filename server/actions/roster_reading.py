"""Reads a roster in a process of its own, at the lowest priority, and ends.

A large file costs seconds of one core, and a hostile one whatever it can: neither may stand in the
way of a lesson. Standard input is one line that says what is asked, then the file; standard output
is one line of what was found, then the file of bad rows.
"""

import json
import os
import resource
import sys
from dataclasses import asdict, dataclass
from typing import TypedDict

from server.access.pupil_numbers import number_hash
from server.documents.drafts import Allowed
from server.documents.refusal import FileError
from server.documents.returned import write_back
from server.documents.roster import Roster, read_roster
from server.documents.words import Language, of_file, of_row
from server.programme.class_names import ClassName

NICENESS = 19
MOST_MEMORY = 2 * 1024**3
"""Bytes of address space; the largest file that is taken needs less than half."""
MOST_SHOWN = 100
"""Bad rows that are told; the returned file has all of them."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be read from a file."""

    school: str
    """The id of the school, for the hashes."""
    key: str
    """Their key, in hexadecimal."""
    classes: list[list[int]] | None
    """Grade and number of the classes that the school has; none if it may have others."""
    only: list[int] | None
    """Grade and number of the one class that the file is of; none if it may be of several."""
    language: str
    """In which reasons are written."""
    returned: bool
    """Whether the bad rows are wanted as a file, and nothing else."""


class BadWords(TypedDict):
    """A row that is not taken."""

    sheet: str
    row: int
    reasons: list[str]


class Reading(TypedDict):
    """What a file says."""

    refused: str | None
    """Why the whole file is not taken."""
    pupils: list[tuple[str, str | None, int, int]]
    """Name, hash of the number, grade and number of the class."""
    bad: list[BadWords]
    bad_count: int
    unread: list[str]


def read(asked: Asked, data: bytes) -> tuple[Reading, bytes]:
    """What a file says, and the file of its bad rows if that is wanted. Takes seconds."""
    language = Language(asked.language)
    allowed = Allowed(
        classes=None if asked.classes is None else {ClassName(*pair) for pair in asked.classes},
        only=None if asked.only is None else ClassName(*asked.only),
    )
    try:
        roster = read_roster(data, allowed)
    except FileError as error:
        empty = Reading(refused=of_file(error, language), pupils=[], bad=[], bad_count=0, unread=[])
        return empty, b""
    if asked.returned:
        return _reading(roster, asked, language), write_back(roster, language)
    return _reading(roster, asked, language), b""


def _reading(roster: Roster, asked: Asked, language: Language) -> Reading:
    key = bytes.fromhex(asked.key)
    return Reading(
        refused=None,
        pupils=[
            (
                one.name,
                number_hash(key, asked.school, one.number),
                one.class_name.grade,
                one.class_name.number,
            )
            for one in roster.pupils
        ],
        bad=[
            BadWords(
                sheet=row.place.sheet,
                row=row.place.row,
                reasons=[of_row(reason, language) for reason in row.reasons],
            )
            for row in roster.bad[:MOST_SHOWN]
        ],
        bad_count=len(roster.bad),
        unread=list(roster.unread),
    )


def question(asked: Asked, data: bytes) -> bytes:
    """What the process is given."""
    return json.dumps(asdict(asked)).encode() + b"\n" + data


def answer(output: bytes) -> tuple[Reading, bytes]:
    """What the process has said."""
    line, _, file = output.partition(b"\n")
    reading: Reading = json.loads(line)
    return reading, file


def main() -> None:
    """`python -m server.actions.roster_reading`."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    line, _, data = sys.stdin.buffer.read().partition(b"\n")
    reading, file = read(Asked(**json.loads(line)), data)
    sys.stdout.buffer.write(json.dumps(reading).encode() + b"\n" + file)


if __name__ == "__main__":
    main()
