"""Every capacity at a school, at an office over it, and at strangers of both."""

from collections.abc import Iterator
from itertools import product

from server.programme.organisation import Organisation
from server.programme.region import RegionCode
from server.programme.rights import Acting, Capacity


def everybody(here: Organisation) -> Iterator[Acting]:
    """Whoever may act, near and far."""
    places = (
        (here.id, None),
        ("elsewhere", None),
        ("office", RegionCode(f"{here.region[:4]}00")),
        ("far office", RegionCode("361100")),
    )
    for capacity, (organisation, region) in product(Capacity, places):
        yield Acting(id="p", capacity=capacity, organisation=organisation, looks_after=region)
