from server.store.timetable_tables import PlaceRow, PostRow, ScheduleRow


def test_lists_find_their_lessons_by_an_index() -> None:
    indexed = {
        tuple(column.name for column in index.columns)
        for row in (ScheduleRow, PlaceRow, PostRow)
        for index in row.metadata.tables[row.__tablename__].indexes
    }
    assert {("starts",), ("organisation", "lesson"), ("person", "lesson")} <= indexed
