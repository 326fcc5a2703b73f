"""What taking away is, table by table: what the revocation journal holds, and nothing else.

Each table stands here, or in ``TAKES_NOTHING`` with its reason; each column is watched, or let be with its reason. A
test holds both lists to the models, so a new way of taking something away cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import inspect

import portal.tables  # noqa: F401 - every model that carries ``Shared``
from portal.access.acts import Said
from portal.access.mandates import Mandate
from portal.access.models import Relationship
from portal.access.sharing import Agreement, Opening, Perimeter, Restriction
from portal.accounts.enrolments import Enrolment
from portal.accounts.models import WAYS, CalendarFeed, SignIn
from portal.core.db import Base
from portal.core.journal import Taken
from portal.core.models import Account, AccountState, Dossier, DossierState, HiddenFrom, Shared
from portal.core.standing import StaffWord
from portal.core.taking import Rule, Values, declare
from portal.dossier.models import DuiClient, DuiClientScope
from portal.inbox.models import Notice
from portal.lookers.models import Naming
from portal.sharing.models import ActAnswer


class What(StrEnum):
    """A thing taken away, as the journal says it."""

    ENDED = "ended"
    """A link has an end, or a sooner one."""
    UNPROVED = "unproved"
    """What a link is changed, or it went: replayed, it must be verified again."""
    CLOSED = "closed"
    """An account."""
    SIGNED_OUT = "signed_out"
    WAY_IN_GONE = "way_in_gone"
    """A passkey, a passphrase or an authenticator was removed, or another took its place."""
    LETTER_SHUT = "letter_shut"
    """A letter served, or was revoked."""
    FEED_SHUT = "feed_shut"
    """The address of a calendar."""
    KEY_SHUT = "key_shut"
    """A DUI's token, or one of its establishments."""
    KEY_CHANGED = "key_changed"
    WITHDRAWN = "withdrawn"
    """An agreement, or a mandate."""
    ANSWERED = "answered"
    """An act was not agreed to."""
    TAKEN_BACK = "taken_back"
    """An answer about an act."""
    CUT_SHORT = "cut_short"
    """An agreement has an end, or a sooner one."""
    RESTRICTED = "restricted"
    PERIMETER = "perimeter"
    CELL = "cell"
    HELD = "held"
    HIDDEN = "hidden"
    PRIVATE = "private"
    """It belongs to somebody, or to somebody else, or to nobody any more."""
    UNPUBLISHED = "unpublished"
    STANDS = "stands"
    """A young person left, or stands elsewhere with the establishment."""
    MOVED = "moved"
    """To another unit: that of before reads no more."""
    WORD = "word"
    """What staff say of where a young person stands changed, or went."""
    UNNAMED = "unnamed"
    """Families no longer read the names of staff in the log."""
    REBORN = "reborn"
    """A birth date was corrected, and with it the day of majority. The journal does not say to which."""
    ERASED = "erased"
    EMPTIED = "emptied"
    """Some categories of a dossier went by their age; the entry names them."""


PROOF = "journal"
"""What a restriction set again says of its proof: whose text is not in the journal."""

LEFT_ALONE: Mapping[str, Mapping[str, str]] = {
    "relationship": dict.fromkeys(("relative_key", "proof", "emergency", "created_at"), "tells, decides nothing")
    | {"verified_by": "goes with verified_at"}
    | dict.fromkeys(("ended_by", "ended_because"), "go with ends_at"),
    "mandate": dict.fromkeys(("paper", "paper_on", "recorded_by", "recorded_at"), "tells, decides nothing")
    | dict.fromkeys(("withdrawn_by", "withdrawn_with"), "go with withdrawn_at"),
    "account": dict.fromkeys(
        ("display_name", "email", "mode", "theme", "locale", "reading", "reading_own", "created_at"), "decides nothing"
    )
    | dict.fromkeys(("identity_checked_at", "identity_checked_by"), "asked again with the next letter"),
    "sign_in": dict.fromkeys(
        (
            *("token_hash", "account_id", "strength", "method", "device", "device_key"),
            *("helper_id", "helped_on", "mandate_id"),
            *("provider", "provider_sid", "provider_hint"),
            *("created_at", "proved_at", "last_seen_at", "idle_until", "expires_at"),
        ),
        "restoring ends every session",
    ),
    "enrolment": dict.fromkeys(
        ("number", "secret_hash", "account_id", "establishment_id", "issued_by", "issued_at", "handed", "replaces"),
        "written once",
    )
    | {"expires_at": "written once", "tries": "ten guesses more, of sixty thousand million"}
    | {"joined_to": "goes with redeemed_at"}
    | dict.fromkeys(
        ("second_hash", "second_until", "second_by", "second_tries", "confirmed_at"), "minutes old when it counts"
    ),
    "calendar_feed": dict.fromkeys(
        ("account_id", "name", "token_hash", "made_at", "expires_at", "used_at"), "written once, or decides nothing"
    ),
    "passkey": {"sign_count": "the next use tells a higher one", "enrolled_by": "tells who else may take it away"}
    | dict.fromkeys(("name", "synced", "created_at", "used_at"), "tells, decides nothing"),
    "federation": dict.fromkeys(("linked_at", "used_at"), "tells, decides nothing"),
    "passphrase": {"created_at": "tells, decides nothing"}
    | {"hash": "of the same phrase, when argon2 costs more; another phrase is another row"},
    "authenticator": {"created_at": "tells, decides nothing", "last_step": "half a minute old when it counts"},
    "dui_client": dict.fromkeys(("name", "created_at", "rotated_at"), "tells, decides nothing")
    | dict.fromkeys(("former_digest", "former_until", "expires_at"), "go with token_digest"),
    "dui_client_scope": {},
    "agreement": dict.fromkeys(("receipt", "given_by", "capacity", "created_at", "helper_id"), "tells, decides nothing")
    | dict.fromkeys(("withdrawn_by", "withdrawn_with"), "go with withdrawn_at"),
    "restriction": dict.fromkeys(("proof", "set_by", "created_at"), "tells, decides nothing")
    | dict.fromkeys(("lift_asked_by", "lift_proof", "lifted_by"), "a lift gives back"),
    "perimeter": dict.fromkeys(("because", "created_at"), "tells, decides nothing"),
    "opening": {},
    "dossier": dict.fromkeys(("key", "received_at", "state_since"), "tells, decides nothing")
    | {"left_at": "goes with state"},
    "staff_word": dict.fromkeys(("because", "said_at", "dui_state", "dui_unit_id"), "tells, decides nothing"),
    "act_answer": dict.fromkeys(("capacity", "said_at", "helper_id"), "tells, decides nothing"),
    "log_naming": {"decided_at": "the newest counts"},
}
"""Columns of watched tables that no entry speaks of, and why. Those of shared things are the DUI's or the sender's."""

ITEM = frozenset({"held_until", "hidden_from", "private_to", "published_to"})
"""What every shared thing says of who may see it; a row that was not there takes nothing away by coming."""

RESTRICTED_ROW = ("dossier_id", "establishment_id", "source", "against", "account_id", "rows", "starts_at", "ends_at")
PERIMETER_ROW = ("establishment_id", "version", "starts_at", "decided_by")
WORD_ROW = ("establishment_id", "state", "said_by")
ANSWER_ROW = ("request_id", "dossier_id", "establishment_id", "account_id", "said")
NAMING_ROW = ("establishment_id", "decided_by")
TOLD = frozenset({"dossier_id", "key"})
"""By what a shared thing is known when it comes from the DUI again, under another identifier of ours."""
CELL_ROW = ("perimeter_id", "column", "category", "nature", "is_open")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _whole(what: What, names: Iterable[str], row: Values) -> Iterable[Taken]:
    yield {"what": what, **{name: _plain(row[name]) for name in names}}


def _sooner(before: Values, after: Values, name: str) -> bool:
    """An end that was not there, or comes before the one known."""
    until = after.get(name)
    return until is not None and (before.get(name) is None or until < before[name])


def _link(before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if _sooner(before, after, "ends_at"):
        yield {"what": What.ENDED, "ends_at": _plain(after["ends_at"])}
    gives = {"ends_at"} | {name for name in ("verified_at", "referent") if after.get(name)}
    if after.keys() - gives:
        yield {"what": What.UNPROVED}


def _account(_before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if after["state"] == AccountState.CLOSED:
        yield {"what": What.CLOSED}


def _sign_in(_before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if after["ended_at"] is not None:
        yield {"what": What.SIGNED_OUT}


def _letter(_before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if after.get("redeemed_at") is not None or after.get("revoked_at") is not None:
        yield {"what": What.LETTER_SHUT}


def _way_in(_before: Values, _after: Values, _row: Values) -> Iterable[Taken]:
    """A way in never changes: whatever did, what stood there before is gone."""
    yield {"what": What.WAY_IN_GONE}


def _client(_before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if after.get("revoked_at") is not None:
        yield {"what": What.KEY_SHUT}
    if "token_digest" in after:
        yield {"what": What.KEY_CHANGED}


def _agreement(before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if _sooner(before, after, "ends_at"):
        yield {"what": What.CUT_SHORT, "ends_at": _plain(after["ends_at"])}
    if after.keys() - {"ends_at", "withdrawn_at"} or after.get("withdrawn_at") is not None:
        yield {"what": What.WITHDRAWN}


def _restriction(before: Values, after: Values, row: Values) -> Iterable[Taken]:
    """Whole, whatever changed; but for a lift, or a sooner end, which give back."""
    gives = {"lifted_at"} if after.get("lifted_at") is not None else set()
    gives |= {"ends_at"} if _sooner(before, after, "ends_at") and "ends_at" in before else set()
    if after.keys() - gives:
        yield from _whole(What.RESTRICTED, RESTRICTED_ROW, row)


def _dossier(before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if "state" in after and after["state"] != DossierState.PRESENT and before.get("state") != DossierState.LEFT:
        yield {"what": What.STANDS, "state": DossierState(after["state"]).value}
    if "unit_id" in after and not ("unit_id" in before and before["unit_id"] is None):
        yield {"what": What.MOVED}
    if after.keys() & {"birth_date", "establishment_id"}:
        yield {"what": What.REBORN}


def _word(_before: Values, _after: Values, row: Values) -> Iterable[Taken]:
    yield from _whole(What.WORD, WORD_ROW, row)


def _answer(_before: Values, after: Values, _row: Values) -> Iterable[Taken]:
    if after.keys() - {"ended_at"} or after.get("ended_at") is not None:
        yield {"what": What.TAKEN_BACK}


def _answered(row: Values) -> Iterable[Taken]:
    return () if row["said"] == Said.YES else _whole(What.ANSWERED, ANSWER_ROW, row)


def _named(row: Values) -> Iterable[Taken]:
    return () if row["named"] else _whole(What.UNNAMED, NAMING_ROW, row)


def _item(before: Values, after: Values, row: Values) -> Iterable[Taken]:
    known = {name: _plain(row[name]) for name in TOLD if row.get(name) is not None}
    yield from ({**one, **known} for one in _hidden(before, after))


def _hidden(before: Values, after: Values) -> Iterable[Taken]:
    until = after.get("held_until")
    if until is not None and (before.get("held_until") is None or until > before["held_until"]):
        yield {"what": What.HELD, "until": _plain(until)}
    if after.get("hidden_from", HiddenFrom.NOBODY) != HiddenFrom.NOBODY:
        yield {"what": What.HIDDEN, "from": HiddenFrom(after["hidden_from"]).value}
    if "private_to" in after:  # whoever had it as their own may have read it as nothing else
        yield {"what": What.PRIVATE, "to": str(after["private_to"] or "")}
    if "published_to" in after and before.get("published_to", ~0) & ~after["published_to"]:
        yield {"what": What.UNPUBLISHED, "to": after["published_to"]}


def _nothing(_before: Values, _after: Values, _row: Values) -> Iterable[Taken]:
    return ()


def _gone(what: What) -> Any:
    return lambda _row: ({"what": what},)


def _declare(model: type[Base], changed: Any, **more: Any) -> None:
    mapper = inspect(model)
    watched = {attribute.key for attribute in mapper.column_attrs} - LEFT_ALONE[model.__tablename__].keys()
    identity = {mapper.get_property_by_column(column).key for column in mapper.primary_key}
    always = set() if "id" in identity else identity  # an identifier of ours never changes
    declare(Rule(mapper, frozenset(watched - identity | always), changed, **more))


_declare(Relationship, _link, removed=_gone(What.UNPROVED))
_declare(Account, _account, removed=_gone(What.CLOSED))
_declare(SignIn, _sign_in)
for _kind in WAYS:
    _declare(_kind, _way_in, removed=_gone(What.WAY_IN_GONE))
_declare(Enrolment, _letter, removed=_gone(What.LETTER_SHUT))
_declare(CalendarFeed, lambda *_: ({"what": What.FEED_SHUT},), removed=_gone(What.FEED_SHUT))
_declare(DuiClient, _client, removed=_gone(What.KEY_SHUT))
_declare(DuiClientScope, _nothing, removed=_gone(What.KEY_SHUT))
_declare(Agreement, _agreement, removed=_gone(What.WITHDRAWN))
_declare(Mandate, _agreement, removed=_gone(What.WITHDRAWN))
_declare(Restriction, _restriction, added=lambda row: _whole(What.RESTRICTED, RESTRICTED_ROW, row))
_declare(Perimeter, _nothing, added=lambda row: _whole(What.PERIMETER, PERIMETER_ROW, row), fixed=True)
_declare(Opening, _nothing, added=lambda row: _whole(What.CELL, CELL_ROW, row), fixed=True)
_declare(Dossier, _dossier, removed=_gone(What.ERASED))
_declare(StaffWord, _word, added=lambda row: _word({}, {}, row), removed=_gone(What.WORD))
_declare(ActAnswer, _answer, added=_answered, removed=_gone(What.TAKEN_BACK))
_declare(Naming, lambda _before, _after, row: _named(row), added=_named)

for _mapper in Base.registry.mappers:
    if issubclass(_mapper.class_, Shared) and _mapper.class_ is not Notice:
        _told = {attribute.key for attribute in _mapper.column_attrs} & TOLD
        declare(Rule(_mapper, ITEM, _item, told=frozenset(_told)))
