"""A push is encrypted to one browser, says one thing, and goes to known services only."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from requests.adapters import HTTPAdapter

from portal.connectors.push import Endpoint, Pusher, PushGone, PushUnavailable, _Straight, new_key
from portal.core.errors import BadInput, ConfigError

KEY, AUTH = "k" * 87, "a" * 22
URL = "https://push.example/send/1"


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Local(HTTPAdapter):
    """Everything goes to one port of this machine."""

    def __init__(self, port):
        super().__init__()
        self.port = port

    def send(self, request, **options):
        request.url = request.url.replace("https://push.example", f"http://127.0.0.1:{self.port}")
        return super().send(request, **options)


@pytest.fixture
def service():
    """A push service that keeps what it gets, and answers ``status``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(self.server.status)
            self.send_header("Location", "https://push.example/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.status = [], 201
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def a_pusher(service=None, found=("203.0.114.9",), services=("push.example", ".push.apple.com")):
    session = _Straight()
    if service:
        session.mount("https://push.example", Local(service.server_port))
    return Pusher(new_key(), "mailto:relie@ime.example", services, session=session, resolve=lambda _: found)


def a_browser():
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return private, b"s" * 16, Endpoint(URL, b64(point), b64(b"s" * 16))


def test_what_arrives_is_read_by_the_browser_alone_and_says_one_thing(service):
    private, secret, to = a_browser()
    pusher = a_pusher(service)
    pusher.send(to, "Il y a du nouveau dans Relie")
    ((path, headers, body),) = service.got
    assert path == "/send/1"
    assert b"nouveau" not in body
    said = http_ece.decrypt(body, private_key=private, auth_secret=secret, version="aes128gcm")
    assert json.loads(said) == {"text": "Il y a du nouveau dans Relie"}
    claims = headers["authorization"].split("t=")[1].split(",")[0].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert (told["aud"], told["sub"]) == ("https://push.example", "mailto:relie@ime.example")
    assert pusher.public_key in headers["authorization"]


@pytest.mark.parametrize(
    ("status", "error"), [(404, PushGone), (410, PushGone), (503, PushUnavailable), (302, PushUnavailable)]
)
def test_a_service_that_says_no_is_understood_and_never_followed(service, status, error):
    service.status = status
    with pytest.raises(error, match=str(status)):
        a_pusher(service).send(a_browser()[2], "x")
    assert len(service.got) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1"])
def test_no_private_address_is_spoken_to_whatever_its_name(service, address):
    with pytest.raises(PushUnavailable, match="private_address"):
        a_pusher(service, [address, "203.0.114.9"]).send(a_browser()[2], "x")
    assert service.got == []


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example/1",
        "https://push.example:8443/1",
        "https://u@push.example/1",
        "https://evil.example/1",
        "https://push.example.evil.example/1",
        "https://evilpush.apple.com/1",
        "https://evil.example\\.push.apple.com/1",
        "https://@push.example/1",
        "https://evil.example;.push.apple.com/1",
        "https://localhost/1",
        "https://[::1]/1",
        "https://[/1",
        "javascript:alert(1)",
        "https://push.example/" + "x" * 1000,
    ],
)
def test_a_browser_names_known_services_only(url):
    with pytest.raises(BadInput):
        a_pusher().checked(url, KEY, AUTH)
    with pytest.raises(PushGone) if len(url) < 1000 else pytest.raises(Exception):
        a_pusher(found=[]).send(Endpoint(url, KEY, AUTH), "x")


def test_a_known_one_is_taken_with_keys_that_look_like_keys():
    assert a_pusher().checked("https://web.push.apple.com/Q1", KEY, AUTH).url == "https://web.push.apple.com/Q1"
    for keys in ((KEY, ""), ("<script>" * 5, AUTH)):
        with pytest.raises(BadInput):
            a_pusher().checked(URL, *keys)


def test_keys_that_are_none_are_forgotten():
    with pytest.raises(PushGone):
        a_pusher().send(Endpoint(URL, KEY, AUTH), "x")


def test_a_key_of_ours_that_is_none_stops_the_start():
    with pytest.raises(ConfigError, match="RELIE_PUSH_KEY"):
        Pusher("short", "mailto:a@b.example", ())


def test_no_proxy_of_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    settings = _Straight().merge_environment_settings(URL, {}, False, True, None)
    assert not settings["proxies"]
    assert requests.Session().trust_env
