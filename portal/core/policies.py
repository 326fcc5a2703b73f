"""PostgreSQL's row-level security, written from the models: the wall behind ``access.visible()`` (decision 0020).

A table holds rows about people, and has policies: by default (``Shared``), those of the dossiers in the scope's reach,
else those named in ``PLANS``. Or it holds none, and says why in ``OPEN``. A test finds any other table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portal.core.db import Base
from portal.core.models import Shared


def _said(name: str) -> str:
    """A setting of the transaction (``core.scope``); NULL when it was not said, in whatever way."""
    return f"nullif(current_setting('relie.{name}', true), '')"


ME, THROUGH, TOKEN = f"{_said('account')}::uuid", f"{_said('through')}::uuid", f"decode({_said('token')}, 'hex')"
WHO = f"coalesce({THROUGH}, {ME})"
"""Who is signed in, also when they look at what somebody else sees."""
AT = f"coalesce({_said('at')}::timestamptz, now())"
WORKING = f"({_said('everywhere')} IS NOT NULL OR {_said('establishments')} IS NOT NULL)"

# Every subquery stands in an ARRAY(…) of its own: read once for each statement, before the first row, and then asked of
# an index. One that named a column of the row would be read again for each.
_NOW = f"starts_at <= {AT} AND ends_at > {AT}"
_THEIRS = f"SELECT dossier_id FROM reach WHERE account_id = {THROUGH} AND {_NOW}"
_REACHED = (
    f"FROM reach WHERE account_id = {ME} AND {_NOW} AND ({THROUGH} IS NULL OR dossier_id = ANY (ARRAY({_THEIRS})))"
)
MY_DOSSIERS = f"ARRAY(SELECT DISTINCT dossier_id {_REACHED})"
MY_ESTABLISHMENTS = f"ARRAY(SELECT DISTINCT establishment_id {_REACHED})"
MY_PLACES = f"ARRAY(SELECT establishment_id FROM relationship WHERE account_id = {ME} OR account_id = {THROUGH})"
_GIVEN = f"SELECT unnest(string_to_array({_said('establishments')}, ',')::uuid[])"
PLACES = f"ARRAY(SELECT id FROM establishment WHERE {_said('everywhere')} IS NOT NULL UNION ALL {_GIVEN})"
"""Establishments one works for; all of them, one by one, so that an index can be asked."""
THEIR_DOSSIERS = f"SELECT id FROM dossier WHERE {WORKING} AND establishment_id = ANY ({PLACES})"
DOSSIERS = f"ARRAY(SELECT DISTINCT dossier_id {_REACHED} UNION ALL {THEIR_DOSSIERS})"

HERE = f"({_said('everywhere')} IS NOT NULL OR establishment_id = ANY (ARRAY({_GIVEN})))"
IN_REACH = f"dossier_id = ANY ({DOSSIERS})"


def _consistent(table: str) -> str:
    """The row's dossier is in reach, and of the establishment the row names. For one row at a time: no list is made."""
    return (
        "EXISTS (SELECT FROM dossier AS d "
        f"WHERE d.id = {table}.dossier_id AND d.establishment_id = {table}.establishment_id)"
    )


_OF_PLACE = HERE.replace("establishment_id", "p.establishment_id")


@dataclass(frozen=True, slots=True)
class Plan:
    """Conditions in SQL on a row: to read it, to write it anew, to change or delete it (default: as to read it)."""

    read: str
    write: str
    change: str = ""


def _ruled(table: str) -> Plan:
    """Read by whoever reaches the dossier; written by services in a scope of their own."""
    return Plan(f"{HERE} OR dossier_id = ANY ({MY_DOSSIERS})", f"{HERE} AND {_consistent(table)}", HERE)


_OWN_NOTICE = (
    f"(account_id = {WHO} AND (dossier_id IS NULL OR dossier_id = ANY ({MY_DOSSIERS}))) "
    f"OR (dossier_id IS NULL AND {WORKING}) OR {HERE}"
)

PLANS: Mapping[str, Plan] = {
    "account": Plan(
        f"id = {ME} OR id = {THROUGH} OR {WORKING} OR id = ANY (ARRAY(SELECT account_id FROM sign_in "
        f"WHERE token_hash = {TOKEN})) OR EXISTS (SELECT FROM relationship AS r WHERE r.account_id = account.id)",
        f"id = {WHO} OR {WORKING}",
        f"id = {WHO} OR {WORKING}",
    ),
    "sign_in": Plan(f"account_id = {WHO} OR token_hash = {TOKEN} OR {WORKING}", f"account_id = {WHO} OR {WORKING}"),
    "enrolment": Plan(f"account_id = {WHO} OR {HERE}", HERE, HERE),
    **dict.fromkeys(
        ("alert_choice", "alert_phone", "push_device"),
        Plan(f"account_id = {WHO} OR {WORKING}", f"account_id = {WHO} OR {WORKING}"),
    ),
    "dead_address": Plan(f"account_id = {WHO} OR {WORKING}", WORKING, WORKING),
    **dict.fromkeys(
        ("passkey", "passphrase", "authenticator", "federation", "calendar_feed"),
        Plan(f"account_id = {WHO} OR {WORKING}", f"account_id = {WHO} OR {WORKING}"),
    ),
    **dict.fromkeys(("second_step", "picture_code", "handover", "tablet_code"), Plan(WORKING, WORKING)),
    "dossier": Plan(f"id = ANY ({MY_DOSSIERS}) OR establishment_id = ANY ({PLACES})", HERE, HERE),
    "relationship": Plan(
        f"account_id = {ME} OR account_id = {THROUGH} OR {HERE} OR dossier_id = ANY ({MY_DOSSIERS}) "
        f"OR (dossier_id IS NULL AND establishment_id = ANY ({MY_ESTABLISHMENTS}))",
        f"{HERE} AND (dossier_id IS NULL OR {_consistent('relationship')})",
        HERE,
    ),
    "reach": Plan(f"account_id = {ME} OR account_id = {THROUGH} OR {HERE}", HERE, HERE),
    "perimeter": Plan(f"establishment_id = ANY ({MY_PLACES}) OR {HERE}", HERE, HERE),
    "opening": Plan(
        "EXISTS (SELECT FROM perimeter AS p WHERE p.id = opening.perimeter_id)",
        f"EXISTS (SELECT FROM perimeter AS p WHERE p.id = opening.perimeter_id AND {_OF_PLACE})",
        f"EXISTS (SELECT FROM perimeter AS p WHERE p.id = opening.perimeter_id AND {_OF_PLACE})",
    ),
    "agreement": _ruled("agreement"),
    "restriction": _ruled("restriction"),
    "access_log": Plan(
        f"dossier_id = ANY ({MY_DOSSIERS}) OR {HERE}",
        f"(account_id = {WHO} AND dossier_id = ANY ({MY_DOSSIERS})) OR {HERE}",
        HERE,
    ),
    "access_seal": Plan("true", HERE, HERE),
    "access_head": Plan("true", HERE, HERE),
    "log_naming": Plan(f"establishment_id = ANY ({MY_PLACES}) OR {HERE}", HERE, HERE),
    "log_release": _ruled("log_release"),
    "notice": Plan(
        f"((account_id = {ME} OR account_id = {THROUGH}) AND (dossier_id IS NULL OR dossier_id = ANY ({MY_DOSSIERS}))) "
        f"OR (dossier_id IS NULL AND {WORKING}) OR {HERE}",
        _OWN_NOTICE,
        _OWN_NOTICE,
    ),
    "event_person": Plan(
        "EXISTS (SELECT FROM event AS e WHERE e.id = event_person.event_id)",
        "EXISTS (SELECT FROM event AS e WHERE e.id = event_person.event_id)",
    ),
    "correction": Plan(f"account_id = {ME} OR {HERE}", f"{HERE} AND {_consistent('correction')}", HERE),
    "mandate": Plan(f"account_id = {ME} OR {HERE}", f"{HERE} AND {_consistent('mandate')}", HERE),
    "staff_word": _ruled("staff_word"),
    "assignment_review": Plan(HERE, HERE),
    "bulletin": Plan(f"establishment_id = ANY ({MY_PLACES}) OR {HERE}", HERE, HERE),
    "withheld": Plan(HERE, f"{HERE} AND {_consistent('withheld')}"),
    "act_request": _ruled("act_request"),
    "act_answer": _ruled("act_answer"),
    "voice": _ruled("voice"),
    "professional": Plan(HERE, HERE),
    "source_reference": Plan(HERE, HERE),
    "warned_end": Plan(HERE, HERE),
    "dossier_source": Plan(HERE, f"{HERE} AND {_consistent('dossier_source')}"),
}
"""Tables that are about people and need words of their own."""

OPEN: Mapping[str, str] = {
    "organisation": "who runs establishments is public",
    "establishment": "names and telephones of establishments are public, and shown before signing in",
    "unit": "groups of an establishment, without anybody in them",
    "mark": "facts about the database itself",
    "attempt": "keyed marks of tries, which name nobody",
    "spent_challenge": "hashes of questions that were answered",
    "job": "identifiers and codes of work to do, taken by workers before they know for whom",
    "dui_client": "software that may send messages, with hashes of their tokens",
    "dui_client_scope": "which establishments that software may write",
    "dui_message": "counts and codes of what was received; nothing of anybody",
    "menu_import": "files of a kitchen",
    "dish": "meals of an establishment",
}
"""Tables without a wall, and why."""


def plans() -> dict[str, Plan]:
    """Table → plan, for every table about people."""
    shared = _shared_tables()
    names = [table.name for table in Base.metadata.sorted_tables]
    return {name: PLANS.get(name) or _shared(name) for name in names if name in PLANS or name in shared}


def statements(table: str, plan: Plan) -> Iterator[str]:
    """What lays the wall before a table: its owner too stands outside."""
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
    change = plan.change or plan.read
    conditions = {
        "SELECT": f"USING ({plan.read})",
        "INSERT": f"WITH CHECK ({plan.write})",
        "UPDATE": f"USING ({change}) WITH CHECK ({plan.write})",
        "DELETE": f"USING ({change})",
    }
    for command, condition in conditions.items():
        yield f"CREATE POLICY relie_{command.lower()} ON {table} FOR {command} {condition}"


def digest() -> str:
    """What tells one wall from another."""
    said = "\n".join(statement for table, plan in plans().items() for statement in statements(table, plan))
    return hashlib.sha256(said.encode()).hexdigest()


def unplanned() -> set[str]:
    """Tables that say neither who may read them nor why anybody may."""
    return {table.name for table in Base.metadata.sorted_tables} - plans().keys() - OPEN.keys()


def _shared_tables() -> frozenset[str]:
    return frozenset(
        str(mapper.local_table.name)  # type: ignore[attr-defined]  # every mapper of ours is of one table
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Shared)
    )


def _shared(table: str) -> Plan:
    return Plan(IN_REACH, _consistent(table))
