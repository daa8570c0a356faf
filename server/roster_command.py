"""`tongke roster check`: try a roster before anybody imports it."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from server.documents.refusal import FileError
from server.documents.returned import write_back
from server.documents.roster import BadRow, Roster, read_roster
from server.documents.survey import MAX_BYTES
from server.documents.words import Language, of_file, of_report, of_row
from server.terminal import language


class BadWords(TypedDict):
    """A row that is not taken."""

    sheet: str
    row: int
    faults: list[str]
    reasons: list[str]


class RosterWords(TypedDict):
    """What a roster holds, without a pupil's name."""

    good: int
    classes: dict[str, int]
    bad: list[BadWords]
    unread: list[str]


def check(
    file: Annotated[Path, typer.Argument(help="The roster, as .xlsx.", metavar="FILE")],
    bad: Annotated[
        Path | None, typer.Option(help="Write the rows with something wrong here, with reasons.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say who could be imported, and what is wrong with the others; nothing is changed."""
    tongue = Language(language())
    try:
        found = read_roster(file_bytes(file, tongue))
    except FileError as error:
        raise _refusal(of_file(error, tongue)) from error
    words = described(found, tongue)
    text = json.dumps(words, ensure_ascii=False, indent=2) if as_json else report(words, tongue)
    typer.echo(text)
    if found.bad:
        if bad is not None:
            write_beside(write_back(found, tongue), file, bad, tongue)
        raise typer.Exit(1)


def described(found: Roster, tongue: Language) -> RosterWords:
    """What a roster holds, for programs."""
    sizes = Counter(pupil.class_name for pupil in found.pupils)
    return {
        "good": len(found.pupils),
        "classes": {str(name): sizes[name] for name in sorted(sizes)},
        "bad": [_bad(row, tongue) for row in found.bad],
        "unread": list(found.unread),
    }


def report(words: RosterWords, tongue: Language) -> str:
    """The same for people."""
    lines = [of_report("counts", tongue, good=words["good"], bad=len(words["bad"]))]
    for name, pupils in words["classes"].items():
        lines.append(of_report("class", tongue, name=name, pupils=pupils))
    for row in words["bad"]:
        reasons = " ".join(row["reasons"])
        lines.append(of_report("bad", tongue, sheet=row["sheet"], row=row["row"], reasons=reasons))
    if words["unread"]:
        lines.append(of_report("unread", tongue, sheets=" / ".join(words["unread"])))
    return "\n".join(lines)


def _bad(row: BadRow, tongue: Language) -> BadWords:
    return {
        "sheet": row.place.sheet,
        "row": row.place.row,
        "faults": [reason.fault.value for reason in row.reasons],
        "reasons": [of_row(reason, tongue) for reason in row.reasons],
    }


def file_bytes(file: Path, tongue: Language) -> bytes:
    """A file; of one that is too big as much as shows it."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise _refusal(of_report("no_file", tongue, path=str(file))) from error


def write_beside(rows: bytes, file: Path, to: Path, tongue: Language) -> None:
    """Write a file of bad rows, and never over the roster itself."""
    if to.resolve() == file.resolve():
        raise _refusal(of_report("same_file", tongue, path=str(to)))
    try:
        to.write_bytes(rows)
    except OSError as error:
        raise _refusal(of_report("not_written", tongue, path=str(to))) from error
    typer.echo(of_report("written", tongue, path=str(to)), err=True)


def _refusal(sentence: str) -> typer.Exit:
    """Say a sentence; the exit status that goes with it."""
    typer.echo(f"tongke: {sentence}", err=True)
    return typer.Exit(1)
