"""``portal staff``: the first director, and another invitation when nobody is left who could make one."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.access.models import Post
from portal.cli_wiring import sessions_of, settings_of, stop
from portal.core import clock
from portal.core.errors import BadInput
from portal.core.models import Establishment
from portal.enlisting import Enlisting
from portal.staffing import queries, services
from portal.staffing.joints import Invitation
from portal.staffing.queries import Member
from portal.staffing.rules import Wanted

POSTS = [one.value for one in Post if one]


@click.group()
def staff() -> None:
    """L’équipe : la première personne de la direction. Ensuite, tout se fait à l’écran « Équipe »."""


@staff.command("add")
@click.option("--establishment", "finess", required=True, help="Numéro FINESS géographique, 9 caractères.")
@click.option("--name", required=True, help="Prénom et nom.")
@click.option("--post", type=click.Choice(POSTS), default=Post.MANAGEMENT.value, show_default=True)
@click.pass_context
def add(context: click.Context, finess: str, name: str, post: str) -> None:
    """Faire entrer quelqu’un dans l’équipe, et écrire son invitation une seule fois."""
    with sessions_of(context).begin() as db:
        place = _place(db, finess)
        if queries.named(db, [place.id], name):
            stop(
                f"{name} travaille déjà ici : rien n’a changé. Pour refaire son invitation : "
                f"portal staff invite --establishment {finess} --name « {name} »"
            )
        wanted = Wanted(post=Post(post), establishment_id=place.id, starts_at=clock.now())
        try:
            link = services.enlist(db, name, wanted, by=None)
        except BadInput as refused:
            stop(f"Refusé : {refused}")
        made = _enlisting(context).invite(db, link.account_id, establishment_id=place.id, by=None, handed=True)
    _print(name, made, place.time_zone)


@staff.command("invite")
@click.option("--establishment", "finess", required=True, help="Numéro FINESS géographique, 9 caractères.")
@click.option("--name", required=True, help="Prénom et nom, comme à l’écran « Équipe ».")
@click.pass_context
def invite(context: click.Context, finess: str, name: str) -> None:
    """Refaire l’invitation de quelqu’un : ses anciens moyens d’entrer s’en vont quand elle sert."""
    with sessions_of(context).begin() as db:
        place = _place(db, finess)
        who = _only(queries.named(db, [place.id], name), name)
        made = _enlisting(context).invite(db, who.account_id, establishment_id=place.id, by=None, handed=True)
    _print(who.name, made, place.time_zone)


def _enlisting(context: click.Context) -> Enlisting:
    settings = settings_of(context)
    return Enlisting(settings.secret_key, settings.public_url)


def _place(db: Session, finess: str) -> Establishment:
    found = db.scalar(select(Establishment).where(Establishment.finess == finess))
    if found is None:
        stop(f"Aucun établissement {finess} : ouvrez-le d’abord avec portal establishment add.")
    return found


def _only(found: list[Member], name: str) -> Member:
    if not found:
        stop(f"Personne ne travaille ici sous le nom de {name}.")
    if len(found) > 1:
        stop(f"{len(found)} personnes portent le nom de {name} : faites l’invitation à l’écran « Équipe ».")
    return found[0]


def _print(name: str, made: Invitation, zone: str) -> None:
    until = clock.local(made.expires_at, zone)
    secret = f"{made.secret[:4]} {made.secret[4:]}"
    address = made.address.partition("#")[0]
    click.echo(f"{name} peut entrer avec cette invitation, une seule fois, jusqu’au {until:%d/%m/%Y à %H:%M}.")
    click.echo("Vérifiez son identité, puis donnez-lui, de la main à la main :")
    click.echo(f"\n  {made.address}\n")
    click.echo(f"ou à taper sur {address} : numéro {made.number}, secret {secret}")
