from datetime import UTC, datetime

import pytest

from server.actions.acting import OPERATOR, check, concern, entry
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import region
from server.programme.rights import Acting, Action, Capacity, Concern

SCHOOL = Organisation(
    id="s", kind=OrganisationKind.SCHOOL, name="尼山小学", region=region("330802")
)
NOW = datetime(2026, 9, 1, tzinfo=UTC)


def test_a_thing_concerns_its_organisations_and_persons() -> None:
    found = concern(SCHOOL, persons=frozenset({"p"}))
    assert found == Concern(persons=frozenset({"p"}), organisations={"s": SCHOOL.region})


def test_only_what_is_allowed_goes_on() -> None:
    stranger = Acting(id="p", capacity=Capacity.TEACHER, organisation="x", looks_after=None)
    check(OPERATOR, Action.CHANGE_ORGANISATION, concern(SCHOOL))
    with pytest.raises(RefusedError) as refused:
        check(stranger, Action.CHANGE_ORGANISATION, concern(SCHOOL))
    assert refused.value.refusal is Refusal.NOT_YOURS


def test_a_line_of_the_audit_log_says_who_did_what_when() -> None:
    line = entry(OPERATOR, Action.CHANGE_STAFF, NOW)
    assert (line.at, line.acting, line.action) == (NOW, OPERATOR, Action.CHANGE_STAFF)
    assert line.id != entry(OPERATOR, Action.CHANGE_STAFF, NOW).id
