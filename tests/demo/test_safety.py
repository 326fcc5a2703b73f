"""The demo refuses to stand in front of real people's data, and says what to change."""

from __future__ import annotations

import pytest

from portal.core.config import Settings
from portal.core.errors import ConfigError
from portal.core.models import Account, Mark, Organisation
from portal.demo.safety import MARK, is_loopback, is_marked, refuse_to_overwrite, refuse_unless_safe

SAFE = Settings(
    database_url="sqlite://", vault_url="memory://", secret_key="x" * 32, vault_keys={"k": b"0" * 32}, demo=True
)


@pytest.fixture
def marked(db):
    db.add(Mark(name=MARK))
    db.commit()
    return db


def test_a_marked_database_on_this_machine_alone_may_be_shown(marked):
    refuse_unless_safe(SAFE, marked)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"demo": False}, "RELIE_DEMO"),
        ({"smtp_url": "smtp://mail.invalid"}, "RELIE_SMTP_URL"),
        ({"dui_endpoint": "https://dui.invalid/fhir"}, "RELIE_DUI_ENDPOINT"),
        ({"bind": "0.0.0.0:8000"}, "RELIE_BIND"),
        ({"bind": ":8000"}, "RELIE_BIND"),
    ],
)
def test_each_way_to_reach_somebody_real_stops_the_demo_and_names_its_setting(marked, change, setting):
    with pytest.raises(ConfigError, match=rf"{setting}\b.*(: |;)"):
        refuse_unless_safe(SAFE.with_(**change), marked)


def test_a_database_that_was_not_made_for_the_demo_stops_it(db):
    with pytest.raises(ConfigError, match="RELIE_DATABASE_URL"):
        refuse_unless_safe(SAFE, db)


def test_another_mark_is_not_the_demo_s(db):
    db.add(Mark(name="something"))
    db.commit()

    assert not is_marked(db)


@pytest.mark.parametrize(
    ("bind", "local"),
    [
        ("127.0.0.1:8000", True),
        ("127.8.9.1:1", True),
        ("[::1]:8000", True),
        ("localhost:8000", True),
        ("0.0.0.0:8000", False),
        ("[::]:8000", False),
        ("192.168.1.4:8000", False),
        ("10.0.0.1:8000", False),
        ("relie.example.org:80", False),
        ("localhost.example.org:80", False),
        ("unix:/run/relie.sock", False),
        ("8000", False),
        ("", False),
    ],
)
def test_only_this_machine_counts_as_loopback(bind, local):
    assert is_loopback(bind) is local


def test_a_demo_may_be_made_in_an_empty_database(db):
    refuse_to_overwrite(db)


def test_a_demo_may_be_made_anew_over_a_demo(marked):
    marked.add(Organisation(name="x"))
    marked.commit()

    refuse_to_overwrite(marked)


@pytest.mark.parametrize("row", [Organisation(name="Une vraie association"), Account(display_name="Quelqu’un")])
def test_a_demo_is_never_made_over_anything_else(db, row):
    db.merge(row)
    db.commit()

    with pytest.raises(ConfigError, match="RELIE_DATABASE_URL"):
        refuse_to_overwrite(db)


def test_a_database_without_our_tables_is_empty_and_not_a_demo(tmp_path):
    from portal.core.db import make_engine, make_sessions

    engine = make_engine(f"sqlite:///{tmp_path}/new.db")
    with make_sessions(engine)() as db:
        refuse_to_overwrite(db)
        assert not is_marked(db)
    engine.dispose()
