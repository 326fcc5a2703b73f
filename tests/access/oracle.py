"""The rules of docs/fr/regles-d-acces.md as algebra of sets, with none of the code of ``portal.access.decision``.

The tables are read from the page itself. Numbers in comments are those of its rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.access.axes import Cover, Item, Link, Opened, Restricted, Told
from portal.access.models import Post
from portal.access.perimeter import Row, row_name, row_named
from portal.access.words import Action, Scope, Strength
from portal.core.models import DossierState
from tests.access import page
from tests.access.space import Space, reached

FRENCH = page.words()
ROW_OF = {french: row_named(code) for code, french in FRENCH["rubrique"].items()} | {
    "rendez-vous ordinaires": row_named("appointments"),
    "rendez-vous de santé": row_named("appointments:health"),
    "rendez-vous de justice": row_named("appointments:justice"),
}
FAMILIES = {ROW_OF[name.partition(" (")[0]]: cells for _, name, *cells in page.table("familles")}
AT_WORK = {ROW_OF[name]: cell for _, name, cell in page.table("personnel")}
PUBLISHERS = {ROW_OF[name]: cell for _, name, cell in page.table("publier")}
CHECKERS = "direction, administration, soins, travail social, référent"
POSTS = {french: Post(code) for code, french in FRENCH["métier"].items()}

SHOWN_TO_ALL = {"menus", "planning", "appointments"}
WITH_AN_HOUR = {"planning", "appointments", "appointments:health", "appointments:justice"}
IN_AN_EMERGENCY = {
    "identity", "household", "planning", "appointments", "appointments:health", "diet", "protocol", "treatment",
    "seizures",
}  # fmt: skip
BEFORE_ADMISSION = {"identity", "documents"}
STILL_DONE_WHEN_LEFT = {Action.VIEW, Action.REVIEW, Action.ADMINISTER}
BINDING = {Action.REVIEW, Action.PUBLISH, Action.ADMINISTER}


@dataclass(frozen=True)
class Oracle:
    """What the page answers for one row and one action, over one space."""

    space: Space
    row: Row
    action: Action

    @property
    def name(self) -> str:
        return row_name(self.row)

    def reads(self) -> dict[Scope, int]:
        """Allowed, exactly this much; an action other than reading is all or nothing, as far as a place is told."""
        of, open_ = self.space.of, self.permitted() & ~self.denied()
        whole, placeless = self.whole(), of("restricted", Restricted.NO_PLACE)
        return {
            Scope.HOUR: open_ & ~whole,
            Scope.NO_PLACE: open_ & whole & placeless,
            Scope.ALL: open_ & whole & ~placeless,
        }

    def told(self) -> dict[Told, int]:
        """The section « Ce qu’on dit à celui qui est refusé », each reason before those below it."""
        allowed = sum(self.reads().values())
        said, rest = {Told.OPEN: allowed}, reached(self.space, self.row) & ~allowed
        for word, why in (
            (Told.NOT_FOUND, self.untied()),
            (Told.DOSSIER_CLOSED, self.not_the_time()),
            (Told.STEP_UP, self.too_weak()),
            (Told.MAJORITY, self.of_age()),
            (Told.NOT_SHARED, self.space.all),
        ):
            said[word], rest = rest & why, rest & ~why
        return said

    # Refusals

    def denied(self) -> int:
        return (
            self.untied() | self.of_age() | self.idle() | self.not_the_time() | self.too_weak()
            | self.limited() | self.kept() | self.not_theirs_to_do()
        )  # fmt: skip

    def untied(self) -> int:  # 1, 2
        return self.space.of("link", Link.CLOSED_ACCOUNT, Link.NONE, Link.UNVERIFIED, Link.NOT_YET, Link.ENDED)

    def of_age(self) -> int:  # 3
        of = self.space.of
        ends = of("link", Link.PARENT_FULL, Link.PARENT_INFORMED, Link.DELEGATE, Link.CHILD_WELFARE)
        return of("adult", True) & ends

    def idle(self) -> int:  # 4, 5
        of = self.space.of
        return of("link", Link.PARENT_WITHDRAWN, Link.PROPERTY, Link.OUTSIDE_DOCTOR) | (
            of("link", Link.STAFF) & (of("post", Post.NONE) | of("cover", Cover.NONE))
        )

    def not_the_time(self) -> int:  # 6, 7, 8
        of = self.space.of
        gone = of("dossier", DossierState.LEFT)
        if self.name not in BEFORE_ADMISSION or self.action in (Action.EXPRESS, Action.ANSWER):
            gone |= of("dossier", DossierState.PRE_ADMISSION)
        if self.action not in STILL_DONE_WHEN_LEFT:
            gone |= of("dossier", DossierState.LEFT_READABLE)
        return gone

    def whole(self) -> int:  # 9, 11
        of = self.space.of
        if self.name in SHOWN_TO_ALL:
            return self.space.all
        accompanied = of("strength", Strength.ACCOMPANIED) & of("link", Link.SELF)
        return of("strength", Strength.SUBSTANTIAL) | (accompanied if self.name in WITH_AN_HOUR | {"wishes"} else 0)

    def too_weak(self) -> int:  # 10, 12, 13
        if self.action in BINDING:
            return self.space.but(self.space.of("strength", Strength.SUBSTANTIAL))
        if self.action is Action.VIEW and self.name in WITH_AN_HOUR:
            return 0
        return self.space.but(self.whole())

    def limited(self) -> int:  # 14; 15 is in reads()
        return self.space.of("restricted", Restricted.CLOSED)

    def kept(self) -> int:
        of = self.space.of
        staff, others = of("link", Link.STAFF), of("item", Item.OTHERS)
        handled = self.name == "household" or (
            self.name == "documents" and self.action in (Action.REVIEW, Action.PUBLISH)
        )
        families = of("item", Item.HELD, Item.OTHERS, Item.HIDDEN_FAMILIES)  # 16, 17, 21
        families |= of("item", Item.HIDDEN_PATIENT) & of("link", Link.SELF, Link.RELATIVE, Link.TRUSTED)  # 19
        families |= of("item", Item.HIDDEN_REPRESENTATIVES) & ~of("link", Link.SELF)  # 20
        at_work = 0 if handled else others  # 18
        own = of("item", Item.MINE) if self.action is Action.REVIEW else 0  # 22
        return (families & ~staff) | (at_work & staff) | own

    def not_theirs_to_do(self) -> int:
        """23 to 27, for families and the young; what staff do stands in tables."""
        of = self.space.of
        family = self.space.but(of("link", Link.STAFF))
        of_age, minor = of("adult", True), of("adult", False)
        me = of("link", Link.SELF)
        full = of("link", Link.PARENT_FULL, Link.DELEGATE, Link.REPRESENT)
        on_agreement = "sur accord" in FAMILIES[self.row]
        answering = me & of_age if self.name == "planning" else me
        may = {
            Action.VIEW: family,
            Action.DEPOSIT: family & ~(me & minor) if self.name == "documents" else 0,
            Action.EXPRESS: me if self.name == "wishes" else 0,
            Action.ANSWER: answering | full | of("link", Link.CHILD_WELFARE) if self.name in WITH_AN_HOUR else 0,
            Action.ADMINISTER: (me & of_age) | (full if self.name != "household" else 0) if on_agreement else 0,
            Action.REVIEW: 0,
            Action.PUBLISH: 0,
        }
        return family & ~may[self.action]

    # Permissions

    def permitted(self) -> int:
        return reached(self.space, self.row) & (self.by_the_table_of_families() | self.by_the_tables_of_staff())

    def by_the_table_of_families(self) -> int:
        of = self.space.of
        columns = (
            of("link", Link.SELF) & of("adult", False),
            of("link", Link.SELF) & of("adult", True),
            of("link", Link.PARENT_FULL, Link.DELEGATE),
            of("link", Link.PARENT_INFORMED),
            of("link", Link.REPRESENT),
            of("link", Link.ASSIST),
            of("link", Link.CHILD_WELFARE),
            of("link", Link.RELATIVE, Link.TRUSTED),
        )
        cells = FAMILIES[self.row]
        return sum(column & self.word(cell) for column, cell in zip(columns, cells, strict=True))

    def word(self, cell: str) -> int:
        of = self.space.of
        kept_open = self.space.but(of("opened", Opened.CLOSED))
        return {
            "ouvert": kept_open,
            "fermé": of("opened", Opened.OPEN),
            "sur accord": kept_open & of("agreed", True),
            "publié": kept_open & of("item", Item.PUBLISHED),
            "sa part": kept_open & of("item", Item.MINE),
            "sa part et publié": kept_open & of("item", Item.MINE, Item.PUBLISHED),
            "jamais": 0,
        }[cell]

    def by_the_tables_of_staff(self) -> int:
        staff, glass = self.space.of("link", Link.STAFF), self.space.of("cover", Cover.BREAK_GLASS)
        if self.action is Action.VIEW:
            normal, emergency = self.people(AT_WORK[self.row]), self.space.but(self.posts("cuisine"))
            broken = self.space.all if self.name == "menus" else emergency if self.name in IN_AN_EMERGENCY else 0
            return staff & ((normal & ~glass) | (broken & glass))  # 50 to 66
        cell = {
            Action.PUBLISH: PUBLISHERS.get(self.row, ""),  # 70 to 81
            Action.REVIEW: CHECKERS if self.name == "documents" else "",  # 82
            Action.ADMINISTER: "direction",  # 83
        }.get(self.action, "")
        return staff & ~glass & self.people(cell)

    def people(self, cell: str) -> int:
        """« soins, unité » ; « …, et seulement ce qui… » narrows what stands before it."""
        who, _, only = cell.partition(", et seulement")
        bits = 0
        for part in who.split(" ; "):
            one, _, once_opened = part.partition(", si la direction")
            found = 0
            for word in filter(None, one.removeprefix("l’").split(", ")):
                found |= self.group(word)
            bits |= found & (self.space.of("opened", Opened.OPEN) if once_opened else self.space.all)
        return bits & (self.space.of("item", Item.MINE, Item.PUBLISHED) if only else self.space.all)

    def group(self, word: str) -> int:
        of = self.space.of
        kitchen, assigned = self.posts("cuisine"), of("cover", Cover.UNIT, Cover.DOSSIER, Cover.REFERENT)
        groups = {
            "tous": self.space.all,
            "établissement": self.space.but(kitchen),
            "unité": self.posts("direction") | self.posts("administration") | (assigned & ~kitchen),
            "référent": of("cover", Cover.REFERENT) & ~kitchen,
        }
        return groups[word] if word in groups else self.posts(word)

    def posts(self, word: str) -> int:
        return self.space.of("post", POSTS[word])
