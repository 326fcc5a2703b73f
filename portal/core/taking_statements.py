"""Statements that change many rows at once: what they take away is looked up before they are sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Delete, Insert, Update, event, select
from sqlalchemy.orm import ORMExecuteState, Session

from portal.core.journal import Taken
from portal.core.taking import Rule, Unjournaled, Values, journal_of, note, rules, seen

_CHANGE = re.compile(
    r'\s*(UPDATE|DELETE|TRUNCATE|INSERT)(?:\s+OR\s+\w+)?\s+(?:FROM\s+|INTO\s+|TABLE\s+)?(?:\w+\.)?"?(\w+)"?(.*)',
    re.I | re.S,
)


@event.listens_for(Session, "do_orm_execute")
def _executing(state: ORMExecuteState) -> Any:
    statement = state.statement
    if not isinstance(statement, Update | Delete | Insert) or journal_of(state.session) is None:
        return None
    rule = rules().get(getattr(statement.table, "name", ""))
    if rule is None:
        return None
    for row, taken in list(_told(state, statement, rule)):
        note(state.session, rule, row, taken)
    token = seen.set(True)
    try:
        return state.invoke_statement()
    finally:
        seen.reset(token)


def refuse_unseen(_connection: Any, _cursor: Any, sql: str, *_others: Any) -> None:
    """Raises ``Unjournaled`` for a change that no session looked at, in a table that is watched."""
    found = None if seen.get() else _CHANGE.match(sql)
    rule = rules().get(found[2].lower()) if found else None
    if found is None or rule is None:
        return
    takes: object = rule.added if found[1].upper() == "INSERT" else rule.removed
    if found[1].upper() == "UPDATE":
        written = set(re.findall(r"\w+", found[3]))
        takes = [column for column, attribute in rule.names.items() if attribute in rule.watched and column in written]
    if rule.fixed or takes:
        raise Unjournaled(f"{rule.table}: change it through a session")


def _told(state: ORMExecuteState, statement: Any, rule: Rule) -> Iterator[tuple[Values, Iterable[Taken]]]:
    """Each row a statement is about to touch, and what that takes away."""
    if isinstance(statement, Insert):
        if statement._post_values_clause is not None:
            raise Unjournaled(f"{rule.table}: add rows, or change them; what stands there already is not looked at")
        for values in _given(state, statement, rule) if rule.added else ():
            if not values.keys() >= set(rule.keys):
                raise Unjournaled(f"{rule.table}: give each row its identifier, or add objects")
            row: Values = dict.fromkeys(rule.watched) | values
            yield row, rule.added(row) if rule.added else ()
    elif isinstance(statement, Delete):
        for row in _found(state, statement, rule) if rule.removed or rule.fixed else ():
            rule.refuse_if_fixed()
            yield row, rule.removed(row) if rule.removed else ()
    else:
        yield from _updated(state, statement, rule)


def _updated(state: ORMExecuteState, statement: Update, rule: Rule) -> Iterator[tuple[Values, Iterable[Taken]]]:
    by_key = statement.whereclause is None and state.is_orm_statement and isinstance(state.parameters, list)
    for values in _given(state, statement, rule):
        after = {key: value for key, value in values.items() if key in rule.watched}
        if not after:
            continue
        rule.refuse_if_fixed()
        for row in [values] if by_key else _found(state, statement, rule):
            before = {} if by_key else {key: row[key] for key in after if row[key] != after[key]}
            if by_key or before:
                yield row, rule.changed(before, after, {**row, **after})


def _given(state: ORMExecuteState, statement: Any, rule: Rule) -> list[dict[str, Any]]:
    """Values a statement writes, by attribute, a row at a time. A watched one that SQL works out is refused."""
    if getattr(statement, "_multi_values", ()):
        raise Unjournaled(f"{rule.table}: give the rows beside the statement")
    said = {getattr(key, "name", key): value for key, value in (statement._values or {}).items()}
    fixed = {rule.names.get(key, key): value for key, value in said.items()}
    if strange := [key for key in fixed if key in rule.watched and not hasattr(fixed[key], "effective_value")]:
        raise Unjournaled(f"{rule.table}.{strange[0]}: give a value, or change the objects")
    plain = {key: value.effective_value for key, value in fixed.items() if hasattr(value, "effective_value")}
    several: Any = state.parameters if isinstance(state.parameters, list) else [state.parameters or {}]
    return [plain | {rule.names.get(key, key): value for key, value in one.items()} for one in several]


def _found(state: ORMExecuteState, statement: Any, rule: Rule) -> list[Values]:
    """The rows a statement will meet, as they are before it."""
    if isinstance(state.parameters, list):
        raise Unjournaled(f"{rule.table}: one statement for each change")
    columns = (getattr(rule.mapper.class_, key).label(key) for key in sorted(rule.read))
    query: Any = select(*columns)
    if statement.whereclause is not None:
        query = query.where(statement.whereclause)
    return [dict(row._mapping) for row in state.session.execute(query, state.parameters)]
