"""The purge, as a command: it says what is past its time, and removes it only when somebody confirms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from portal.cli_wiring import sessions_of, settings_of

if TYPE_CHECKING:
    from portal.retention.queries import Aging, Due
    from portal.retention.services import Done


@click.command()
@click.option("--confirm", is_flag=True, help="Effacer pour de bon. Sans cela, rien n’est effacé.")
@click.pass_context
def purge(context: click.Context, confirm: bool) -> None:
    """Dire ce qui a dépassé sa durée de conservation, et l’effacer avec --confirm (docs/fr/conservation.md)."""
    from portal.connectors.vault import make_vault
    from portal.core import clock
    from portal.retention import queries, services

    sessions, now = sessions_of(context), clock.now()
    with sessions() as db:
        due = queries.due(db, now)
    for line in _planned(due):
        click.echo(line)
    if not confirm:
        click.echo("Rien n’a été effacé. Relisez, sauvegardez, puis : portal purge --confirm")
        return
    click.echo(_done(services.purge(sessions, make_vault(settings_of(context)), now)))


def _planned(due: Due) -> Iterator[str]:
    yield f"Dossiers à effacer : {len(due.erased)}"
    yield from _ids(due.erased)
    yield f"Dossiers à vider en partie : {len(due.emptied)}"
    for one, categories in due.emptied:
        yield f"  {one.id} ({one.months} mois) : {', '.join(sorted(categories))}"
    for category, number in sorted(due.rows.items()):
        yield f"  {category} : {number} ligne(s)"
    if due.kept_by_freeze:
        yield f"Gardés par un gel de protection : {len(due.kept_by_freeze)}"
        yield from _ids(due.kept_by_freeze)
    yield f"Comptes fermés à rendre anonymes : {len(due.accounts)}"
    yield f"Comptes de personnes parties de l’équipe, à fermer : {len(due.leavers)}"
    yield f"Relectures de l’équipe à oublier : {due.reviews}"
    yield f"Mois du journal à effacer (leur sceau reste) : {len(due.log_months)}"
    yield f"Connexions finies à oublier : {due.sign_ins}"
    yield f"Lettres jamais utilisées à oublier : {due.letters}"
    yield f"Mandats finis à oublier : {due.mandates}"
    yield f"Comptes sans lien dont les façons d’entrer sont à oublier : {due.ways}"


def _ids(found: Iterable[Aging]) -> Iterator[str]:
    for one in found:
        yield f"  {one.id} ({one.months} mois)"


def _done(done: Done) -> str:
    return (
        f"Effacé : {done.erased} dossier(s), {done.emptied} vidé(s) en partie, {done.accounts} compte(s) anonyme(s), "
        f"{done.objects} objet(s) du coffre, {done.log_lines} ligne(s) du journal, {done.sign_ins} connexion(s)."
    )
