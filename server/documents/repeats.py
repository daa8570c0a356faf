"""Rows of a roster that may be one pupil; pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence

from server.documents.drafts import Draft
from server.documents.entries import Reason, RowFault

LONGEST_SEAT_NUMBER = 3
"""A number of so few digits counts within its class; longer ones within the school."""
NAMED_ROWS = 3
"""Rows with the same number or name that a reason lists."""


def refuse_repeated(drafts: Sequence[Draft]) -> None:
    """Two rows that may be one pupil: nobody can tell which is right, so neither is taken."""
    for same in _alike(drafts, _number_key):
        for draft in same:
            _refuse(draft, RowFault.NUMBER_REPEATED, same)
    for same in _alike(drafts, _name_key):
        for draft in same:
            if draft.number is None:
                _refuse(draft, RowFault.NAME_REPEATED, same)


def _number_key(draft: Draft) -> Hashable:
    if draft.number is None or len(draft.number) > LONGEST_SEAT_NUMBER:
        return draft.number
    return draft.class_name and (draft.class_name, draft.number)


def _name_key(draft: Draft) -> Hashable:
    return draft.name and draft.class_name and (draft.class_name, draft.name)


def _alike(drafts: Iterable[Draft], key: Callable[[Draft], Hashable]) -> list[list[Draft]]:
    """The groups of more than one with the same key; those without one are left out."""
    groups: defaultdict[Hashable, list[Draft]] = defaultdict(list)
    for draft in drafts:
        if (found := key(draft)) is not None:
            groups[found].append(draft)
    return [group for group in groups.values() if len(group) > 1]


def _refuse(draft: Draft, fault: RowFault, same: list[Draft]) -> None:
    """Say which other rows it is about; the name of the tab where it is another one."""
    others = (one.place for one in same[: NAMED_ROWS + 1] if one is not draft)
    here = draft.place.sheet
    rows = [f"{'' if one.sheet == here else f'{one.sheet}!'}{one.row}" for one in others]
    more = "…" if len(same) - 1 > NAMED_ROWS else ""
    listed = ", ".join(rows[:NAMED_ROWS]) + more
    draft.reasons.append(Reason(fault=fault, data={"rows": listed}))
