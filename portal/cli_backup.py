"""Commands that save the portal and bring it back. Every refusal says what was found and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from portal.cli_wiring import settings_of, stop

if TYPE_CHECKING:
    from portal.safekeeping.restoring import Restored


@click.command()
@click.argument("to", type=click.Path(path_type=Path))
@click.pass_context
def backup(context: click.Context, to: Path) -> None:
    """Sauvegarder le portail, chiffré, dans un fichier ou dans un dossier ; il peut servir pendant ce temps."""
    from portal.safekeeping.backing import back_up

    with _told():
        made = back_up(settings_of(context), to)
    click.echo(
        f"{made.path} : {_size(made.size)}, {made.objects} objet(s) du coffre. Essayez de la restaurer ailleurs."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Tout vérifier, ne rien restaurer.")
@click.option("--without-journal", is_flag=True, help="Le journal est perdu : tout refermer.")
@click.option("--keep", multiple=True, type=click.UUID, metavar="COMPTE", help="Direction qui garde ses liens.")
@click.pass_context
def restore(context: click.Context, file: Path, only_check: bool, without_journal: bool, keep: Sequence[UUID]) -> None:
    """Restaurer une sauvegarde dans une base vide, et retirer à nouveau ce qui a été retiré depuis."""
    from portal.safekeeping import restoring

    if without_journal and not (keep or only_check):
        stop("Dites avec --keep quel compte de la direction garde ses liens : il devra vérifier tous les autres.")
    with _told():
        if only_check:
            checked = restoring.check(settings_of(context), file, without_journal=without_journal)
            parts = checked.header["parts"]
            click.echo(f"Sauvegarde entière : {parts} élément(s), faite le {_day(checked.made_at)}.")
            click.echo(f"Depuis, le journal a {checked.to_replay} ligne(s) à reprendre. Rien n’a été restauré.")
            return
        done = restoring.restore(settings_of(context), file, keeping=keep if without_journal else None)
    for line in _lines(done):
        click.echo(line)


REFUSED = {
    "not_a_backup": "Ce fichier n’est pas une sauvegarde de Relie.",
    "unknown_key": "Aucune clé de RELIE_BACKUP_KEYS n’ouvre cette sauvegarde : remettez celle d’alors.",
    "altered": "Cette sauvegarde est abîmée ou coupée : rien n’en a été pris. Prenez-en une autre copie, ou une autre.",
    "format": "Cette sauvegarde est d’une autre forme : restaurez-la avec la version de Relie qui l’a faite.",
    "changed_meanwhile": "Un objet du coffre a changé pendant la sauvegarde : recommencez.",
    "newer": "Cette sauvegarde vient d’une version plus récente de Relie : installez celle-là d’abord.",
    "other_database": "Cette sauvegarde vient de l’autre sorte de base (SQLite ou PostgreSQL) : gardez la même.",
    "other_journal": (
        "Le journal de RELIE_JOURNAL_FOLDER manque, ou n’est pas celui de cette sauvegarde. Remettez le bon. "
        "S’il est perdu : portal restore --without-journal --keep COMPTE, qui referme tout."
    ),
    "journal_broken": (
        "Le journal a été modifié ou abîmé ({line}) : on ne sait plus tout ce qui a été retiré. Remettez-en une copie "
        "intacte. S’il n’y en a pas : portal restore --without-journal --keep COMPTE, qui referme tout."
    ),
    "not_empty": "Cette base contient déjà des tables : donnez une base neuve dans RELIE_DATABASE_URL.",
    "in_memory": "Cette base n’est dans aucun fichier : il n’y a rien à sauvegarder ni à restaurer.",
    "busy": "Une autre sauvegarde est en train de s’écrire sous ce nom.",
    "already_there": "Un fichier porte déjà ce nom, et une sauvegarde n’en remplace jamais une autre.",
    "no_folder": "Ce dossier n’existe pas, ou on ne peut pas y écrire ({reason}).",
}
"""Code → what was found, and what to do."""


@contextmanager
def _told() -> Iterator[None]:
    """Refusals of safekeeping, in a sentence."""
    from portal.connectors.vault_crypto import VaultError
    from portal.core.journal import JournalBroken
    from portal.safekeeping.archive import BadArchive
    from portal.safekeeping.backing import AlreadyThere, Busy
    from portal.safekeeping.databases import InMemory, NotEmpty
    from portal.safekeeping.restoring import CannotRestore

    simple = {NotEmpty: "not_empty", InMemory: "in_memory", Busy: "busy", AlreadyThere: "already_there"}
    try:
        yield
    except (BadArchive, CannotRestore) as error:
        stop(REFUSED[error.code])
    except JournalBroken as error:
        stop(REFUSED["journal_broken"].format(line=f"ligne {error.line}" if error.line else "dernière ligne"))
    except tuple(simple) as error:
        stop(REFUSED[simple[type(error)]])
    except VaultError as error:
        stop(f"Le coffre ne répond pas ({error.code}) : rien n’a été fait.")
    except OSError as error:
        stop(REFUSED["no_folder"].format(reason=error.strerror))


SAID = {
    "ended": "lien(s) terminé(s)",
    "unproved": "lien(s) à vérifier de nouveau",
    "closed": "compte(s) fermé(s)",
    "signed_out": "connexion(s) terminée(s)",
    "way_in_gone": "façon(s) d’entrer retirée(s)",
    "letter_shut": "lettre(s) déjà utilisée(s) ou annulée(s)",
    "feed_shut": "adresse(s) d’agenda retirée(s)",
    "key_shut": "jeton(s) de DUI fermé(s)",
    "key_changed": "jeton(s) de DUI remplacé(s) : l’ancien s’arrête à sa date",
    "withdrawn": "accord(s) retiré(s)",
    "cut_short": "accord(s) écourté(s)",
    "answered": "acte(s) sans accord",
    "taken_back": "réponse(s) reprise(s) à une demande d’accord",
    "word": "parole(s) de l’équipe sur un séjour ; celle qui ouvrait est à redire",
    "unnamed": "choix de ne plus nommer l’équipe dans le journal des accès",
    "restricted": "restriction(s) posée(s)",
    "perimeter": "périmètre(s) : ce qu’ils ferment est fermé",
    "held": "élément(s) réservé(s)",
    "hidden": "élément(s) masqué(s)",
    "private": "élément(s) gardé(s) pour une personne",
    "unpublished": "publication(s) retirée(s)",
    "stands": "jeune(s) parti(s) ou pas encore admis",
    "moved": "jeune(s) sans unité : au prochain message du DUI",
    "reborn": "date(s) de naissance corrigée(s) : liens à vérifier de nouveau",
    "erased": "dossier(s) effacé(s)",
    "emptied": "dossier(s) vidé(s) de ce qui avait fait son temps",
}
"""What was taken away again, by ``safekeeping.declared.What``."""


def _lines(done: Restored) -> Iterator[str]:
    yield f"La sauvegarde du {_day(done.made_at)} est restaurée ; plus personne n’est connecté."
    if done.without_journal:
        yield "Sans journal : tous les liens sont à vérifier de nouveau, les accords à redonner, les jetons à refaire."
    for what, number in sorted(done.replayed.done.items()):
        yield f"  retiré à nouveau : {number} {SAID[what]}"
    for what, number in sorted(done.replayed.absent.items()):
        yield f"  inconnu de la sauvegarde : {number} {SAID[what]}"
    for dossier in sorted(done.replayed.dossiers):
        yield f"  à refaire avant de vérifier un lien : la restriction du dossier {dossier}, contre un compte d’après"
    yield f"  coffre : {done.objects} objet(s) remis, {done.known} déjà là."
    if done.unopened:
        yield f"  {done.unopened} objet(s) ne s’ouvrent pas : remettez les anciennes clés dans RELIE_VAULT_KEYS."
    yield f"Demandez au DUI de renvoyer ce qui a changé depuis le {_day(done.made_at)}."


def _day(at: datetime) -> str:
    return f"{at:%d/%m/%Y à %H:%M} UTC"


def _size(count: int) -> str:
    return f"{count / 1024 / 1024:.1f} Mio".replace(".", ",")
