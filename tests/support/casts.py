"""A lesson with somebody of every kind, to give commands and be refused."""

from signaling.errors import Code, TongkeError
from signaling.events import Role
from signaling.ids import DeviceId
from signaling.messages import Command
from tests.support.lessons import FAR, HOST, Classroom


class Cast(Classroom):
    """A lesson with somebody of every kind."""

    def __init__(self) -> None:
        super().__init__()
        self.host_teacher = self.teacher()
        self.host_room = self.join(Role.ROOM, HOST)
        self.far_teacher = self.join(Role.TEACHER, FAR)
        self.far_room = self.join(Role.ROOM, FAR)
        self.pupil = self.join(Role.PUPIL, name="小明")
        self.viewer = self.join(Role.VIEWER, name="家长")
        self.inspector = self.join(Role.INSPECTOR)
        self.other = self.join(Role.PUPIL, name="小红")

    def refusal(self, device: DeviceId, command: Command) -> Code | None:
        """Why a command is refused; none if it is not."""
        try:
            self.lesson.command(device, command, self.now)
        except TongkeError as error:
            return error.code
        return None
