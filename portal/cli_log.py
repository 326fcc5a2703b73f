"""Commands about the log of who read what: seal it, check it, take its heads away to keep them outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from portal.cli_wiring import sessions_of, stop

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.access.seal_check import Finding, Kept, Tail

SHOWN = 50
"""Findings written in full; the others are counted."""


@click.group("log")
def log() -> None:
    """Le journal de qui a regardé : le sceller, le vérifier."""


@log.command("seal")
@click.pass_context
def log_seal(context: click.Context) -> None:
    """Sceller maintenant les lignes qui attendent, sans attendre le prochain tour."""
    from portal.access.seal import seal

    sessions, lines, more = sessions_of(context), 0, True
    while more:
        with sessions.begin() as db:
            done = seal(db)
        lines, more = lines + done.lines, done.more
    click.echo(f"{lines} ligne(s) scellée(s).")


@log.command("heads")
@click.pass_context
def log_heads(context: click.Context) -> None:
    """Écrire la dernière tête de chaque établissement, à garder ailleurs : imprimée, ou sur une autre machine."""
    from sqlalchemy import select

    from portal.access.seal import newest_head
    from portal.core import scope
    from portal.core.models import Establishment

    with sessions_of(context)() as db, scope.within(db, scope.everywhere("reading heads")):
        for place in db.execute(select(Establishment.id, Establishment.finess).order_by(Establishment.finess)):
            head = newest_head(db, place.id)
            if head is not None:
                until = head.until.isoformat(timespec="seconds")
                click.echo(f"{place.finess} {place.id} {head.number} {head.digest.hex()} {until}")


@log.command("verify")
@click.option(
    "--heads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Têtes gardées ailleurs (portal access log heads).",
)
@click.pass_context
def log_verify(context: click.Context, heads: Path | None) -> None:
    """Vérifier le journal. Code 1 si une ligne scellée a changé, manque ou n’est pas à sa place."""
    from portal.access.seal_check import Finding, check

    kept = list(_kept(heads)) if heads else []
    wrong = 0
    with sessions_of(context)() as db:
        places = _places(db)
        for one in check(db, kept):
            if isinstance(one, Finding):
                wrong += 1
                if wrong <= SHOWN:
                    click.echo(_said(one, places), err=True)
            else:
                click.echo(_told(one, places))
    if wrong > SHOWN:
        click.echo(f"… et {wrong - SHOWN} autre(s).", err=True)
    if wrong:
        stop("Le journal n’est pas celui qui a été scellé. Gardez la base telle qu’elle est, et prévenez la direction.")


def _places(db: Session) -> dict[UUID, str]:
    from sqlalchemy import select

    from portal.core import scope
    from portal.core.models import Establishment

    with scope.within(db, scope.everywhere("naming establishments")):
        return {row.id: row.finess for row in db.execute(select(Establishment.id, Establishment.finess))}


def _kept(path: Path) -> Iterator[Kept]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            _finess, place, head, digest, *_until = line.split()
            yield UUID(place), int(head), bytes.fromhex(digest)
        except ValueError:
            stop(f"{path} : la ligne {number} n’est pas une tête écrite par « portal access log heads ».")


def _said(one: Finding, places: dict[UUID, str]) -> str:
    from portal.access.seal_check import Wrong

    month, many = f"{one.month // 100}-{one.month % 100:02}", f"{one.lines} ligne(s)"
    until = f"{one.position}" if one.lines == 1 else f"{one.position} à {one.position + one.lines - 1}"
    words = {
        Wrong.CHANGED: f"{month}, ligne {until} : elle a changé, ou n’est pas à sa place.",
        Wrong.REMOVED: f"{month}, ligne {until} : elle a été retirée.",
        Wrong.UNSEALED: f"{month}, ligne {until} : son sceau a été retiré.",
        Wrong.ADDED: f"{month}, ligne {until} : ajoutée sans avoir été scellée ici.",
        Wrong.BACKDATED: f"{month} : {many} écrite(s) après coup, avec une date déjà scellée.",
        Wrong.HEAD_CHANGED: f"tête {until} ({month}) : elle a changé.",
        Wrong.HEAD_REMOVED: f"tête {until} : elle a été retirée.",
        Wrong.KEPT_DIFFERS: f"tête {until} ({month}) : ce n’est pas celle qui est gardée ailleurs.",
        Wrong.KEPT_MISSING: f"tête {until} : gardée ailleurs, absente ici ; la fin du journal a été retirée.",
    }
    return f"{places.get(one.establishment_id, one.establishment_id)} : {words[one.wrong]}"


def _told(tail: Tail, places: dict[UUID, str]) -> str:
    parts = [f"{tail.sealed} ligne(s) scellée(s)"]
    if tail.purged:
        parts.append(f"{tail.purged} effacée(s) à leur terme, leur tête est là")
    until = f" depuis le {tail.until:%Y-%m-%d %H:%M} UTC" if tail.until else ""
    parts.append(f"{tail.unsealed} pas encore scellée(s){until}")
    return f"{places.get(tail.establishment_id, tail.establishment_id)} : {', '.join(parts)}."
