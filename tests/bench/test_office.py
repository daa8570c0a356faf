from bench.office import roster
from server.documents.roster import read_roster


def test_every_row_of_the_roster_can_be_taken() -> None:
    read = read_roster(roster(300))
    assert len(read.pupils) == 300
    assert read.bad == ()
    assert len({one.number for one in read.pupils}) == 300
