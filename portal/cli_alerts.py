"""``portal mail``: addresses that came back; ``portal push``: the key of web push."""

from __future__ import annotations

import sys

import click

from portal.cli_wiring import sessions_of, stop


@click.group()
def mail() -> None:
    """Les courriels qui reviennent."""


@mail.command("bounced")
@click.argument("address")
@click.pass_context
def bounced(context: click.Context, address: str) -> None:
    """Dire qu’une adresse ne répond pas : elle va sur la liste du secrétariat, et plus rien n’y part."""
    _note(context, [(address, "told")])


@mail.command("bounce")
@click.pass_context
def bounce(context: click.Context) -> None:
    """Lire un avis de non-remise (DSN) sur l’entrée standard, par exemple d’un alias du serveur de courriel."""
    from portal.connectors.bounces import read

    _note(context, read(sys.stdin.buffer.read()))


def _note(context: click.Context, found: list[tuple[str, str]]) -> None:
    from portal.alerts.services import came_back

    if not found:
        stop("Ce message n’annonce aucune adresse qui ne répond pas.")
    with sessions_of(context).begin() as db:
        accounts = sum(came_back(db, address, code) for address, code in found)
    click.echo(f"Comptes à qui Relie n’écrit plus : {accounts}.")


@click.group()
def push() -> None:
    """Les notifications sur les appareils."""


@push.command("keys")
def keys() -> None:
    """Faire une clé pour les notifications : à mettre dans RELIE_PUSH_KEY, et à garder secrète."""
    from portal.connectors.push import new_key

    click.echo(f"RELIE_PUSH_KEY={new_key()}")
