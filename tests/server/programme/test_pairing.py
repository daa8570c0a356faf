from dataclasses import replace
from datetime import date

import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.pairing import LONGEST_WAIVER, Form, Pairing, PairingFault, check
from server.programme.refusal import Refusal, RefusedError
from server.programme.region import Scope, region


def school(name: str, code: str) -> Organisation:
    return Organisation(id=name, kind=OrganisationKind.SCHOOL, name=name, region=region(code))


PAIRING = Pairing(
    id="x",
    supporter=school("开化县实验小学", "330824"),
    recipient=school("齐溪镇中心小学", "330824"),
    forms=frozenset({Form.SYNC_CLASS, Form.NET_TRAINING}),
    begins=date(2019, 4, 30),
    ends=date(2022, 4, 29),
)


def test_a_pairing_that_holds_has_no_fault() -> None:
    assert PAIRING.faults == ()
    assert PAIRING.scope is Scope.COUNTY
    assert replace(PAIRING, supporter=school("兴华中学", "330802")).scope is Scope.CITY


ONLY_TRAINING = frozenset({Form.NET_TRAINING, Form.MASTER_CLASS})


@pytest.mark.parametrize(
    ("wrong", "faults"),
    [
        (replace(PAIRING, recipient=PAIRING.supporter), {PairingFault.SAME_SCHOOL}),
        (
            replace(PAIRING, recipient=replace(PAIRING.recipient, kind=OrganisationKind.ET_CENTRE)),
            {PairingFault.NO_SCHOOL},
        ),
        (replace(PAIRING, forms=frozenset({Form.SYNC_CLASS})), {PairingFault.TOO_FEW_FORMS}),
        (replace(PAIRING, forms=ONLY_TRAINING), {PairingFault.NO_SYNC_CLASS}),
        (replace(PAIRING, forms=ONLY_TRAINING, waiver=" "), {PairingFault.NO_SYNC_CLASS}),
        (replace(PAIRING, forms=ONLY_TRAINING, waiver="无专用教室"), set()),
        (replace(PAIRING, ends=date(2019, 4, 29)), {PairingFault.ENDS_BEFORE_IT_BEGINS}),
        (
            replace(PAIRING, forms=frozenset()),
            {PairingFault.TOO_FEW_FORMS, PairingFault.NO_SYNC_CLASS},
        ),
    ],
)
def test_each_fault_is_named(wrong: Pairing, faults: set[PairingFault]) -> None:
    assert set(wrong.faults) == faults


@pytest.mark.parametrize("fault", PairingFault)
def test_each_fault_is_a_refusal(fault: PairingFault) -> None:
    assert f"pairing_{fault}" in set(Refusal)


BACK = replace(PAIRING, id="b", supporter=PAIRING.recipient, recipient=PAIRING.supporter)
LATER = replace(PAIRING, id="l", begins=date(2022, 4, 30), ends=date(2025, 4, 29))


def test_a_pairing_stands_beside_others_and_its_own_past() -> None:
    check(PAIRING, [PAIRING, BACK, LATER])
    check(PAIRING, [replace(PAIRING, id="over", ended=PAIRING.begins)])


def test_a_proposal_stands_beside_what_it_changes_and_no_other_does() -> None:
    proposal = replace(PAIRING, id="new", waits_for="school", instead_of=PAIRING.id)
    check(proposal, [PAIRING, proposal])
    check(PAIRING, [PAIRING, proposal])
    for one in (replace(proposal, id="again"), replace(PAIRING, id="another")):
        with pytest.raises(RefusedError) as refused:
            check(one, [proposal])
        assert refused.value.refusal is Refusal.PAIRING_EXISTS


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (replace(PAIRING, forms=frozenset()), Refusal.PAIRING_TOO_FEW_FORMS),
        (replace(PAIRING, id="again"), Refusal.PAIRING_EXISTS),
        (replace(LATER, id="again", begins=date(2022, 4, 29)), Refusal.PAIRING_EXISTS),
        (replace(PAIRING, waiver="无" * (LONGEST_WAIVER + 1)), Refusal.PAIRING_WAIVER_TOO_LONG),
    ],
)
def test_what_is_wrong_is_refused(wrong: Pairing, why: Refusal) -> None:
    with pytest.raises(RefusedError) as refused:
        check(wrong, [PAIRING])
    assert refused.value.refusal is why
