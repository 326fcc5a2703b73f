"""Acts decided for a young person: usual ones need one holder of authority, unusual ones all of them. No I/O.

C. civ. 371-1, 372, 372-2, 373-2-1, 373-4, 375-7, 377, 408, 457-1 to 459; CASF L311-4. The law leaves « acte usuel » to
judges: which act is which stands in docs/fr/actes.md, and **a jurist must review both**.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.access.axes import Link


class Act(StrEnum):
    """What is asked for."""

    OUTING = "outing"
    """An outing within the usual life of the establishment."""
    TRANSPORT = "transport"
    """Another way to come or go home."""
    ACTIVITY = "activity"
    """Signing up for an activity, a club, a workshop."""
    USUAL_CARE = "usual_care"
    """Care of every day: a vaccine that is due, a dentist, glasses."""
    SHARE_PLANNING = "share_planning"
    """Telling somebody close when the young person comes and goes."""
    SURGERY = "surgery"
    """An operation, an anaesthetic, a heavy or lasting treatment."""
    ORIENTATION = "orientation"
    """Another school or establishment, another way of being schooled."""
    TRAVEL_ABROAD = "travel_abroad"
    """A stay in another country."""
    RELIGION = "religion"
    """A religious choice."""
    IMAGE = "image"
    """A photo or a film that others will see."""


USUAL = frozenset({Act.OUTING, Act.TRANSPORT, Act.ACTIVITY, Act.USUAL_CARE, Act.SHARE_PLANNING})
WITH_THE_YOUNG_PERSON = frozenset({Act.IMAGE})
"""Nothing is granted without their own yes, at any age when they can say it."""


class Said(StrEnum):
    """What somebody answered. No value is worth more than another on screen."""

    SILENT = ""
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """« Je ne sais pas » : never a yes, never a refusal."""


class Outcome(StrEnum):
    """Where an act stands."""

    GRANTED = "granted"
    MISSING = "missing"
    REFUSED = "refused"
    STOPPED = "stopped"
    """Those who decide disagree: it is for them, or for a judge, to settle (C. civ. 373-2-10)."""


@dataclass(frozen=True, slots=True)
class Answerer:
    """Somebody tied to the young person now, and what they said."""

    who: UUID
    link: Link
    said: Said = Said.SILENT


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an act stands, whose yes is still missing, and whom the law wants told whatever they think."""

    outcome: Outcome
    missing: tuple[UUID, ...] = ()
    """Empty while something is missing: nobody there is entitled to say yes (a judge must name somebody)."""
    told: tuple[UUID, ...] = ()


NOBODY_YET = UUID(int=0)
"""Stands for a young person without an account, among those whose yes is missing."""
_PARENTS = frozenset({Link.PARENT_FULL, Link.DELEGATE})
_PROTECT = frozenset({Link.REPRESENT, Link.ASSIST})


def deciders(act: Act, people: Iterable[Answerer], *, adult: bool) -> tuple[Answerer, ...]:
    """Who may say yes or no to this act, whatever they said; the young person's own yes to their image apart."""
    there = list(people)
    return _for_adult(act, there) if adult else _for_minor(act, there)


def settle(act: Act, people: Sequence[Answerer], *, adult: bool, can_say: bool = True) -> Standing:
    """Where the act stands. ``can_say``: the young person can say yes or no to this, by any means.

    Silence is never a yes to an unusual act. A known no stops what one yes would have granted: the presumption that
    each parent acts with the other's agreement ends there.
    """
    asked = tuple(one for one in deciders(act, people, adult=adult) if can_say or one.link is not Link.SELF)
    ought = (*asked, *_own_voice(act, people, asked)) if can_say else asked
    told = tuple(one.who for one in people if one.link is Link.PARENT_INFORMED and act not in USUAL and not adult)
    yes, no = ([one for one in ought if one.said is said] for said in (Said.YES, Said.NO))
    silent = tuple(one.who for one in ought if one.said in (Said.SILENT, Said.UNSURE))
    if no:
        return Standing(Outcome.STOPPED if yes else Outcome.REFUSED, (), told)
    if asked and (not silent or (yes and act in USUAL)):  # C. civ. 372-2: each is deemed to act with the other's accord
        return Standing(Outcome.GRANTED, (), told)
    return Standing(Outcome.MISSING, silent, told)


def _for_minor(act: Act, there: list[Answerer]) -> tuple[Answerer, ...]:
    """Those who exercise authority, or the guardian where nobody does. Child welfare does what is usual beside them."""
    holders = [one for one in there if one.link in _PARENTS] or [one for one in there if one.link is Link.REPRESENT]
    welfare = [one for one in there if one.link is Link.CHILD_WELFARE]
    if act in USUAL or not holders:
        holders = [*holders, *welfare]
    return tuple(holders)


def _for_adult(act: Act, there: list[Answerer]) -> tuple[Answerer, ...]:
    """The adult; beside them, whom a judge named, for what is not usual (C. civ. 459). Parents no longer count."""
    oneself = [one for one in there if one.link is Link.SELF]
    protect = [one for one in there if one.link in _PROTECT]
    if act in USUAL:
        protect = [one for one in protect if one.link is Link.REPRESENT]
    return (*oneself, *protect)


def _own_voice(act: Act, people: Iterable[Answerer], asked: tuple[Answerer, ...]) -> tuple[Answerer, ...]:
    if act not in WITH_THE_YOUNG_PERSON:
        return ()
    return tuple(one for one in people if one.link is Link.SELF and one not in asked) or _unheard(asked)


def _unheard(asked: tuple[Answerer, ...]) -> tuple[Answerer, ...]:
    """They can say it, and have no way in yet: their yes is missing all the same."""
    return () if any(one.link is Link.SELF for one in asked) else (Answerer(NOBODY_YET, Link.SELF),)
