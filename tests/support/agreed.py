"""A lesson of two schools whose far class has agreed, and may take that back."""

from server.access.ids import uuid7
from server.actions import consents
from server.actions.acting import OPERATOR, entry
from server.programme.class_group import ClassGroup, Keeping
from server.programme.class_names import class_name
from server.programme.lesson import Lesson
from server.programme.place import Learners, Place
from server.programme.rights import Acting, Action, Capacity
from server.store.class_groups import ClassGroups
from server.store.lessons import Lessons
from signaling.messages import EndLesson, StartLesson
from tests.support.halls import House
from tests.support.scheduled import lesson as scheduled
from tests.support.staff import NOW, hired, school
from tests.support.websites import recorded

PDF = b"%PDF-1.7"


class Taught:
    """A lesson of two schools; the far class has agreed."""

    def __init__(self, here: House) -> None:
        self.here = here
        self.lesson: Lesson
        self.far: Acting
        self.group = ""

    async def plan(self) -> None:
        places = [await self.place("尼山小学", "330802"), await self.place("齐溪小学", "330824")]
        self.lesson = scheduled("m", *places)
        await Lessons(self.here.database).add(self.lesson, NOW)

    async def place(self, name: str, region: str) -> Place:
        database = self.here.database
        at = await school(database, name, region)
        teacher = await hired(database, Capacity.TEACHER, at)
        group = ClassGroup(
            id=uuid7(),
            organisation=at,
            name=class_name("301"),
            keeping=Keeping.NUMBERS,
            expected=24,
        )
        line = entry(OPERATOR, Action.CHANGE_CLASS_GROUP, NOW)
        await ClassGroups(database).add(group, line)
        self.group = group.id
        self.far = Acting(
            id="a", capacity=Capacity.SCHOOL_ADMIN, organisation=at.id, looks_after=None
        )
        learners = Learners(name="三(1)班", class_group=group.id, grade=3)
        return Place(
            classroom=uuid7(), organisation=at.id, teachers=(teacher.id,), learners=(learners,)
        )

    async def agree(self, after: str | None = None) -> str:
        database, data = self.here.database, self.here.data
        name = await consents.attach(database, self.far, self.group, PDF, data)
        typed = consents.TypedConsent(
            signed_on=NOW.date(),
            exceptions=0,
            excepted=frozenset(),
            form=name,
            why="" if after is None else "重新同意",
            after=after,
        )
        said = await consents.declare(database, self.far, self.group, typed, data, NOW)
        return said["declared"][-1]["id"]

    async def teach(self) -> tuple[str, str]:
        """Hold the lesson, record a camera of each room; the host's room and the other."""
        teacher = await self.here.teacher(self.lesson)
        await teacher.ask(lambda n: StartLesson(id=n))
        host, far = (room.participant for room in self.lesson.rooms)
        for owner in (host, far):
            await recorded(self.here.data, self.lesson.id, owner)
        await teacher.ask(lambda n: EndLesson(id=n))
        await teacher.ears.until(lambda: teacher.ears.closed)
        return host, far

    async def withdraw(self, known: str) -> str:
        """Take back what was agreed to; the declaration that says so."""
        said = await consents.withdraw(
            self.here.database, self.far, self.group, "家长撤回", known, NOW
        )
        return said["declared"][-1]["id"]
