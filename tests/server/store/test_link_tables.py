from server.store.link_tables import LinkStepRow


def test_what_is_kept_of_a_line_names_nobody() -> None:
    assert set(LinkStepRow.__table__.columns.keys()) == {
        *("id", "organisation", "lesson", "at", "step", "reason", "available_kbps")
    }
