"""Services that say who somebody is, as settings name them: each mistake stops the portal and names a variable."""

from __future__ import annotations

import pytest

from portal.core.errors import ConfigError
from portal.core.providers import EIDAS, ProviderKind, read

WHOLE = {
    "RELIE_OIDC": "fc",
    "RELIE_OIDC_FC_KIND": "franceconnect",
    "RELIE_OIDC_FC_ISSUER": "https://fc.example/api/v2",
    "RELIE_OIDC_FC_CLIENT_ID": "relie",
    "RELIE_OIDC_FC_CLIENT_SECRET": "CANARI-secret",
}


def said(**changes: str | None) -> dict[str, str]:
    """The whole of it, with some of ``RELIE_OIDC_FC_…`` changed, or (None) absent."""
    found = WHOLE | {f"RELIE_OIDC_FC_{name}": value for name, value in changes.items()}
    return {name: value for name, value in found.items() if value is not None}


def test_none_is_asked_unless_it_is_named():
    assert read({}) == ()
    assert read(said() | {"RELIE_OIDC": ""}) == ()
    assert read(said() | {"RELIE_OIDC": " , "}) == ()


def test_one_that_is_whole_is_read_with_what_its_kind_is_known_for():
    (one,) = read(said())
    assert (one.name, one.kind, one.label) == ("fc", ProviderKind.FRANCECONNECT, "FranceConnect")
    assert one.discovery == "https://fc.example/api/v2/.well-known/openid-configuration"
    assert (one.acr, one.pkce, one.substantial) == (EIDAS, False, False)
    assert "CANARI" not in repr(one)


@pytest.mark.parametrize("name", ["FC", "1fc", "fc-plus", "fc_plus", "f" * 21, "f/c", "été", "fc,fc", "fc, fc"])
def test_a_name_that_cannot_stand_in_an_address_or_stands_twice_is_refused(name):
    with pytest.raises(ConfigError, match="RELIE_OIDC wants names of 1 to 20 small letters"):
        read(said() | {"RELIE_OIDC": name})


@pytest.mark.parametrize("missing", ["KIND", "ISSUER", "CLIENT_ID", "CLIENT_SECRET"])
@pytest.mark.parametrize("how", [None, ""])
def test_what_is_missing_is_named(missing, how):
    with pytest.raises(ConfigError, match=rf"^RELIE_OIDC_FC_{missing} is not set"):
        read(said(**{missing: how}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"KIND": "google"}, "RELIE_OIDC_FC_KIND wants one of: franceconnect, "),
        ({"ISSUER": "fc.example"}, "RELIE_OIDC_FC_ISSUER wants an https:// address"),
        ({"ISSUER": "http://fc.example"}, "RELIE_OIDC_FC_ISSUER wants an https:// address"),
        ({"ISSUER": "https://[fc.example"}, "RELIE_OIDC_FC_ISSUER wants an https:// address"),
        ({"ISSUER": "https://"}, "RELIE_OIDC_FC_ISSUER wants an https:// address"),
        ({"DISCOVERY": "ftp://fc.example"}, "RELIE_OIDC_FC_DISCOVERY wants an https:// address"),
        ({"PKCE": "yes"}, "RELIE_OIDC_FC_PKCE wants 0 or 1"),
        ({"ACR": "eidas9"}, "RELIE_OIDC_FC_ACR wants one of: eidas1, eidas2, eidas3"),
        ({"ACR": "eidas2 eidas3"}, "RELIE_OIDC_FC_ACR wants one of: eidas1, eidas2, eidas3"),
        ({"KIND": "franceconnect_plus", "ACR": "eidas1"}, "RELIE_OIDC_FC_ACR wants one of: eidas2, eidas3"),
        ({"STRENGTH": "substantial"}, "RELIE_OIDC_FC_STRENGTH is for enterprise services"),
        ({"KIND": "pro_sante_connect", "STRENGTH": "low"}, "RELIE_OIDC_FC_STRENGTH is for enterprise services"),
        ({"KIND": "enterprise", "STRENGTH": "high"}, "RELIE_OIDC_FC_STRENGTH wants low or substantial"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_wanted_and_without_what_was_written(changes, reason):
    with pytest.raises(ConfigError) as refused:
        read(said(**changes))
    assert str(refused.value).startswith(reason)
    assert "CANARI" not in str(refused.value)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_only_this_machine_is_asked_without_encryption(host):
    (one,) = read(said(ISSUER=f"http://{host}:9000"))
    assert one.issuer == f"http://{host}:9000"


def test_nor_what_only_looks_like_it():
    with pytest.raises(ConfigError):
        read(said(ISSUER="http://localhost.example"))


def test_a_level_stands_for_the_stronger_ones_and_nothing_lowers_what_a_kind_asks_for():
    assert read(said(ACR="eidas2"))[0].acr == ("eidas2", "eidas3")
    assert read(said(KIND="franceconnect_plus"))[0].acr == ("eidas2", "eidas3")
    assert read(said(KIND="enterprise"))[0].acr == ()
    assert read(said(KIND="enterprise", ACR="urn:a urn:b"))[0].acr == ("urn:a", "urn:b")


@pytest.mark.parametrize(
    ("changes", "substantial"),
    [
        ({}, False),
        ({"KIND": "franceconnect_plus"}, True),
        ({"KIND": "pro_sante_connect"}, True),
        ({"KIND": "enterprise"}, False),
        ({"KIND": "enterprise", "STRENGTH": "low"}, False),
        ({"KIND": "enterprise", "STRENGTH": "substantial"}, True),
    ],
)
def test_what_a_service_proves_is_known_and_a_foundation_says_it_of_its_own(changes, substantial):
    assert read(said(**changes))[0].substantial is substantial


def test_several_are_offered_in_their_order_and_the_mistake_of_one_stops_them_all():
    other = {name.replace("_FC_", "_PSC_"): value for name, value in said(KIND="pro_sante_connect").items()}
    env = said() | other | {"RELIE_OIDC": "psc, fc"}
    assert [one.name for one in read(env)] == ["psc", "fc"]
    with pytest.raises(ConfigError, match="RELIE_OIDC_PSC_CLIENT_ID"):
        read({name: value for name, value in env.items() if name != "RELIE_OIDC_PSC_CLIENT_ID"})
