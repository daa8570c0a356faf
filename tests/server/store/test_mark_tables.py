from server.store.mark_tables import ExpectedPupilRow, MarkRow
from server.store.tables import Table


def test_a_name_stands_in_the_roster_alone() -> None:
    columns = {
        (row.__tablename__, column.name)
        for row in (ExpectedPupilRow, MarkRow)
        for column in Table.metadata.tables[row.__tablename__].columns
    }
    assert columns == {
        *(("expected_pupil", name) for name in ("room", "pupil")),
        *(("mark", name) for name in ("declaration", "pupil", "mark")),
    }
