"""What a DUI message says, in our words: frozen records for features. Categories and natures are ``access`` words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.core.models import HiddenFrom


class Severity(StrEnum):
    """How grave an issue is, in the words of OperationOutcome."""

    ERROR = "error"
    WARNING = "warning"


class State(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    REPEATED = "repeated"
    """The very same message as the last one: nothing changed."""
    IGNORED = "ignored"
    """Older than what is held about every dossier in it."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong or odd. Carries a code and a place, never a value of the message."""

    code: str
    entry: int | None = None
    """Index in ``Bundle.entry``; None when the message as a whole is meant."""
    path: str = ""
    """FHIRPath-like place, such as ``Bundle.entry[3].resource.period.start``."""
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Anything about one young person."""

    dossier: str
    """Key of the dossier: ``3+FINESS/local-id``."""
    key: str
    """Business identifier of the thing: the same thing keeps it from message to message."""
    entry: int
    """Where in the message it stands."""
    hidden: HiddenFrom = HiddenFrom.NOBODY
    withdrawn: bool = False
    """Entered in error, or no longer so: what was stored under this key goes away."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone, a mail address or a postal address (one string, lines separated by newlines)."""

    kind: str
    """``phone``, ``mail`` or ``address``."""
    value: str
    use: str = ""
    """FHIR use: ``home``, ``mobile``, ``work``, ``old``…"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRecord(Record):
    """The young person. ``key`` equals ``dossier``."""

    family_name: str
    given_name: str
    birth_date: date | None
    """None only for a dossier the portal already holds: what it knows stays."""
    gender: str = ""
    ins: str | None = None
    """National health identifier, only when the sender qualified it (VALI)."""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeRecord(Record):
    """Somebody close, or who decides for the young person."""

    family_name: str
    given_name: str
    relation: str = ""
    """TRE_R216 code, such as MTH, FTH, TUTEUR."""
    relation_label: str = ""
    role: str = ""
    """TRE_R260 code, such as ECON (to be told in an emergency)."""
    protection: str = ""
    """TRE_R217 code of a legal protection, such as a guardianship."""
    protection_label: str = ""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalRecord:
    """A professional of the establishment or outside it. Not about a young person."""

    key: str
    name: str
    entry: int
    role: str = ""
    """What they do, in French, as the DUI says it: « Infirmier », « Coordonnateur de parcours »."""
    role_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferentRecord(Record):
    """A professional who follows this young person in particular."""

    team: str
    """Key of the list it stands in: a new version of the list replaces the old one."""
    professional: str | None
    """Key of the professional; None when nobody knows who the reference means."""
    name: str
    """"" when unknown: the role is still shown."""
    role: str
    since: date | None = None
    until: date | None = None


class StayState(StrEnum):
    """Where a stay stands."""

    PLANNED = "planned"
    PRESENT = "present"
    ENDED = "ended"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class StayRecord(Record):
    """Encounter ``sejour``: from when to when, in which unit."""

    state: StayState
    starts_at: datetime | None
    ends_at: datetime | None = None
    unit: str | None = None
    """Key of the unit inside the establishment; None when the DUI does not say."""
    unit_name: str = ""
    boarding: bool | None = None
    """Whether nights are spent there; None when the DUI does not say."""
    service: str = ""
    """How the young person is received, in French: « Hébergement complet internat »."""


class Where(StrEnum):
    """Where the young person is, or sleeps."""

    UNIT = "unit"
    HOME = "home"
    ELSEWHERE = "elsewhere"
    """Neither: a camp, a hospital. The reason stays with staff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceRecord(Record):
    """Slot ``presence-absence``."""

    where: Where
    starts_at: datetime
    ends_at: datetime


class EventStatus(StrEnum):
    """What the DUI says of an event."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"
    MISSED = "missed"
    """It took place without the young person (noshow)."""


class PersonKind(StrEnum):
    """What somebody does at an event."""

    PROFESSIONAL = "professional"
    ESCORT = "escort"
    """Goes along: « accompagnant »."""
    RELATIVE = "relative"
    """Somebody close who takes part."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Somebody at an event. An unknown professional has no name, and keeps the role."""

    kind: PersonKind
    name: str = ""
    role: str = ""
    professional: str | None = None
    relative: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord(Record):
    """TDDUI Encounter ``evenement`` or fr-core Appointment: one model for both."""

    category: str
    """``planning`` or ``appointments``."""
    nature: str
    kind: str
    """One word of ours for pictures and easy words, such as ``nurse`` or ``class``; "" when unknown."""
    title: str
    """As the DUI says it; "" when it says nothing."""
    state: EventStatus
    starts_at: datetime | None
    """None only for a cancellation or a withdrawal, that may say no hour: the one that is known stays."""
    ends_at: datetime | None = None
    all_day: bool = False
    """``starts_at`` and ``ends_at`` are then local midnights, the end being excluded."""
    place: str = ""
    place_address: str = ""
    bring: str = ""
    note: str = ""
    """What the DUI wrote *for the family*. Reports and comments of staff never come here."""
    people: tuple[PersonRecord, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportRecord(Record):
    """Task ``transport-usager``. Category and nature are those of the event when it is known."""

    category: str
    nature: str
    state: EventStatus
    starts_at: datetime | None
    ends_at: datetime | None = None
    event: str | None = None
    """Key of the event one is driven to or from."""
    origin: str = ""
    destination: str = ""
    mode: str = ""
    """As the DUI says it: « Taxi », « Véhicule de l'établissement »."""
    escorted: bool | None = None
    """Somebody goes along; None when the DUI does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord(Record):
    """A resource kept raw in the vault for a feature to come: only where it lies is stored, never what it says."""

    resource_type: str
    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """How a sender may refer to something in a later message: its own ``Encounter/12``, or the id we answered."""

    reference: str
    key: str
    dossier: str | None
    """None for what belongs to no young person, such as a professional."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A whole DUI message, checked: everything in it may be stored as it is."""

    sent_at: datetime | None
    """``Bundle.timestamp``; None when the sender gave none: its time is then that of reception."""
    finess: str
    """Nine characters: the establishment the message speaks for."""
    client: str
    """Name of the DUI that sent it."""
    version: str
    """``2`` (resources) or ``1`` (CDA documents)."""
    digest: str
    """SHA-256 of the bytes received, in hexadecimal."""
    dossiers: tuple[DossierRecord, ...] = ()
    relatives: tuple[RelativeRecord, ...] = ()
    professionals: tuple[ProfessionalRecord, ...] = ()
    teams: tuple[tuple[str, str], ...] = ()
    """(dossier, team) of every list of referents in the message, empty ones included."""
    referents: tuple[ReferentRecord, ...] = ()
    stays: tuple[StayRecord, ...] = ()
    presences: tuple[PresenceRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    transports: tuple[TransportRecord, ...] = ()
    kept: tuple[KeptRecord, ...] = ()
    sources: tuple[SourceRecord, ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    """(resource type, id we answer) of each entry, in order."""
    warnings: tuple[Issue, ...] = ()

    @property
    def dossier_keys(self) -> frozenset[str]:
        """Every dossier the message says something about."""
        about = (
            self.dossiers, self.relatives, self.referents, self.stays,
            self.presences, self.events, self.transports, self.kept,
        )  # fmt: skip
        return frozenset(record.dossier for records in about for record in records)
