from dataclasses import replace
from datetime import date

import pytest

from server.programme.organisation import Organisation, OrganisationKind
from server.programme.pairing import Form, Pairing, PairingFault
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
