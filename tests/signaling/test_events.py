"""What can happen, as it stands in the declarations."""

from dataclasses import fields
from typing import get_args

import pytest

from signaling.events import (
    EVENT,
    Audience,
    ChatSent,
    Codec,
    ConsentDecided,
    Event,
    InspectorJoined,
    InspectorLeft,
    Kind,
    Whispered,
)
from signaling.ids import ParticipantId, source_id
from tests.support.stories import STORIES

TYPES: tuple[type[Event], ...] = get_args(get_args(Event)[0])


@pytest.mark.parametrize("event", TYPES, ids=lambda one: one.__name__)
def test_every_event_names_its_audience_and_its_type(event: type[Event]) -> None:
    assert isinstance(event.audience, Audience)
    words = [f"_{letter.lower()}" if letter.isupper() else letter for letter in event.__name__]
    assert event.type == "".join(words).lstrip("_")


@pytest.mark.parametrize("event", TYPES, ids=lambda one: one.__name__)
def test_no_event_has_a_field_for_a_name(event: type[Event]) -> None:
    assert not {field.name for field in fields(event)} & {"name", "title", "display_name"}


@pytest.mark.parametrize("story", STORIES)
def test_every_event_is_read_as_it_was_written(story: str) -> None:
    for _, _, event in STORIES[story]().kept:
        assert EVENT.validate_json(EVENT.dump_json(event)) == event


def test_what_is_personal_is_said_of_what_people_write() -> None:
    assert ChatSent.personal == Whispered.personal == ("text",)


def test_nobody_is_told_of_an_inspector() -> None:
    assert {InspectorJoined.audience, InspectorLeft.audience} == {Audience.NOBODY}


def test_a_consent_names_its_participant() -> None:
    decided = ConsentDecided(
        source=source_id(ParticipantId("p1"), "camera"), allowed=True, reason="consent_room"
    )
    assert decided.participant == "p1"


def test_microphones_and_screen_sound_are_sound() -> None:
    assert {kind for kind in Kind if kind.is_sound} == {Kind.MICROPHONE, Kind.SCREEN_SOUND}
    assert Codec.OPUS in Codec
