"""A supporting school and a supported one, bound for a round of years; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from server.programme.organisation import OFFICES, Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import Scope, scope


class Form(StrEnum):
    """The four forms of the programme."""

    SYNC_CLASS = "sync_class"
    DELIVERY_CLASS = "delivery_class"
    NET_TRAINING = "net_training"
    MASTER_CLASS = "master_class"


class State(StrEnum):
    """How far a pairing has come."""

    WAITS = "waits"
    """One side proposed it, the other has not agreed."""
    STANDS = "stands"
    """Both agreed; whether it holds on a day, its first and last say."""
    DECLINED = "declined"
    ENDED = "ended"
    """By one of the sides."""
    REPLACED = "replaced"
    """By another on which both agreed."""


class PairingFault(StrEnum):
    """Why two schools can't be paired like this."""

    SAME_SCHOOL = "same_school"
    NO_SCHOOL = "no_school"
    """An office has no classes."""
    TOO_FEW_FORMS = "too_few_forms"
    """Each pairing keeps to at least two forms."""
    NO_SYNC_CLASS = "no_sync_class"
    """One of them is the synchronized class, unless a reason is given."""
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"


FEWEST_FORMS = 2
LONGEST_WAIVER = 200


@dataclass(frozen=True, kw_only=True)
class Pairing:
    """Who supports whom, in which forms and how long; a school may be in several."""

    id: str
    """Random, for ever."""
    supporter: Organisation
    """Whose teachers teach for both."""
    recipient: Organisation
    """Whose classes are taught with them."""
    forms: frozenset[Form]
    """What they do together."""
    begins: date
    """The first day."""
    ends: date
    """The last day; a round is usually three years."""
    waiver: str = ""
    """Why there is no synchronized class, if there is none."""
    waits_for: str | None = None
    """The id of the school whose side has not agreed; until it has, nothing is bound."""
    instead_of: str | None = None
    """The pairing whose place it takes once it is agreed."""
    ended: date | None = None
    """The day from which it binds nobody any more, whatever its last day was to be."""
    ended_by: str | None = None
    """Where whoever ended it works; none if another pairing took its place."""

    @property
    def state(self) -> State:
        """How far it has come."""
        if self.ended is None:
            return State.STANDS if self.waits_for is None else State.WAITS
        if self.waits_for is not None:
            return State.DECLINED
        return State.REPLACED if self.ended_by is None else State.ENDED

    @property
    def schools(self) -> tuple[Organisation, Organisation]:
        """Both."""
        return self.supporter, self.recipient

    @property
    def binding(self) -> tuple[str, str, date, date]:
        """What neither side changes alone: the two schools, and for how long."""
        return self.supporter.id, self.recipient.id, self.begins, self.ends

    @property
    def scope(self) -> Scope:
        """How far apart they lie."""
        return scope(self.supporter.region, self.recipient.region)

    @property
    def faults(self) -> tuple[PairingFault, ...]:
        """What is wrong with it; nothing in one that holds."""
        wrong = {
            PairingFault.SAME_SCHOOL: self.supporter.id == self.recipient.id,
            PairingFault.NO_SCHOOL: bool(OFFICES & {self.supporter.kind, self.recipient.kind}),
            PairingFault.TOO_FEW_FORMS: len(self.forms) < FEWEST_FORMS,
            PairingFault.NO_SYNC_CLASS: Form.SYNC_CLASS not in self.forms
            and not self.waiver.strip(),
            PairingFault.ENDS_BEFORE_IT_BEGINS: self.ends < self.begins,
        }
        return tuple(fault for fault, is_so in wrong.items() if is_so)


def check(pairing: Pairing, others: Iterable[Pairing]) -> None:
    """Whether two schools can be paired like this, beside the pairings that they have.

    Raises:
        RefusedError: its first fault, or that the two are paired so already.
    """
    for fault in pairing.faults:
        raise RefusedError(Refusal(f"pairing_{fault}"), least=FEWEST_FORMS)
    if len(pairing.waiver) > LONGEST_WAIVER:
        raise RefusedError(Refusal.PAIRING_WAIVER_TOO_LONG, most=LONGEST_WAIVER)
    if any(_is_again(pairing, other) for other in others):
        raise RefusedError(Refusal.PAIRING_EXISTS)


def _is_again(one: Pairing, other: Pairing) -> bool:
    """Whether another binds the same two in the same direction on some of its days, or is to."""
    same = (one.supporter.id, one.recipient.id) == (other.supporter.id, other.recipient.id)
    follows = one.id in (other.id, other.instead_of) or other.id == one.instead_of
    beside = other.ended is None and not follows
    return same and beside and one.begins <= other.ends and other.begins <= one.ends
