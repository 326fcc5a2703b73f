"""What takes something away is written to the journal before it is committed, whoever changes it and however.

``portal.safekeeping.declared`` says what taking away is, table by table; here sessions are listened to, and
``taking_statements`` looks into statements. A change that neither would see (SQL of one's own, a connection of one's
own) is refused on an engine whose journal is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect, Engine, event, func, inspect, select
from sqlalchemy.exc import UnboundExecutionError
from sqlalchemy.orm import Mapper, Session, SessionTransaction

from portal.core.config import Settings
from portal.core.db import make_engine
from portal.core.errors import PortalError
from portal.core.journal import Journal, Position, Taken

LOCK = 0x4A6F75726E
"""Number of PostgreSQL's lock between a line of the journal and its commit: shared by changes, alone for a backup."""

Values = Mapping[str, Any]
"""Attribute → value."""


class Unjournaled(PortalError):
    """A change the journal could not follow, or one this table does not allow: change objects through a session."""


@dataclass(frozen=True)
class Rule:
    """What taking away is, in one table. Answers are what the journal says, without ``of`` and ``id``."""

    mapper: Mapper[Any]
    watched: frozenset[str]
    """Attributes that decide who sees what."""
    changed: Callable[[Values, Values, Values], Iterable[Taken]]
    """(values before, values after, row) of what changed. Before lacks what is not known, and so does the row."""
    added: Callable[[Values], Iterable[Taken]] | None = None
    removed: Callable[[Values], Iterable[Taken]] | None = None
    fixed: bool = False
    """Rows never change and never go."""
    told: frozenset[str] = frozenset()
    """Attributes that decide nothing and that the row is given with all the same."""

    @cached_property
    def table(self) -> str:
        return str(self.mapper.class_.__tablename__)

    @cached_property
    def names(self) -> dict[str, str]:
        """Column → attribute."""
        return {column.name: self.mapper.get_property_by_column(column).key for column in self.mapper.columns}

    @cached_property
    def keys(self) -> list[str]:
        """Attributes of the primary key."""
        return [self.names[column.name] for column in self.mapper.primary_key]

    @property
    def read(self) -> set[str]:
        """Attributes of a row."""
        return {*self.keys, *self.watched, *self.told}

    def refuse_if_fixed(self) -> None:
        if self.fixed:
            raise Unjournaled(f"{self.table}: its rows never change; add another")


_rules: dict[str, Rule] = {}
_journals: WeakKeyDictionary[Dialect, Journal] = WeakKeyDictionary()
seen: ContextVar[bool] = ContextVar("seen", default=False)
"""Whether what is sent to the database now was looked at."""


def declare(rule: Rule) -> None:
    """From now on this table is watched."""
    _rules[rule.table] = rule


def rules() -> Mapping[str, Rule]:
    """Every watched table."""
    return _rules


def follow(engine: Engine, journal: Journal) -> None:
    """Keep this journal for every session on this engine. Raises ``ConfigError`` when it cannot be kept."""
    from portal.core.taking_statements import refuse_unseen

    if not _rules:
        raise Unjournaled("nothing is declared: import portal.safekeeping.declared")
    journal.ready()
    _journals[engine.dialect] = journal
    event.listen(engine, "before_cursor_execute", refuse_unseen)


def opened(settings: Settings, **options: Any) -> Engine:
    """An engine on the portal's database, as the role that serves, with the journal of the settings kept."""
    engine = make_engine(settings.database_url, **options)
    if settings.journal_folder is not None:
        follow(engine, Journal(settings.journal_folder))
    return engine


def journal_of(session: Session) -> Journal | None:
    """The journal kept for this session's database, if one is."""
    try:
        return _journals.get(session.get_bind().dialect)
    except UnboundExecutionError:
        return None


def note(session: Session, rule: Rule, row: Values, taken: Iterable[Taken]) -> None:
    """Keep for the journal what this transaction takes away."""
    key = "/".join(str(row[key]) for key in rule.keys)
    _pending(session).extend({**one, "of": rule.table, "id": key} for one in taken)


def _pending(session: Session) -> list[Taken]:
    pending: list[Taken] = session.info.setdefault("taken", [])
    return pending


# Objects


@event.listens_for(Session, "before_flush")
def _flushing(session: Session, _context: object, _objects: object) -> None:
    if journal_of(session) is not None:
        session.info.setdefault("looking", []).append(seen.set(True))


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: object) -> None:
    if journal_of(session) is None:
        return
    seen.reset(session.info["looking"].pop())
    for rule, thing in _watched(session.new):
        if rule.added is not None:
            note(session, rule, _row(rule, thing), rule.added(_row(rule, thing)))
    for rule, thing in _watched(session.deleted):
        rule.refuse_if_fixed()
        if rule.removed is not None:
            note(session, rule, _row(rule, thing), rule.removed(_row(rule, thing)))
    for rule, thing in _watched(session.dirty):
        before, after = _history(rule, thing)
        if after:
            rule.refuse_if_fixed()
            note(session, rule, _row(rule, thing), rule.changed(before, after, _row(rule, thing)))
    if "written" in session.info:  # what is flushed while the commit is under way
        _write(session)


def _watched(things: Iterable[object]) -> Iterator[tuple[Rule, object]]:
    for thing in things:
        rule = _rules.get(type(thing).__tablename__)  # type: ignore[attr-defined]
        if rule is not None:
            yield rule, thing


def _row(rule: Rule, thing: object) -> Values:
    return {key: getattr(thing, key) for key in rule.read}


def _history(rule: Rule, thing: Any) -> tuple[Values, Values]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for key in rule.watched:
        history = inspect(thing).attrs[key].history
        if history.has_changes():
            after[key] = history.added[0] if history.added else None
            before |= {key: history.deleted[0]} if history.deleted else {}
    return before, after


# Transactions


@event.listens_for(Session, "before_commit")
def _committing(session: Session) -> None:
    if journal_of(session) is None or session.in_nested_transaction():
        return
    session.flush()
    _write(session)


def _write(session: Session) -> None:
    journal, taken = journal_of(session), _pending(session)
    if not taken or journal is None:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":  # on SQLite nobody else writes until this transaction ends
        session.execute(select(func.pg_advisory_xact_lock_shared(LOCK)))
    written = journal.append(list(taken))
    session.info.setdefault("written", []).append((written, connection))
    taken.clear()


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction():
        _forget(session)


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    """What was written and came to nothing is void. When the connection was lost nobody knows: then it stands."""
    while session.info.get("looking"):
        seen.reset(session.info["looking"].pop())
    if session.in_nested_transaction():
        return
    written: list[tuple[Position, Any]] = session.info.get("written", [])
    journal = journal_of(session)
    for position, connection in written:
        if journal is not None and not connection.invalidated:
            journal.append(void=position.number)
    _forget(session)


def _forget(session: Session) -> None:
    for name in ("taken", "written", "savepoints"):
        session.info.pop(name, None)


@event.listens_for(Session, "after_transaction_create")
def _begun(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested and journal_of(session) is not None:
        session.info.setdefault("savepoints", {})[transaction] = len(_pending(session))


@event.listens_for(Session, "after_soft_rollback")
def _undone(session: Session, transaction: SessionTransaction) -> None:
    """Back to a savepoint: what was taken away since then was not."""
    kept = session.info.get("savepoints", {}).pop(transaction, None)
    if kept is not None:
        del _pending(session)[kept:]
