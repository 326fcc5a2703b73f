"""The command line. Each command says what it does in French, since those who run an establishment's portal read it.

Exit codes: 0 done; 1 refused or not found, with the reason; 2 wrong words on the command line.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from sqlalchemy import select

from portal.access.words import Action, Category, Nature, Strength
from portal.cli_alerts import mail, push
from portal.cli_backup import backup, restore
from portal.cli_files import dui, menus, vault
from portal.cli_log import log
from portal.cli_purge import purge
from portal.cli_staff import staff
from portal.cli_wiring import owner_of, sessions_of, settings_of, stop
from portal.core import clock
from portal.core.errors import ConfigError, PortalError


class Portal(click.Group):
    """Errors made on purpose end in one sentence, not in a trace."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ConfigError as error:
            stop(str(error))
        except PortalError as error:
            stop(f"{type(error).__name__}: {error}")


@click.group(cls=Portal)
@click.option("--demo", "demo_", is_flag=True, help="Agir sur la démonstration de cette machine.")
@click.pass_context
def main(context: click.Context, demo_: bool) -> None:
    """Relie : le lien entre un établissement, les familles et les jeunes."""
    context.obj = {"demo": demo_}


for command in (backup, dui, mail, menus, purge, push, restore, staff, vault):
    main.add_command(command)


@main.command()
@click.pass_context
def serve(context: click.Context) -> None:
    """Servir le portail (gunicorn), selon la configuration."""
    from portal import server

    server.serve(settings_of(context))


@main.command()
@click.pass_context
def worker(context: click.Context) -> None:
    """Faire les travaux en attente : courriels, envois."""
    from portal import server

    server.work(settings_of(context))


@main.group()
def db() -> None:
    """La base de données."""


@db.command("upgrade")
@click.pass_context
def db_upgrade(context: click.Context) -> None:
    """Mettre le schéma à jour."""
    from portal import migrations
    from portal.access import reach
    from portal.core.db import make_sessions

    engine = owner_of(context)
    migrations.upgrade(engine)
    with make_sessions(engine).begin() as db:
        reach.recompute(db)  # a newer portal may answer differently
    click.echo("Le schéma est à jour.")


@db.command("grant")
@click.argument("role")
@click.pass_context
def db_grant(context: click.Context, role: str) -> None:
    """Donner à un rôle de PostgreSQL de quoi servir le portail, et rien de plus."""
    from portal.core import roles

    roles.grant(owner_of(context), role)
    click.echo(f"Le rôle {role} peut servir le portail.")


@db.command("revise", hidden=True)
@click.argument("message")
def db_revise(message: str) -> None:
    """Write the next migration from the models, on an empty database in memory (for developers)."""
    from portal import migrations
    from portal.core.db import make_engine

    engine = make_engine("sqlite://")
    migrations.upgrade(engine)
    migrations.revise(engine, message)


@main.group()
def establishment() -> None:
    """Les établissements."""


@establishment.command("add")
@click.option("--finess", required=True, help="Numéro FINESS géographique, 9 caractères.")
@click.option("--name", required=True)
@click.option("--organisation", required=True, help="Organisme gestionnaire.")
@click.option("--phone", default="")
@click.option("--time-zone", default="Europe/Paris")
@click.pass_context
def establishment_add(
    context: click.Context, finess: str, name: str, organisation: str, phone: str, time_zone: str
) -> None:
    """Ouvrir un établissement, pour que son DUI puisse envoyer des dossiers."""
    from portal.dossier.opening import open_establishment

    with sessions_of(context).begin() as session:
        open_establishment(
            session, finess=finess, name=name, organisation=organisation, phone=phone, time_zone=time_zone
        )
    click.echo(f"L’établissement {finess} est ouvert.")


@main.group()
def access() -> None:
    """Qui voit quoi, et pourquoi."""


access.add_command(log)


@access.command("explain")
@click.option("--viewer", required=True, metavar="ROLE|COMPTE")
@click.option("--dossier", required=True, help="Identifiant du dossier, ou sa clé dans le DUI.")
@click.option("--category", type=click.Choice([one.value for one in Category]), required=True)
@click.option("--nature", type=click.Choice([one.value for one in Nature if one]), default=None)
@click.option("--action", type=click.Choice([one.value for one in Action]), default=Action.VIEW.value)
@click.option("--strength", type=click.Choice([one.name.lower() for one in Strength]), default="substantial")
@click.option("--at", default=None, help="Instant ISO 8601 ; maintenant si absent.")
@click.pass_context
def access_explain(context: click.Context, /, viewer: str, dossier: str, at: str | None, **asked: str | None) -> None:
    """Expliquer une décision, en une ligne de JSON."""
    from portal.access.explain import explain

    with sessions_of(context)() as session:
        answer = explain(
            session,
            _account(session, viewer),
            _dossier(session, dossier),
            Category(str(asked["category"])),
            Nature(asked["nature"] or ""),
            strength=Strength[str(asked["strength"]).upper()],
            at=_instant(at),
            action=Action(str(asked["action"])),
        )
    click.echo(json.dumps(answer.as_json(), ensure_ascii=False))


@main.group()
def demo() -> None:
    """La démonstration : un établissement inventé."""


@demo.command("start")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo_start(port: int) -> None:
    """Créer la démonstration si besoin, puis la servir sur cette machine."""
    from portal import demo_site

    demo_site.start(port)


@demo.command("people")
def demo_people() -> None:
    """Les personnes de la démonstration et leurs dossiers, en JSON."""
    from portal import demo_site
    from portal.core import scope
    from portal.core.db import make_engine, make_sessions
    from portal.demo import people

    made = make_engine(demo_site.settings().database_url)
    with make_sessions(made, scope.everywhere("command"))() as session:
        click.echo(json.dumps(people.people(session), ensure_ascii=False, indent=1))


def _instant(said: str | None) -> datetime:
    if said is None:
        return clock.now()
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise click.BadParameter("écrivez un instant comme 2026-12-10T14:30:00+01:00", param_hint="--at") from None
    if at.tzinfo is None:
        raise click.BadParameter("ajoutez le fuseau, par exemple +01:00", param_hint="--at")
    return at


def _account(session: Any, said: str) -> Any:
    """An account by its identifier, or a demo person by role. An unknown one is a viewer without any link."""
    from uuid import UUID

    from portal.core.models import Account
    from portal.demo.cast import ROLES, account_id

    if said in {role.name for role in ROLES} and session.get(Account, account_id(said)):
        return account_id(said)
    try:
        return UUID(said)
    except ValueError:
        known = "donnez l’identifiant d’un compte, ou un rôle de la démonstration"
        raise click.BadParameter(known, param_hint="--viewer") from None


def _dossier(session: Any, said: str) -> Any:
    """A dossier by identifier or by key. One that does not exist answers as one that is out of reach."""
    from uuid import UUID, uuid4

    from portal.core.models import Dossier

    try:
        return UUID(said)
    except ValueError:
        return session.scalar(select(Dossier.id).where(Dossier.key == said)) or uuid4()


if __name__ == "__main__":
    main()
