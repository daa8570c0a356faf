"""What is taught; the names people read are in the catalogue of the screens."""

from enum import StrEnum


class Subject(StrEnum):
    """A subject of the nine years of compulsory education; old names are the same subject."""

    CHINESE = "chinese"
    MATH = "math"
    ENGLISH = "english"
    SCIENCE = "science"
    MORAL_LAW = "moral_law"
    """道德与法治, formerly 品德."""
    HISTORY_SOCIETY = "history_society"
    MUSIC = "music"
    ART = "art"
    PE = "pe"
    LABOUR = "labour"
    """劳动, formerly 劳技."""
    MENTAL_HEALTH = "mental_health"
    EXTENSION = "extension"
    PRACTICE = "practice"
    IT = "it"
