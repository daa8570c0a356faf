from server.store.school_tables import PupilRow


def test_a_pupil_is_a_name_in_a_class_and_nothing_more() -> None:
    columns = set(PupilRow.__table__.columns.keys())
    assert columns == {"id", "class_group", "name", "number_hash", "left"}
