from bench.beside import summed_up
from bench.office import ROWS
from tests.support.benched import part, work


def test_what_an_office_adds_is_the_difference() -> None:
    figures = summed_up(part(2.0).measured, part(5.5).measured, work())
    assert figures.added_ms_p99 == 3.5
    assert (figures.rows, figures.signed_in) == (2 * ROWS, 1)
    assert figures.import_s_max == 3.0
    assert figures.valid


def test_an_office_that_ran_out_of_work_says_nothing() -> None:
    assert not summed_up(part(2.0).measured, part(2.0).measured, work(ran_out=True)).valid
