"""Staff reviewing over HTTP: the list for people who sign in; comments and viewings by the token.

The token of a recording is bound to whoever asked for it; each time it is asked again whether they
may still watch.
"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

from aiohttp import web
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from server.access.tokens import LinkKey
from server.actions import reviewing as actions
from server.actions.recordings import Listing, listing
from server.live.hall import Hall, Visit
from server.programme.pairing import Form
from server.programme.rights import Acting
from server.programme.subject import Subject
from server.store.database import Database
from server.store.recordings import Search
from server.store.viewings import Viewings
from server.web.bearer import token_of
from server.web.bodies import Body, read
from server.web.doorkeeper import Doorkeeper
from server.web.sittings import viewer_of
from server.web.watched import watched
from signaling.errors import Code, UserError

Second = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1, max_length=64)]
WHEN: TypeAdapter[AwareDatetime] = TypeAdapter(AwareDatetime)
MOST_WORDS = 8


class Said(Body):
    """A comment as somebody types it."""

    moment: Second
    """Lesson time."""
    text: Annotated[str, Field(max_length=10_000)]
    """What they say."""
    answers: Id | None = None
    """To which comment."""


class Changed(Body):
    """What a comment is to say."""

    text: Annotated[str, Field(max_length=10_000)]
    """From now on."""


class WatchedBody(Body):
    """A stretch that was watched."""

    sitting: Id
    """As the replay was given it."""
    start: Second
    """Lesson time."""
    stop: Second
    """Lesson time."""


class ReviewPages:
    """Handlers of the list, of comments and of viewings."""

    def __init__(self, keeper: Doorkeeper, hall: Hall, database: Database, key: LinkKey) -> None:
        self._keeper = keeper
        self._hall = hall
        self._database = database
        self._key = key

    async def listed(self, request: web.Request) -> web.StreamResponse:
        """Held lessons within reach, and what the filters offer."""
        acting = await self._keeper.acting(request)
        found: Listing = await listing(self._database, acting, _search(request))
        return web.json_response(found)

    async def watch(self, request: web.Request) -> web.StreamResponse:
        """A token for one of them."""
        acting, lesson = await self._keeper.acting(request), request.match_info["lesson"]
        now = datetime.now(UTC)
        token = await actions.watch(self._database, self._key, acting, lesson, now)
        return web.json_response({"token": token})

    async def viewings(self, request: web.Request) -> web.StreamResponse:
        """Who watched one of them."""
        acting, lesson = await self._keeper.acting(request), request.match_info["lesson"]
        found = await actions.viewings_of(self._database, acting, lesson)
        words = [
            {**asdict(one), "began": one.began.isoformat(), "last": one.last.isoformat()}
            for one in found
        ]
        return web.json_response({"viewings": words})

    async def comments(self, request: web.Request) -> web.StreamResponse:
        """What was said about a lesson; nothing for the holder of a link."""
        visit = await watched(self._hall, self._database, token_of(request))
        name = (await viewer_of(self._database, visit)).name
        if visit.claims.reviewer is None:
            return web.json_response({"viewer": name, "may": False, "comments": None})
        return await self._comments(await self._acting(visit), visit.stored.lesson.id, name)

    async def say(self, request: web.Request) -> web.StreamResponse:
        """Say something about a second."""
        visit, body = await self._reviewer(request), await read(request, Said)
        acting, lesson = await self._acting(visit), visit.stored.lesson.id
        new = actions.NewComment(moment=body.moment, text=body.text, answers=body.answers)
        await actions.comment(self._database, acting, lesson, new, datetime.now(UTC))
        return await self._comments(acting, lesson, "")

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Say it otherwise."""
        visit, body = await self._reviewer(request), await read(request, Changed)
        return await self._revised(visit, request.match_info["comment"], body.text)

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Take it back."""
        visit = await self._reviewer(request)
        return await self._revised(visit, request.match_info["comment"], None)

    async def saw(self, request: web.Request) -> web.StreamResponse:
        """A stretch was watched."""
        visit, body = (
            await watched(self._hall, self._database, token_of(request)),
            await read(request, WatchedBody),
        )
        known = await Viewings(self._database).watched(
            body.sitting,
            visit.stored.lesson.id,
            body.start,
            max(body.start, body.stop),
            datetime.now(UTC),
        )
        if not known:
            raise UserError(Code.MALFORMED)
        return web.json_response({})

    async def _revised(self, visit: Visit, comment: str, text: str | None) -> web.StreamResponse:
        acting, lesson = await self._acting(visit), visit.stored.lesson.id
        now = datetime.now(UTC)
        await actions.change_comment(self._database, acting, lesson, comment, text, now)
        return await self._comments(acting, lesson, "")

    async def _comments(self, acting: Acting, lesson: str, viewer: str) -> web.StreamResponse:
        may = await actions.may_comment(self._database, acting, lesson)
        found = await actions.comments_of(self._database, acting, lesson)
        return web.json_response({"viewer": viewer, "may": may, "comments": found})

    async def _reviewer(self, request: web.Request) -> Visit:
        visit = await watched(self._hall, self._database, token_of(request))
        if visit.claims.reviewer is None:
            raise UserError(Code.NOT_ALLOWED)
        return visit

    async def _acting(self, visit: Visit) -> Acting:
        assert visit.claims.reviewer is not None
        lesson = visit.stored.lesson.id
        return await actions.reviewing(self._database, visit.claims.reviewer, lesson)


def _search(request: web.Request) -> Search:
    """What the address asks for; raises `UserError` where it makes no sense."""
    asked = request.query
    try:
        return Search(
            words=tuple(asked.get("words", "").split()[:MOST_WORDS]),
            school=asked.get("school") or None,
            subject=Subject(asked["subject"]).value if asked.get("subject") else None,
            form=Form(asked["form"]).value if asked.get("form") else None,
            class_group=asked.get("class") or None,
            commented=asked.get("commented") == "yes",
            teacher=asked.get("teacher") or None,
            since=WHEN.validate_python(asked["since"]) if asked.get("since") else None,
            until=WHEN.validate_python(asked["until"]) if asked.get("until") else None,
            page=min(max(int(asked.get("page", "0")), 0), 100_000),
        )
    except (ValueError, ValidationError) as error:
        raise UserError(Code.MALFORMED) from error
