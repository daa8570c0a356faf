from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import class_name
from server.programme.consent import Standing
from server.programme.declared_consent import DeclaredConsent, check, standing
from server.programme.organisation import Organisation, OrganisationKind
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import RegionCode

TODAY = date(2026, 9, 1)
SCHOOL = Organisation(
    id="s", kind=OrganisationKind.SCHOOL, name="尼山小学", region=RegionCode("330802")
)
GROUP = ClassGroup(
    id="g", organisation=SCHOOL, name=class_name("301"), keeping=Keeping.NUMBERS, expected=24
)
SAID = DeclaredConsent(
    id="1",
    class_group="g",
    at=datetime(2026, 9, 1, tzinfo=UTC),
    declared_by="wang",
    signed_on=TODAY,
    exceptions=2,
    excepted=frozenset(),
    form="form.pdf",
    withdrawn=False,
    why="",
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, Standing.MISSING),
        (SAID, Standing.EXCEPTED),
        (replace(SAID, exceptions=0), Standing.WHOLE),
        (replace(SAID, exceptions=0, withdrawn=True), Standing.MISSING),
    ],
)
def test_how_far_a_class_has_agreed(said: DeclaredConsent | None, expected: Standing) -> None:
    assert standing(said) is expected


def test_by_numbers_nobody_is_named_and_by_roster_each() -> None:
    check(SAID, GROUP, first=True, today=TODAY)
    named = replace(SAID, excepted=frozenset({"p1", "p2"}))
    check(named, replace(GROUP, keeping=Keeping.ROSTER), first=True, today=TODAY)


@pytest.mark.parametrize(
    ("said", "group", "first", "why"),
    [
        (replace(SAID, signed_on=date(2026, 9, 2)), GROUP, True, Refusal.CONSENT_DAY_TO_COME),
        (replace(SAID, exceptions=25), GROUP, True, Refusal.CONSENT_TOO_MANY),
        (replace(SAID, exceptions=-1), GROUP, True, Refusal.CONSENT_TOO_MANY),
        (replace(SAID, excepted=frozenset({"p1"})), GROUP, True, Refusal.CONSENT_NAMES),
        (SAID, replace(GROUP, keeping=Keeping.ROSTER), True, Refusal.CONSENT_NAMES),
        (replace(SAID, form=""), GROUP, True, Refusal.CONSENT_FORM_MISSING),
        (SAID, GROUP, False, Refusal.CONSENT_WHY_MISSING),
        (replace(SAID, why="因" * 201), GROUP, False, Refusal.ROLL_WHY_TOO_LONG),
    ],
)
def test_what_can_not_be_true_is_refused(
    said: DeclaredConsent, group: ClassGroup, first: bool, why: Refusal
) -> None:
    with pytest.raises(RefusedError) as refused:
        check(said, group, first=first, today=TODAY)
    assert refused.value.refusal is why
