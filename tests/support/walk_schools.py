"""Routes of schools: who may ask, and a request that is right but for that."""

from collections.abc import Mapping

from server.programme.rights import Action
from tests.support import walk_requests as requests
from tests.support.walk_asked import Asked, Route
from tests.support.walk_requests import PDF, ids, told
from tests.support.walk_rights import (
    appoints,
    everywhere,
    gives,
    in_capacity,
    makes_school,
    of_lesson,
    pairs,
    reaches,
    right,
    speaks,
)
from tests.support.workbooks import HEADER, workbook

ROSTER = workbook(HEADER, ("章明", None, "三(9)班"))
GROUP = {"id": "group"}
PROPOSED = {"id": "proposed"}
SIDES = ("organisation", "foreign")
"""Of a pairing of the town and a foreign school."""
CONSENT = "/api/classes/{id}/consent"
ROSTERS = "/api/organisations/{id}/roster"
CLOSING = "/api/classes/{id}/closing"
RAISING = "/api/organisations/{id}/raising"
IMPORT = Asked(
    may=right(Action.IMPORT_ROSTER),
    at={"id": "organisation"},
    query={"makes_classes": "yes"},
    data=ROSTER,
)
RISING = Asked(
    may=right(Action.RAISE_GRADES),
    at={"id": "organisation"},
    json=requests.raising,
    ready=requests.open_class,
)


SCHOOLS: Mapping[Route, tuple[Asked, ...]] = {
    # Schools.
    ("GET", "/api/organisations"): (Asked(may=in_capacity),),
    ("POST", "/api/organisations"): (Asked(may=makes_school, json=requests.organisation),),
    ("PUT", "/api/organisations/{id}"): (
        Asked(
            may=right(Action.CHANGE_ORGANISATION),
            at={"id": "organisation"},
            json=requests.organisation,
        ),
    ),
    ("GET", "/api/classrooms"): (Asked(may=in_capacity),),
    ("POST", "/api/classrooms"): (Asked(may=right(Action.CHANGE_ROOM), json=requests.classroom),),
    ("PUT", "/api/classrooms/{id}"): (
        Asked(may=right(Action.CHANGE_ROOM), at={"id": "classroom"}, json=requests.classroom),
    ),
    # Lines.
    ("GET", "/api/lines"): (Asked(may=reaches(Action.SEE_DEVICES)),),
    ("PUT", "/api/lines/{id}"): (
        Asked(
            may=right(Action.CHANGE_LINK),
            at={"id": "organisation"},
            json=told(down="2000", up="1000"),
        ),
    ),
    ("GET", "/api/lines/{id}/steps"): (
        Asked(may=right(Action.SEE_DEVICES), at={"id": "organisation"}),
    ),
    ("GET", "/api/pairings"): (Asked(may=in_capacity),),
    ("POST", "/api/pairings"): (
        Asked(may=pairs, json=requests.pairing("neighbour"), ready=requests.unpaired),
        Asked(
            may=speaks(Action.CHANGE_PAIRING, *SIDES),
            json=requests.pairing("foreign"),
            ready=requests.unproposed,
        ),
    ),
    ("GET", "/api/pairings/school"): (
        Asked(may=reaches(Action.CHANGE_PAIRING), query={"name": "玉山小学", "region": "361123"}),
    ),
    ("POST", "/api/pairings/{id}/agree"): tuple(
        Asked(may=speaks(Action.AGREE_PAIRING, side), at=PROPOSED, ready=requests.proposed(side))
        for side in SIDES
    ),
    ("POST", "/api/pairings/{id}/end"): (
        Asked(
            may=speaks(Action.END_PAIRING, *SIDES),
            at=PROPOSED,
            json=requests.told(),
            ready=requests.proposed("foreign"),
        ),
    ),
    ("PUT", "/api/pairings/{id}"): (
        Asked(
            may=of_lesson(Action.CHANGE_PAIRING),
            at={"id": "pairing"},
            json=requests.pairing("village"),
        ),
        Asked(
            may=speaks(Action.CHANGE_PAIRING, *SIDES),
            at=PROPOSED,
            json=requests.pairing("foreign"),
            ready=requests.proposed("organisation"),
        ),
    ),
    # Staff.
    ("GET", "/api/staff"): (Asked(may=in_capacity),),
    ("POST", "/api/staff"): (Asked(may=appoints, json=requests.post()),),
    ("POST", "/api/staff/password"): (
        Asked(may=appoints, json=ids(login="login"), ready=requests.appointed),
        Asked(may=everywhere, json=ids(login="lent login")),
        Asked(may=gives, json=told(login="nobody"), good=frozenset({409})),
    ),
    ("POST", "/api/staff/capacities"): (Asked(may=appoints, json=requests.post("login")),),
    ("DELETE", "/api/staff/capacities"): (
        Asked(may=appoints, json=requests.post("login"), ready=requests.appointed),
    ),
    ("PUT", "/api/staff/{person}/pin"): (
        Asked(
            may=right(Action.CHANGE_STAFF),
            at={"person": "person"},
            json=told(pin="9153"),
            ready=requests.appointed,
        ),
        Asked(may=everywhere, at={"person": "lent"}, json=told(pin="9153")),
    ),
    # Equipment.
    ("GET", "/api/live"): (Asked(may=reaches(Action.SEE_DEVICES)),),
    # Classes, rosters, consent.
    ("GET", "/api/classes"): (Asked(may=in_capacity),),
    ("POST", "/api/classes"): (
        Asked(may=right(Action.CHANGE_CLASS_GROUP), json=requests.class_group()),
    ),
    ("PUT", "/api/classes/{id}"): (
        Asked(may=right(Action.CHANGE_CLASS_GROUP), at=GROUP, json=requests.class_group("三(2)班")),
    ),
    ("POST", CLOSING): (
        Asked(
            may=right(Action.CLOSE_CLASS_GROUP),
            at={"id": "closing"},
            json=told(how="dissolved"),
            ready=requests.open_class,
        ),
    ),
    ("DELETE", CLOSING): (
        Asked(
            may=right(Action.CLOSE_CLASS_GROUP),
            at={"id": "closing"},
            ready=requests.closed_class,
        ),
    ),
    ("POST", f"{RAISING}/check"): (RISING,),
    ("POST", RAISING): (RISING,),
    ("GET", "/api/classes/{id}/pupils"): (Asked(may=right(Action.SEE_PUPILS), at=GROUP),),
    ("DELETE", "/api/classes/{id}/pupils/{pupil}"): (
        Asked(
            may=right(Action.REMOVE_PUPIL),
            at={**GROUP, "pupil": "pupil"},
            ready=requests.rostered,
        ),
    ),
    ("POST", f"{ROSTERS}/check"): (IMPORT,),
    ("POST", f"{ROSTERS}/returned"): (IMPORT,),
    ("POST", ROSTERS): (IMPORT,),
    ("GET", "/api/consents"): (Asked(may=in_capacity),),
    ("GET", CONSENT): (Asked(may=right(Action.SEE_CLASS_GROUP), at=GROUP),),
    ("PUT", CONSENT): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at=GROUP,
            json=requests.consent,
            ready=requests.form,
        ),
    ),
    ("DELETE", CONSENT): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at=GROUP,
            json=ids(why="家长撤回", after="declared"),
            ready=requests.declared,
        ),
    ),
    ("POST", f"{CONSENT}/form"): (Asked(may=right(Action.DECLARE_CONSENT), at=GROUP, data=PDF),),
    ("GET", f"{CONSENT}/form/{{form}}"): (
        Asked(
            may=right(Action.DECLARE_CONSENT),
            at={**GROUP, "form": "form"},
            ready=requests.declared,
        ),
    ),
}
