"""Every message, as it stands in the declarations and in docs/protocol.md."""

import re
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

from signaling.errors import Code
from signaling.events import Event
from signaling.messages import FROM_DEVICE, TO_DEVICE, VERSION, FromDevice, ToDevice

PROTOCOL = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()

ROWS = dict(re.findall(r"^\| `(\w+)` \|(.*)$", PROTOCOL, flags=re.MULTILINE))
"""The tables' rows by the message they begin with."""

SENT = get_args(get_args(FromDevice)[0])
TOLD = get_args(get_args(ToDevice)[0])
EVENTS = get_args(get_args(Event)[0])


@pytest.mark.parametrize("message", [*SENT, *TOLD, *EVENTS], ids=lambda one: one.__name__)
def test_every_message_and_event_has_its_row_in_the_protocol(message: type) -> None:
    assert tag(message) in ROWS


@pytest.mark.parametrize("message", [*SENT, *TOLD, *EVENTS], ids=lambda one: one.__name__)
def test_every_field_stands_in_its_row(message: type) -> None:
    row = ROWS[tag(message)]
    assert not [one.name for one in fields(message) if f"`{one.name}`" not in row + "`type`"]


def tag(message: type) -> str:
    """The `type` of a message."""
    (field,) = [one for one in fields(message) if one.name == "type"]
    assert isinstance(field.default, str)
    return field.default


@pytest.mark.parametrize("code", Code)
def test_every_code_is_in_the_protocol(code: Code) -> None:
    assert f"`{code.value}`" in PROTOCOL


def test_the_protocol_names_its_version() -> None:
    assert f"version {VERSION}" in PROTOCOL


def test_both_directions_are_told_apart_by_type() -> None:
    for adapter in (FROM_DEVICE, TO_DEVICE):
        schema = adapter.json_schema()
        assert schema["discriminator"]["propertyName"] == "type"
