"""Every table of the portal, registered on ``Base.metadata`` by being imported. Migrations and tests start here."""

from __future__ import annotations

import importlib

MODULES = (
    "portal.core.models",
    "portal.core.standing",
    "portal.core.jobs",
    "portal.core.outbox",
    "portal.access.models",
    "portal.access.sharing",
    "portal.access.seals",
    "portal.access.mandates",
    "portal.accounts.models",
    "portal.accounts.enrolments",
    "portal.dossier.models",
    "portal.planning.models",
    "portal.menus.models",
    "portal.inbox.models",
    "portal.lookers.models",
    "portal.sharing.models",
    "portal.deadlines.models",
    "portal.ties.models",
    "portal.staffing.models",
    "portal.beside.models",
    "portal.tablets.models",
    "portal.liaison.models",
    "portal.alerts.models",
    "portal.sheets.models",
)

for _name in MODULES:
    importlib.import_module(_name)
