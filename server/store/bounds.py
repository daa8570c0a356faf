"""How far a right goes, as a condition of a query: a list never holds what `rights.may` denies."""

from sqlalchemy import ColumnElement, false, true

from server.programme.region import own_digits
from server.programme.rights import Acting, Action, Reach, reach
from server.store.tables import OrganisationRow


def within(
    acting: Acting, action: Action, organisation: type[OrganisationRow] = OrganisationRow
) -> ColumnElement[bool]:
    """The same bounds as `rights.may` of a thing that concerns this organisation and no person.

    Args:
        acting: who asks.
        action: for what the list is.
        organisation: the joined table, or an alias of it where a query joins several.
    """
    here = organisation.id == acting.organisation
    match reach(acting.capacity, action):
        case Reach.ALL:
            return true()
        case Reach.REGION if acting.looks_after is not None:
            return here | organisation.region.startswith(own_digits(acting.looks_after))
        case Reach.REGION | Reach.ORGANISATION:
            return here
        case _:
            return false()
