"""The sentences about documents, in Chinese and in English."""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from server.documents.entries import Reason
from server.documents.refusal import FileError


class Language(StrEnum):
    """What a person reads."""

    ZH = "zh"
    EN = "en"


def of_file(error: FileError, language: Language) -> str:
    """Why a file is not taken, and what to do."""
    return _sentences(language)["file"][error.fault].format_map(error.data)


def of_row(reason: Reason, language: Language) -> str:
    """Why a row is not taken, and what to do."""
    return _sentences(language)["row"][reason.fault].format_map(reason.data)


def of_column(name: str, language: Language) -> str:
    """The header of a column that a returned file has more."""
    return _sentences(language)["returned"][name]


def of_attendance(name: str, language: Language, **data: str | int) -> str:
    """A header, or a word, of the attendance list."""
    return _sentences(language)["attendance"][name].format_map(data)


def of_certificates(name: str, language: Language) -> str:
    """A header, or a word, of the list of what was deleted."""
    return _sentences(language)["certificates"][name]


def of_audit(name: str, language: Language) -> str:
    """A header, or a word, of the audit log."""
    return _sentences(language)["audit"][name]


def of_report(line: str, language: Language, **data: str | int) -> str:
    """One line of what a check found."""
    return _sentences(language)["report"][line].format_map(data)


@cache
def _sentences(language: Language) -> Mapping[str, Mapping[str, str]]:
    text = (files("server.documents") / "locale" / f"{language}.json").read_text("utf-8")
    sentences: Mapping[str, Mapping[str, str]] = json.loads(text)
    return sentences
