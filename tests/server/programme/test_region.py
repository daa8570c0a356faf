import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.programme.refusal import Refusal, RefusedError
from server.programme.region import Scope, lies_in, region, scope

COUNTRYWIDE = ["330000", "330800", "330802", "330824", "330100", "330106", "360000", "361100"]


@pytest.mark.parametrize("code", COUNTRYWIDE)
def test_a_code_is_taken_as_typed(code: str) -> None:
    assert region(f" {code}\n") == code


@pytest.mark.parametrize("code", ["", "33080", "3308022", "0330802", "000000", "330002", "33080a"])
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        region(code)
    assert refused.value.refusal is Refusal.REGION_UNKNOWN


@pytest.mark.parametrize(
    ("inner", "outer", "lies"),
    [
        ("330802", "330802", True),
        ("330802", "330800", True),
        ("330802", "330000", True),
        ("330802", "330824", False),
        ("330802", "330100", False),
        ("330800", "330802", False),
        ("361100", "330000", False),
    ],
)
def test_a_region_lies_in_those_above_it(inner: str, outer: str, lies: bool) -> None:
    assert lies_in(region(inner), region(outer)) is lies


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("330802", "330802", Scope.COUNTY),
        ("330802", "330824", Scope.CITY),
        ("330802", "330106", Scope.PROVINCE),
        ("330802", "361100", Scope.COUNTRY),
    ],
)
def test_a_pairings_scope_comes_from_its_schools(one: str, other: str, found: Scope) -> None:
    assert scope(region(one), region(other)) is scope(region(other), region(one)) is found


codes = st.from_regex(r"\A[1-9][0-9](0000|[1-9][0-9](00|[1-9][0-9]))\Z")


@given(codes, codes, codes)
def test_lying_in_is_an_order(a: str, b: str, c: str) -> None:
    one, two, three = region(a), region(b), region(c)
    assert lies_in(one, one)
    assert not (lies_in(one, two) and lies_in(two, one)) or one == two
    assert lies_in(one, three) or not (lies_in(one, two) and lies_in(two, three))
