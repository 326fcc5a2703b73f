"""Commands that take files in and keep the doors: the DUI's, the kitchen's, the vault's keys."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from portal.cli_wiring import sessions_of, settings_of, stop

if TYPE_CHECKING:
    from portal.connectors.dui.intake import Outcome


@click.group()
def dui() -> None:
    """Le DUI : ce qu’il envoie, et par quelle porte."""


@dui.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.pass_context
def dui_import(context: click.Context, path: Path) -> None:
    """Faire entrer un fichier du DUI, ou tous ceux d’un dossier, dans l’ordre de leurs noms."""
    from portal.connectors.dui.bundle import wrap
    from portal.connectors.dui.records import State
    from portal.connectors.vault import make_vault
    from portal.dossier.clients import everywhere
    from portal.reception import make_intake

    settings, sessions = settings_of(context), sessions_of(context)
    intake = make_intake(settings, sessions, make_vault(settings))
    with sessions() as db:
        sender = everywhere(db)
    refused = 0
    for file in _files(path):
        outcome = intake.take_in(wrap(file.read_bytes()), sender)
        refused += outcome.state is State.REFUSED
        _say(file.name, outcome)
    if refused:
        stop(f"{refused} fichier(s) refusé(s) : rien n’en a été enregistré.")


def _files(path: Path) -> list[Path]:
    """A file, or those of a folder that can be messages. Nothing there is said, not passed over."""
    found = sorted(one for one in path.iterdir() if one.suffix in (".json", ".xml")) if path.is_dir() else [path]
    if not found:
        stop(f"{path} : aucun fichier .json ou .xml.")
    return found


def _say(name: str, outcome: Outcome) -> None:
    from portal.connectors.dui.wording import SAYS

    words = {
        "taken": "reçu",
        "repeated": "déjà reçu, rien n’a changé",
        "ignored": "plus ancien que ce que l’on sait, ignoré",
        "refused": "refusé, rien n’est enregistré",
    }
    counts = ", ".join(f"{word} {number}" for word, number in sorted(outcome.counts.items()))
    click.echo(f"{name} : {words[outcome.state]}{f' ({counts})' if counts else ''}")
    for sign, those in (("refus", outcome.issues), ("attention", outcome.warnings)):
        for issue in those:
            place = ", ".join(
                part for part in ("" if issue.entry is None else f"entrée {issue.entry}", issue.path) if part
            )
            click.echo(f"  {sign} : {SAYS[issue.code]}{f' [{place}]' if place else ''}", err=sign == "refus")


@dui.group("client")
def client() -> None:
    """Les DUI qui ont le droit d’envoyer des dossiers."""


@client.command("add")
@click.argument("name")
@click.option("--finess", multiple=True, required=True, help="Établissement qu’il peut écrire.")
@click.pass_context
def client_add(context: click.Context, name: str, finess: Iterable[str]) -> None:
    """Ouvrir la porte à un DUI ; son jeton n’est montré qu’une fois."""
    from portal.core.errors import BadInput
    from portal.dossier import clients

    try:
        with sessions_of(context).begin() as db:
            token = clients.add_client(db, name, finess)
    except BadInput as refused:
        _refused(refused)
    click.echo(token)


@client.command("rotate")
@click.argument("name")
@click.pass_context
def client_rotate(context: click.Context, name: str) -> None:
    """Donner un nouveau jeton à un DUI ; l’ancien marche encore 7 jours."""
    from portal.core.errors import NotFound
    from portal.dossier import clients

    try:
        with sessions_of(context).begin() as db:
            token = clients.rotate(db, name)
    except NotFound:
        stop(f"Aucun DUI ne s’appelle {name}.")
    click.echo(token)


@client.command("revoke")
@click.argument("name")
@click.pass_context
def client_revoke(context: click.Context, name: str) -> None:
    """Fermer la porte à un DUI, tout de suite."""
    from portal.core.errors import NotFound
    from portal.dossier import clients

    try:
        with sessions_of(context).begin() as db:
            clients.revoke(db, name)
    except NotFound:
        stop(f"Aucun DUI ne s’appelle {name}.")
    click.echo(f"{name} ne peut plus rien envoyer.")


def _refused(error: Exception) -> NoReturn:
    known = {
        "name: taken": "Un DUI porte déjà ce nom : choisissez-en un autre, ou faites « portal dui client rotate ».",
        "name: empty": "Donnez un nom à ce DUI.",
        "finess: unknown": "Un de ces numéros FINESS n’est pas ouvert ici : voyez « portal establishment add ».",
    }
    stop(known.get(str(error), str(error)))


@click.group()
def menus() -> None:
    """Les menus de la cuisine."""


@menus.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--establishment", metavar="FINESS", help="Inutile quand il n’y en a qu’un.")
@click.option("--only", default=None, help="Ne prendre qu’un restaurant du fichier.")
@click.option("--again", is_flag=True, help="Reprendre un fichier déjà reçu.")
@click.pass_context
def menus_import(context: click.Context, file: Path, establishment: str | None, only: str | None, again: bool) -> None:
    """Faire entrer un fichier de menus (SCDL, CSV ou XLSX) ; chaque ligne à vérifier est dite."""
    from sqlalchemy import select

    from portal.core.models import Establishment
    from portal.menus import report, services
    from portal.menus.scdl import MAX_BYTES
    from portal.menus.scdl_records import WrongFile

    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)  # one more: enough to be told that it is too large
    with sessions_of(context)() as db:
        places = {one.finess: one.id for one in db.scalars(select(Establishment))}
        db.commit()  # reading a large workbook takes seconds: nobody's page waits for them
        place = places.get(establishment or "") if establishment or len(places) != 1 else next(iter(places.values()))
        if place is None and establishment:
            stop(f"L’établissement {establishment} n’est pas ouvert ici : voyez « portal establishment add ».")
        if place is None:
            stop(f"Dites pour quel établissement, avec --establishment. Ouverts ici : {', '.join(places) or 'aucun'}.")
        try:
            taken = services.take_in(db, place, data, file.name, only=only, again=again)
        except WrongFile as wrong:
            stop(report.problem(wrong))
        db.commit()
    for line in report.lines(taken):
        click.echo(line)
    if code := report.exit_code(taken):
        raise SystemExit(code)


@click.group()
def vault() -> None:
    """Le coffre : tout ce qui est gardé d’une personne, chiffré."""


@vault.command("rewrap")
@click.pass_context
def vault_rewrap(context: click.Context) -> None:
    """Passer tous les objets sous la première clé de RELIE_VAULT_KEYS ; les anciennes peuvent ensuite être retirées."""
    from portal.connectors.vault import make_vault

    done = make_vault(settings_of(context)).rewrap_all()
    click.echo(f"{done.changed} objet(s) repris, {done.already} déjà sous cette clé.")
    for name, code in done.failed.items():
        click.echo(f"  {name} : {code}", err=True)
    if done.failed:
        stop("Gardez les anciennes clés tant que ces objets ne s’ouvrent pas.")
