"""Running lessons as a technician may see them: their rooms, and nobody's name."""

from collections.abc import Mapping

from server.programme.lesson import Lesson
from server.programme.organisation import Organisation
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, Concern, Reach, may, reach
from server.store.database import Database
from server.store.directory import Directory
from server.store.lessons import Lessons


async def running(database: Database, acting: Acting) -> dict[str, list[str]]:
    """Names of the rooms of each running lesson within reach, by its id; the host room first.

    Raises:
        RefusedError: whoever asks may see no equipment at all.
    """
    if reach(acting.capacity, Action.SEE_DEVICES) is Reach.NONE:
        raise RefusedError(Refusal.NOT_YOURS)
    lessons = [stored.lesson for stored in await Lessons(database).unfinished()]
    ids = {place.organisation for lesson in lessons for place in lesson.places}
    schools = await Directory(database).organisations(ids)
    return {
        lesson.id: [room.name for room in lesson.rooms]
        for lesson in lessons
        if may(acting, Action.SEE_DEVICES, _concern(lesson, schools))
    }


def _concern(lesson: Lesson, schools: Mapping[str, Organisation]) -> Concern:
    found = {place.organisation: schools[place.organisation].region for place in lesson.places}
    return Concern(organisations=found)
