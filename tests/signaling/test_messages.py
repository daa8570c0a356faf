"""Every message, as it stands in the declarations and in docs/protocol.md."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from signaling.errors import Code
from signaling.events import Event
from signaling.messages import (
    FROM_DEVICE,
    TO_DEVICE,
    VERSION,
    Command,
    FromDevice,
    LessonState,
    ToDevice,
)
from signaling.offer import OFFER_LIMIT
from signaling.session import BURST, RATE, SILENCE
from signaling.websocket import OUTBOX
from signaling.wire import LARGE, PARTS_LIMIT, SIZE_LIMIT, from_device, to_device

ROOT = Path(__file__).parents[2]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PROTOCOL, flags=re.M | re.S))

SENT = get_args(get_args(FromDevice)[0])
TOLD = get_args(get_args(ToDevice)[0])
EVENTS = get_args(get_args(Event)[0])
COMMANDS = get_args(Command)
SENTENCES = json.loads((ROOT / "signaling" / "locale" / "zh.json").read_text())
REASONS = {*SENTENCES["recording"], *SENTENCES["consent"]}


def table(section: str) -> dict[str, list[str]]:
    """The rows of a section's table by the word that each begins with; the other cells."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", SECTIONS[section], flags=re.M)
    found = {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}
    assert len(found) == len(rows), "a row stands twice"
    return found


OF_DEVICE = table("What a device sends")
OF_SERVER = table("What the server sends")
OF_LESSON = table("Events")
ROWS = {
    **dict.fromkeys(SENT, OF_DEVICE),
    **dict.fromkeys(TOLD, OF_SERVER),
    **dict.fromkeys(EVENTS, OF_LESSON),
}


def tag(message: type) -> str:
    """The `type` of a message."""
    (field,) = [one for one in fields(message) if one.name == "type"]
    assert isinstance(field.default, str)
    return field.default


def named(text: str) -> set[str]:
    """The words that a text has in code letters."""
    return set(re.findall(r"`([a-z][a-z0-9_]*)`", text))


def within(hint: object) -> Iterator[object]:
    """A type and all the types that it is made of."""
    yield hint
    for inner in get_args(hint) if get_origin(hint) is not Literal else ():
        yield from within(inner)


def parts(message: type) -> list[type]:
    """The dataclasses that a message's fields consist of, and theirs; but no whole message."""
    inner = [one for hint in hints(message) for one in within(hint) if is_dataclass(one)]
    own = [one for one in inner if isinstance(one, type) and one not in ROWS]
    return [*own, *(deeper for one in own for deeper in parts(one))]


def hints(message: type) -> list[object]:
    """The types of a message's fields."""
    known = get_type_hints(message, include_extras=True)
    return [known[one.name] for one in fields(message)]


def names(*parts: type) -> set[str]:
    """Their fields."""
    return {one.name for part in parts for one in fields(part)} - {"type"}


def values(message: type) -> set[str]:
    """The words that its fields may hold, and those of its parts."""
    found: set[str] = set()
    for part in (message, *parts(message)):
        for one in (inner for hint in hints(part) for inner in within(hint)):
            if get_origin(one) is Literal:
                found |= set(map(str, get_args(one)))
            elif isinstance(one, type) and issubclass(one, StrEnum):
                found |= {word.value for word in one}
    return found


@pytest.mark.parametrize(
    ("section", "declared"),
    [("What a device sends", SENT), ("What the server sends", TOLD), ("Events", EVENTS)],
)
def test_the_tables_name_every_message_and_event_and_no_other(
    section: str, declared: tuple[type, ...]
) -> None:
    assert set(table(section)) == {tag(one) for one in declared}


@pytest.mark.parametrize("message", [*SENT, *TOLD, *EVENTS], ids=lambda one: one.__name__)
def test_a_row_names_every_field_and_no_other(message: type) -> None:
    cell = named(ROWS[message][tag(message)][1])
    own = names(message) if LessonState in parts(message) else names(message, *parts(message))
    assert own - cell == set()
    assert cell - own - values(message) == set()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.__name__)
def test_what_a_command_is_refused_with_are_codes(command: type) -> None:
    errors, follows = OF_DEVICE[tag(command)][2:]
    assert named(errors) <= set(Code)
    assert named(follows) <= {*OF_LESSON, *OF_SERVER, *Code}


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: one.__name__)
def test_an_events_audience_is_told(event: type[Event]) -> None:
    assert OF_LESSON[tag(event)][0] == event.audience.value


def test_the_state_is_described_to_its_last_field() -> None:
    assert names(LessonState, *parts(LessonState)) - named(SECTIONS["State"]) == set()


@pytest.mark.parametrize("message", [*SENT, *TOLD, *EVENTS], ids=lambda one: one.__name__)
def test_every_word_that_a_field_may_hold_is_told(message: type) -> None:
    assert values(message) - {tag(message)} - named(PROTOCOL) == set()


def test_reasons_are_told_with_their_group() -> None:
    for group in ("recording", "consent"):
        line = re.search(rf"^- `{group}`, in [^:]+: (.*)$", SECTIONS["Codes"], flags=re.M)
        assert line is not None
        assert named(line[1]) == set(SENTENCES[group])


def test_what_a_sentence_is_filled_in_with_is_told() -> None:
    blanks = {name for one in SENTENCES["code"].values() for name in re.findall(r"{(\w+)}", one)}
    assert blanks
    assert blanks - named(SECTIONS["Codes"]) == set()


def test_the_bounds_are_those_that_hold() -> None:
    bounds = dict(re.findall(r"^\| ([^|`]+?) \| ([^|]+?) \|", SECTIONS["Transport"], flags=re.M))
    assert bounds["size of a message"] == f"{SIZE_LIMIT // 1024} KB"
    assert bounds[f"values in a message of more than {LARGE:,} characters"] == f"{PARTS_LIMIT}"
    assert bounds["messages of a device"] == f"{RATE:.0f} a second, {BURST:.0f} at once"
    assert bounds["messages waiting for a device"] == f"{OUTBOX}"
    assert bounds["silence"] == f"{SILENCE:.0f} s"
    assert bounds["SDP"] == f"{OFFER_LIMIT // 1024} KB"


def test_the_examples_are_read_as_they_stand() -> None:
    examples = re.findall(r"^    ([→←]) ({.*})$", PROTOCOL, flags=re.M)
    assert {arrow for arrow, _ in examples} == {"→", "←"}
    for arrow, text in examples:
        (from_device if arrow == "→" else to_device)(text)


def test_the_codes_are_all_there_and_no_other() -> None:
    rows = re.findall(r"^\| [^|]+ \|(.*)\|$", SECTIONS["Codes"], flags=re.M)
    assert {code for row in rows for code in named(row)} == set(Code)


def test_no_word_of_another_time_is_left() -> None:
    sections = (text for title, text in SECTIONS.items() if title != "HTTP")
    said = {word for text in sections for word in named(text) if "_" in word}
    known = {tag(one) for one in ROWS} | set(Code) | REASONS
    for one in ROWS:
        known |= names(one, *parts(one)) | values(one)
    assert said - known == set()


def test_the_protocol_names_its_version() -> None:
    assert f"version {VERSION}" in PROTOCOL


def test_both_directions_are_told_apart_by_type() -> None:
    for adapter in (FROM_DEVICE, TO_DEVICE):
        schema = adapter.json_schema()
        assert schema["discriminator"]["propertyName"] == "type"
