from server.programme.deed import Deed
from server.programme.rights import Action


def test_no_deed_is_called_as_an_action_is() -> None:
    assert not {str(deed) for deed in Deed} & {str(action) for action in Action}
