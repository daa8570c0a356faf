"""Who may ask for a route of the website, as the table of rights has it."""

from collections.abc import Callable

from server.programme.region import RegionCode
from server.programme.rights import (
    APPOINTS,
    Action,
    Capacity,
    Concern,
    Reach,
    may,
    may_appoint,
    reach,
)
from tests.support.walked import World
from tests.support.walkers import Walker

May = Callable[[World, Walker], bool]


def anybody(world: World, who: Walker) -> bool:
    """It is public, or what opens it stands in the body."""
    return True


def in_capacity(world: World, who: Walker) -> bool:
    """Whoever is signed in; the answer itself is cut to what they reach."""
    return who.kind == "login"


def right(action: Action, *, named: bool = True) -> May:
    """As far as a right to the town school's things goes."""

    def holds(world: World, who: Walker) -> bool:
        persons = (world.schools.town.teacher.id,) if named else ()
        return _signed(who) and _may(who, action, world.town(*persons))

    return holds


def of_lesson(*actions: Action) -> May:
    """As far as one of these rights to a lesson of both schools goes."""

    def holds(world: World, who: Walker) -> bool:
        return _signed(who) and any(_may(who, one, world.both()) for one in actions)

    return holds


def enters(world: World, who: Walker) -> bool:
    """Whoever teaches a lesson, may be in it, or may inspect it."""
    return of_lesson(Action.LEAD_LESSON, Action.JOIN_LESSON, Action.INSPECT_LESSON)(world, who)


def calls_roll(world: World, who: Walker) -> bool:
    """Whoever works in the lesson."""
    return of_lesson(Action.DECLARE_ATTENDANCE)(world, who) and _named(world, who)


def link(right_of: str) -> May:
    """Whoever holds a link that gives a right."""
    return lambda world, who: who.rights is not None and bool(getattr(who.rights, right_of))


def watches(world: World, who: Walker) -> bool:
    """By link, or with a token to review."""
    return link("replays")(world, who) or who.kind == "review"


def reviews(world: World, who: Walker) -> bool:
    """With a token to review alone."""
    return who.kind == "review"


def wrote(world: World, who: Walker) -> bool:
    """The reviewer who said it."""
    return who.name == "reviewing research_officer of the city"


def called(name: str) -> May:
    """One walker alone."""
    return lambda world, who: who.name == name


def kinds(*names: str) -> May:
    """Whoever shows one of these."""
    return lambda world, who: who.kind in names


def makes_school(world: World, who: Walker) -> bool:
    """Whoever may change an organisation that is to lie in the county."""
    new = Concern(organisations={"new": RegionCode("330824")})
    return _signed(who) and _may(who, Action.CHANGE_ORGANISATION, new)


def pairs(world: World, who: Walker) -> bool:
    """Whoever may pair the town with its neighbour."""
    both = Concern(
        organisations=world.regions("town") | {world.ids["neighbour"]: RegionCode("330824")}
    )
    return _signed(who) and _may(who, Action.CHANGE_PAIRING, both)


def speaks(action: Action, *sides: str) -> May:
    """Whoever may do it in the name of the town or of the foreign school.

    Bureaus look after both, so that it is never for the admins of the schools.
    """

    def holds(world: World, who: Walker) -> bool:
        admin = who.acting is not None and who.acting.capacity is Capacity.SCHOOL_ADMIN
        regions = {"organisation": RegionCode("330824"), "foreign": RegionCode("361123")}
        schools = [Concern(organisations={world.ids[one]: regions[one]}) for one in sides]
        return _signed(who) and not admin and any(_may(who, action, one) for one in schools)

    return holds


def appoints(world: World, who: Walker) -> bool:
    """Whoever may make somebody a teacher of the town."""
    acting = who.acting
    return (
        _signed(who) and acting is not None and may_appoint(acting, Capacity.TEACHER, world.town())
    )


def everywhere(world: World, who: Walker) -> bool:
    """Whoever may make somebody a teacher of the town and of a school elsewhere as well."""
    acting, schools = who.acting, world.regions("town", "elsewhere")
    return (
        _signed(who)
        and acting is not None
        and all(
            may_appoint(acting, Capacity.TEACHER, Concern(organisations={one: region}))
            for one, region in schools.items()
        )
    )


def gives(world: World, who: Walker) -> bool:
    """Whoever makes accounts at all."""
    return _signed(who) and who.acting is not None and who.acting.capacity in APPOINTS


def reaches(action: Action) -> May:
    """Whoever has a right at all; what they are told is cut to how far it goes."""

    def holds(world: World, who: Walker) -> bool:
        acting = who.acting
        return (
            _signed(who) and acting is not None and reach(acting.capacity, action) is not Reach.NONE
        )

    return holds


def _signed(who: Walker) -> bool:
    return who.kind == "login"


def _named(world: World, who: Walker) -> bool:
    return who.acting is not None and who.acting.id in world.both().persons


def _may(who: Walker, action: Action, thing: Concern) -> bool:
    return who.acting is not None and may(who.acting, action, thing)
