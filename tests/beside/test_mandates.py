"""A mandate: staff look, beside whoever gave it, at its themes and at nothing else; taken back, it is over at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal.access.limiting import restrict
from portal.access.mandates import THEMES, Mandate, Paper
from portal.access.models import Kind, LogEntry, Post, Relationship
from portal.access.reach import recompute
from portal.access.sharing import Against, Agreement, Source
from portal.access.words import Category, Nature, Strength
from portal.accounts.models import Method
from portal.beside import mandating
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Account
from portal.inbox.models import Notice, NoticeKind
from portal.planning.models import Event
from tests.beside.conftest import OVER, ban, only, sessions_of
from tests.browsing import BASE
from tests.factories import NOON, a_dossier, a_link, a_parent, a_unit, an_account, an_event, recomputed, staff

A_YEAR = timedelta(days=366)
SAID = {
    "themes": ["appointments"],
    "since": "2026-11-18",
    "until": "2027-05-31",
    "paper": "form",
    "paper_on": "2026-11-16",
}


def wanted(house, who="mother", **changes):
    facts = {
        "account_id": house.account(who),
        "themes": [Category.APPOINTMENTS],
        "starts_at": NOON,
        "ends_at": NOON + timedelta(days=30),
        "paper": Paper.FORM,
        "paper_on": date(2026, 11, 16),
    }
    return mandating.Wanted(**(facts | changes))


@pytest.fixture
def mandate(db, house):
    one = mandating.record(db, house.dossier.id, wanted(house), by=house.account("social"))
    an_event(db, house.dossier, nature="school", title="Motplanté", place="Collège")
    an_event(db, house.dossier, nature="health", title="Neurologue")
    an_event(db, house.dossier, category="planning", nature="social", title="Piscine")
    db.commit()
    return one


@pytest.fixture
def opened(tablet, mandate):
    return use(tablet, mandate)


def use(tablet, mandate, who="teacher", status=303):
    tablet.helper(who).send(f"{tablet.url}/mandats/{mandate.id}/ouvrir", status=status)
    return tablet


# Writing one down


def test_a_secretary_writes_one_down_and_its_giver_is_told(db, house, tablet, come_in):
    page = come_in("secretary").open(f"/mandats/{house.dossier.id}")
    assert "Samia Ouardamel" in page.text("form")
    tablet.send(f"/mandats/{house.dossier.id}", account=str(house.account("mother")), **SAID)
    one = only(db, select(Mandate))
    assert (one.account_id, one.themes, one.paper) == (house.account("mother"), "appointments", Paper.FORM)
    assert one.ends_at == clock.midnight(date(2027, 6, 1), "Europe/Paris")
    assert one.recorded_by == house.account("secretary")
    assert only(db, select(Notice)).kind is NoticeKind.MANDATE_RECORDED
    page = come_in("mother").open("/")
    assert "Un mandat est noté" in page.text("main")


@pytest.mark.parametrize("who", ["teacher", "nurse", "cook", "mother", "child"])
def test_those_who_see_no_papers_write_none_down(house, come_in, tablet, who):
    come_in(who).open(f"/mandats/{house.dossier.id}", status=404)
    tablet.send(f"/mandats/{house.dossier.id}", status=404, account=str(house.account("mother")), **SAID)


def test_nobody_writes_one_down_in_their_own_family(db, house, tablet):
    a_parent(db, house.dossier, account=db.get_one(Account, house.account("secretary")))
    recomputed(db, house.dossier)
    with pytest.raises(BadInput, match="by: family"):
        mandating.record(db, house.dossier.id, wanted(house), by=house.account("secretary"))
    db.commit()
    tablet.helper("secretary").browser.open(f"/mandats/{house.dossier.id}", status=404)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"account_id": None}, "account: no_link"),
        ({"themes": []}, "themes: required"),
        ({"themes": [Category.TREATMENT]}, "themes: required"),
        ({"ends_at": NOON}, "until: past"),
        ({"ends_at": NOON + A_YEAR + timedelta(seconds=1)}, "until: too_long"),
        ({"paper_on": date(2026, 11, 19)}, "paper_on: future"),
    ],
)
def test_what_a_mandate_cannot_be(db, house, changes, refused):
    changes = {"account_id": house.account("child")} if "account_id" in changes else changes
    with pytest.raises(BadInput, match=refused):
        mandating.record(db, house.dossier.id, wanted(house, **changes), by=house.account("social"))


def test_a_year_is_not_too_long(db, house):
    mandating.record(db, house.dossier.id, wanted(house, ends_at=NOON + A_YEAR), by=house.account("social"))


def test_what_was_typed_stays_and_the_page_says_what_to_do(house, tablet, come_in):
    come_in("social")
    said = SAID | {"until": "2030-01-01", "account": str(house.account("mother"))}
    page = tablet.send(f"/mandats/{house.dossier.id}", status=422, **said)
    assert "Un mandat dure un an au plus" in page.text("main")
    assert page.soup.select_one("input[name=until]")["value"] == "2030-01-01"
    assert page.soup.select("input[name=account][checked]")


def test_themes_are_those_that_such_a_session_can_show():
    assert {Category.APPOINTMENTS, Category.PLANNING, Category.MENUS} == THEMES


# Using one


def test_it_opens_their_space_beside_them_for_45_minutes_and_says_so(db, house, opened):
    (one,) = sessions_of(db, house.account("mother"))
    assert (one.method, one.strength, one.helper_id) == (Method.MANDATE, Strength.ACCOMPANIED, house.account("teacher"))
    assert one.expires_at == NOON + timedelta(minutes=45)
    assert all(each.ended_at for each in sessions_of(db, house.account("teacher")))
    page = opened.browser.open("/")
    assert "Avec l’aide de Teacher" in page.text("main")
    assert "on regarde seulement" in page.text("main")


def test_only_its_themes_show_and_of_health_only_the_hour(opened):
    listed = opened.browser.open("/rendez-vous/").answer.text
    assert "Motplanté" in listed
    assert "Neurologue" not in listed
    assert "Piscine" not in listed
    assert "Ilyes" not in listed


def test_a_theme_that_is_not_in_it_does_not_show_on_a_page_that_shows_both(db, tablet, mandate):
    db.execute(update(Mandate).values(themes="menus"))
    db.commit()
    page = use(tablet, mandate).browser.open("/rendez-vous/", status=200)
    assert "Motplanté" not in page.answer.text
    event = db.scalars(select(Event.id).where(Event.title == "Motplanté")).one()
    db.commit()
    tablet.browser.open(f"/rendez-vous/{event}", status=403)


def test_another_child_of_theirs_does_not_show(db, house, tablet, mandate):
    other = a_dossier(db, None, unit_id=None)
    a_parent(db, other, account=db.get_one(Account, house.account("mother")))
    an_event(db, other, nature="school", title="Autrenfant")
    db.commit()
    assert "Autrenfant" in tablet.browser.sign_in(house.account("mother")).open("/rendez-vous/").answer.text
    assert "Autrenfant" not in use(tablet, mandate).browser.open("/rendez-vous/").answer.text


def test_what_the_helper_may_not_see_does_not_show(db, house, tablet, mandate):
    """What belongs to her alone is shown to her, and not beside somebody who may not read it."""
    hers = an_event(db, house.dossier, nature="school", title="Àelleseule", private_to=house.account("mother"))
    db.commit()
    assert hers.title in tablet.browser.sign_in(house.account("mother")).open("/rendez-vous/").answer.text
    assert hers.title not in use(tablet, mandate).browser.open("/rendez-vous/").answer.text


def test_nothing_is_answered_given_or_changed_by_it(db, house, opened):
    aunt = a_link(db, house.dossier, Kind.RELATIVE, account=an_account(db, "Aunt"))
    db.commit()
    for path in (f"/partage/case/{aunt.id}/planning/donner", f"/mes-liens/{house.links['mother'].id}", "/nouveau"):
        page = opened.send(path, status=403, words="x")
        assert "la personne entre elle-même" in page.text("main")
    opened.send("/ma-connexion/sortir-partout", status=403)
    assert db.scalars(select(Agreement)).all() == []


def test_pages_that_are_theirs_alone_do_not_open(house, opened):
    pages = ("/accords/", "/partage/", "/mes-liens", "/qui-a-regarde/", "/ma-connexion", "/pourquoi/", "/accompagner")
    for path in (*pages, f"/mandats/{house.dossier.id}", "/lettres"):
        opened.browser.open(path, status=403)
    listed = opened.browser.open("/").links()
    assert not [one for one in listed if one.startswith(("/accords", "/partage", "/pourquoi", "/ma-connexion"))]


def test_reading_otherwise_is_kept_on_the_device_and_not_in_their_account(db, house, opened):
    opened.send("/lecture", mode="easy")
    assert opened.browser.open("/").soup.html["data-mode"] == "easy"
    assert only(db, select(Account.mode).where(Account.id == house.account("mother"))) == ""


def test_the_log_says_whose_eyes_and_with_whose_help(db, house, opened):
    opened.browser.open("/rendez-vous/")
    line = db.scalars(select(LogEntry).where(LogEntry.account_id == house.account("mother"))).one()
    assert (line.helper_id, line.kind, line.seen_as) == (house.account("teacher"), Kind.PARENT, None)
    assert line.categories == "appointments"
    assert line.strength == Strength.ACCOMPANIED


def test_coming_in_by_their_own_means_after_it_opens_their_own_space_still_beside_the_helper(family, house, mandate):
    use(family, mandate)
    family.proves("mother")
    page = family.browser.open("/accords/")
    assert "Avec l’aide de Teacher" in page.text("main")
    assert "on regarde seulement" not in page.text("main")


def test_another_account_does_not_take_it_over(family, db, house, mandate):
    """Nor does the other parent come in by proving who they are while it is open: « J’ai fini » first."""
    use(family, mandate)
    family.proves("father", status=422)
    assert sessions_of(db, house.account("father")) == []


# Who may not


def test_staff_of_another_unit_and_the_kitchen_open_nothing(db, house, tablet, mandate):
    place = house.dossier.establishment_id
    far = a_unit(db, type("Place", (), {"id": place}))
    other = staff(db, house.dossier, Post.EDUCATION, account=an_account(db, "Far"), unit_id=far.id)
    db.commit()
    use(tablet, mandate, "cook", status=404)
    tablet.browser.sign_in(other.account_id)
    tablet.send(f"{tablet.url}/mandats/{mandate.id}/ouvrir", status=404)
    assert sessions_of(db, house.account("mother")) == []


def test_nobody_of_their_own_family_nor_too_weakly_signed_in(db, house, tablet, mandate):
    tablet.browser.sign_in(house.account("teacher"), Strength.LOW)
    tablet.send(f"{tablet.url}/mandats/{mandate.id}/ouvrir", status=403)
    a_parent(db, house.dossier, account=db.get_one(Account, house.account("teacher")))
    recomputed(db, house.dossier)
    db.commit()
    use(tablet, mandate, status=404)


def test_a_mandate_of_another_dossier_opens_nothing_here(db, house, tablet, mandate):
    other = a_dossier(db)
    mother = a_parent(db, other, account=db.get_one(Account, house.account("mother")))
    staff(db, other, Post.MANAGEMENT, account=an_account(db, "Else"))
    db.commit()
    db.execute(update(Mandate).values(dossier_id=other.id, establishment_id=other.establishment_id))
    db.commit()
    use(tablet, mandate, status=404)
    assert mother


def test_a_freeze_or_a_ban_that_closes_it_opens_nothing_and_is_not_told(db, house, tablet, mandate):
    rows = [(Category.APPOINTMENTS, Nature(one)) for one in ("", "health", "justice")]
    facts = {"rows": rows, "proof": "Ordonnance", "by": house.account("director")}
    one = restrict(
        db, house.dossier, source=Source.CONTACT_BAN, against=Against.ONE, account_id=house.account("mother"), **facts
    )
    db.commit()
    assert "ne peut pas être ouvert pour le moment" in tablet.helper().browser.open(tablet.url).text("main")
    use(tablet, mandate, status=404)
    assert one


def test_under_a_contact_ban_the_place_stays_hidden(db, house, tablet, mandate):
    ban(db, house, "mother")
    page = use(tablet, mandate).browser.open("/rendez-vous/")
    assert "Collège" not in page.answer.text
    assert "Motplanté" not in page.answer.text


# Its end


def _taken_back(db, house, mandate):
    mandating.take_back(db, mandate.id, by=house.account("mother"))


def _ended_by_staff(db, house, mandate):
    mandating.end(db, house.dossier.id, mandate.id, by=house.account("director"))


def _helper_gone(db, house, mandate):
    db.execute(update(Relationship).where(Relationship.id == house.links["teacher"].id).values(ends_at=NOON))
    recompute(db, account_ids=[house.account("teacher")])


def _link_over(db, house, mandate):
    db.execute(update(Relationship).where(Relationship.id == house.links["mother"].id).values(ends_at=NOON))
    recompute(db, account_ids=[house.account("mother")])


@pytest.mark.parametrize("happens", [_taken_back, _ended_by_staff, _helper_gone, _link_over])
def test_what_is_open_by_it_is_over_at_the_next_request(db, house, opened, mandate, happens):
    happens(db, house, mandate)
    db.commit()
    assert opened.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")
    use(opened, mandate, status=404)


def test_it_ends_by_itself_on_its_day(db, house, tablet, mandate):
    db.execute(update(Mandate).values(ends_at=NOON + timedelta(minutes=5)))
    db.commit()
    use(tablet, mandate)
    with clock.frozen(NOON + timedelta(minutes=5)):
        assert tablet.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")


def test_i_am_done_ends_it_and_a_copy_of_the_cookie_opens_nothing(family, db, house, mandate):
    use(family, mandate)
    copy = family.cookie()
    family.send(OVER)
    family.cookie(copy)
    assert family.browser.client.get("/", base_url=BASE).headers["Location"].startswith("/entrer")
    assert all(one.ended_at for one in sessions_of(db, house.account("mother")))


@pytest.mark.parametrize(("page", "strength"), [("/ma-connexion", Strength.LOW), ("/accords/", Strength.SUBSTANTIAL)])
def test_its_giver_takes_it_back_from_their_own_pages(db, house, tablet, mandate, come_in, page, strength):
    found = come_in("mother", strength).open(page)
    assert "Retirer ce mandat" in found.text("main")
    (form,) = found.soup.select('form[action^="/mes-mandats/"]')
    tablet.send(form["action"])
    one = only(db, select(Mandate))
    assert (one.withdrawn_at, one.withdrawn_by) == (NOON, house.account("mother"))
    assert "Retirer ce mandat" not in tablet.browser.open(page).text("main")


@pytest.mark.parametrize("who", ["father", "child", "teacher"])
def test_nobody_else_takes_it_back_so_nor_knows_of_it(db, house, tablet, mandate, come_in, who):
    assert "mandat" not in come_in(who).open("/ma-connexion").text("main")
    tablet.send(f"/mes-mandats/{mandate.id}/retirer", status=404)
    tablet.send(f"/mandats/{house.dossier.id}/{mandate.id}/fin", status=404)
    assert only(db, select(Mandate)).withdrawn_at is None


def test_staff_end_it_and_read_what_became_of_it(db, house, tablet, mandate, come_in):
    come_in("social")
    tablet.send(f"/mandats/{house.dossier.id}/{mandate.id}/fin")
    assert "Retiré" in tablet.browser.open(f"/mandats/{house.dossier.id}").text("main li")
    assert only(db, select(Mandate)).withdrawn_by == house.account("social")


def test_taken_back_beside_a_helper_it_says_so(family, db, house, mandate):
    family.enter("mother")
    family.send(f"/mes-mandats/{mandate.id}/retirer")
    assert only(db, select(Mandate)).withdrawn_with == house.account("teacher")
