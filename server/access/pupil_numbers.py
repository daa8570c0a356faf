"""A pupil's number as a keyed hash: enough to know a child again, and no number is kept.

Without the key every number of a district could be tried in an hour, since most digits of one are
known. The school is part of it, so that two schools' lists can't be joined by it.
"""

import hmac

PURPOSE = "pupil numbers"
"""For `LinkKey.derived`."""
LONGEST_SEAT_NUMBER = 3
"""A number of so few digits is a seat in a class and changes hands: it tells nobody apart."""
_BYTES = 16


def number_hash(key: bytes, school: str, number: str | None) -> str | None:
    """The hash of a child's own number; none of a seat number, and where there is none."""
    if number is None or len(number) <= LONGEST_SEAT_NUMBER:
        return None
    return hmac.digest(key, f"{school} {number}".encode(), "sha256")[:_BYTES].hex()
