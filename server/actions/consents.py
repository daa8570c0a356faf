"""Parents' consent of a class: attach the form, declare, withdraw, look."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypedDict

from server.access.ids import uuid7
from server.actions.acting import check, concern, entry
from server.actions.class_groups import found
from server.programme.attendance import SCHOOL_TIME
from server.programme.class_group import ClassGroup
from server.programme.declared_consent import DeclaredConsent, standing
from server.programme.declared_consent import check as check_declared
from server.programme.refusal import Refusal, RefusedError
from server.programme.rights import Acting, Action, may
from server.store import forms
from server.store.class_groups import ClassGroups
from server.store.consents import Consents
from server.store.database import Database

LARGEST_FORM = 10 * 1024 * 1024
"""Bytes: a photograph of a modern phone fits."""


@dataclass(frozen=True, kw_only=True)
class TypedConsent:
    """What somebody declares."""

    signed_on: date
    """The day of the last signature."""
    exceptions: int
    """How many are not to be recorded."""
    excepted: frozenset[str]
    """Who, of a class by roster."""
    form: str
    """The attached form."""
    why: str
    """Why it differs from what stood before."""
    after: str | None
    """The declaration that the page showed."""


class DeclaredWords(TypedDict):
    """One declaration as pages are given it."""

    id: str
    at: str
    signed_on: str
    exceptions: int
    excepted: list[str]
    form: str
    withdrawn: bool
    why: str


class ConsentWords(TypedDict):
    """How far a class has agreed, as pages are given it."""

    class_group: str
    name: str
    organisation: str
    organisation_name: str
    keeping: str
    expected: int
    standing: str
    closed: str | None
    """When it was closed."""
    may_declare: bool
    declared: list[DeclaredWords]


async def listed(database: Database, acting: Acting) -> list[ConsentWords]:
    """How far the classes that somebody may see have agreed, each with its last declaration.

    Of a closed class what was declared can still be taken back; one of which nothing was is left
    out.
    """
    groups = await ClassGroups(database).seen_by(acting)
    last = await Consents(database).last([one.id for one in groups])
    return [
        _words(acting, one, [last[one.id]] if one.id in last else [])
        for one in groups
        if one.closed is None or one.id in last
    ]


async def of(database: Database, acting: Acting, group: str) -> ConsentWords:
    """All that was declared of a class.

    Raises:
        RefusedError: there is no such class, or this is not allowed.
    """
    known = await found(database, group)
    check(acting, Action.SEE_CLASS_GROUP, concern(known.organisation))
    return _words(acting, known, await Consents(database).of(group))


async def attach(database: Database, acting: Acting, group: str, data: bytes, folder: Path) -> str:
    """Keep a form; the name to declare it by.

    Raises:
        RefusedError: it is no form, there is no such class, or this is not allowed.
    """
    _may_declare(acting, await found(database, group))
    kind = forms.kind_of(data)
    if kind is None or len(data) > LARGEST_FORM:
        raise RefusedError(Refusal.CONSENT_FORM_UNFIT)
    return await asyncio.to_thread(forms.keep, folder, data, kind)


async def form(database: Database, acting: Acting, group: str, name: str, folder: Path) -> Path:
    """Where a form lies that was declared of a class.

    Raises:
        RefusedError: none of the class, or this is not allowed.
    """
    _may_declare(acting, await found(database, group))
    declared = await Consents(database).of(group)
    path = await asyncio.to_thread(forms.path_of, folder, name)
    if path is None or name not in {one.form for one in declared}:
        raise RefusedError(Refusal.CONSENT_FORM_MISSING)
    return path


async def declare(
    database: Database, acting: Acting, group: str, typed: TypedConsent, folder: Path, now: datetime
) -> ConsentWords:
    """Declare what the parents of a class agreed to, or correct it with a reason.

    Raises:
        RefusedError: it can't be true, somebody was quicker, or this is not allowed.
    """
    if await asyncio.to_thread(forms.path_of, folder, typed.form) is None:
        raise RefusedError(Refusal.CONSENT_FORM_MISSING)
    made = _declared(acting, group, typed, now)
    return await _keep(database, acting, made, typed.after)


async def withdraw(
    database: Database, acting: Acting, group: str, why: str, after: str | None, now: datetime
) -> ConsentWords:
    """Take back what was declared: nothing more of the class is kept from now on.

    Raises:
        RefusedError: nothing was declared, there is no reason, or this is not allowed.
    """
    _may_declare(acting, await found(database, group))
    last = (await Consents(database).last([group])).get(group)
    if last is None or last.withdrawn:
        raise RefusedError(Refusal.CONSENT_CHANGED)
    typed = TypedConsent(
        signed_on=last.signed_on,
        exceptions=0,
        excepted=frozenset(),
        form="",
        why=why,
        after=after,
    )
    made = _declared(acting, group, typed, now, withdrawn=True)
    return await _keep(database, acting, made, after)


def _declared(
    acting: Acting, group: str, typed: TypedConsent, now: datetime, *, withdrawn: bool = False
) -> DeclaredConsent:
    return DeclaredConsent(
        id=uuid7(),
        class_group=group,
        at=now,
        declared_by=acting.id,
        signed_on=typed.signed_on,
        exceptions=typed.exceptions,
        excepted=typed.excepted,
        form=typed.form,
        withdrawn=withdrawn,
        why=" ".join(typed.why.split()),
    )


async def _keep(
    database: Database, acting: Acting, made: DeclaredConsent, after: str | None
) -> ConsentWords:
    group = await found(database, made.class_group)
    _may_declare(acting, group)
    consents = Consents(database)
    before = await consents.of(group.id)
    check_declared(made, group, first=not before, today=made.at.astimezone(SCHOOL_TIME).date())
    await consents.add(made, after, entry(acting, Action.DECLARE_CONSENT, made.at))
    return _words(acting, group, [*before, made])


def _may_declare(acting: Acting, group: ClassGroup) -> None:
    check(acting, Action.DECLARE_CONSENT, concern(group.organisation, persons=group.persons))


def _words(acting: Acting, group: ClassGroup, declared: Sequence[DeclaredConsent]) -> ConsentWords:
    thing = concern(group.organisation, persons=group.persons)
    named = may(acting, Action.DECLARE_CONSENT, thing)
    return ConsentWords(
        class_group=group.id,
        name=str(group.name),
        organisation=group.organisation.id,
        organisation_name=group.organisation.name,
        keeping=group.keeping,
        expected=group.expected,
        standing=standing(declared[-1] if declared else None).name.lower(),
        closed=None if group.closed is None else group.closed.at.isoformat(),
        may_declare=named,
        declared=[_one(one, names=named) for one in declared],
    )


def _one(declared: DeclaredConsent, *, names: bool) -> DeclaredWords:
    """Who is excepted is told to those alone who declare it."""
    return DeclaredWords(
        id=declared.id,
        at=declared.at.isoformat(),
        signed_on=declared.signed_on.isoformat(),
        exceptions=declared.exceptions,
        excepted=sorted(declared.excepted) if names else [],
        form=declared.form,
        withdrawn=declared.withdrawn,
        why=declared.why,
    )
