import pytest

from server.access.steps import Step, next_step


@pytest.mark.parametrize(
    ("first", "needs", "has", "step"),
    [
        (True, False, False, Step.NEW_PASSWORD),
        (True, True, False, Step.NEW_PASSWORD),
        (True, True, True, Step.NEW_PASSWORD),
        (False, False, False, Step.DONE),
        (False, True, False, Step.ENROL),
        (False, True, True, Step.CODE),
        (False, False, True, Step.CODE),
    ],
)
def test_what_comes_after_the_right_password(
    first: bool, needs: bool, has: bool, step: Step
) -> None:
    assert next_step(first_password=first, needs_factor=needs, has_factor=has) is step
