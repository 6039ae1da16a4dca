"""What every answer carries, and what a production server is set to."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from ossma.core.models import PushDevice
from ossma.local.environments import like_production
from tests.cast import make_cast
from tests.walls.house import BASE

YEAR = 31_536_000
NAMES = (
    "DEBUG", "SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_PATH",
    "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_PATH",
    "CSRF_COOKIE_DOMAIN", "LANGUAGE_COOKIE_NAME", "LANGUAGE_COOKIE_SECURE", "LANGUAGE_COOKIE_HTTPONLY", "LANGUAGE_COOKIE_SAMESITE",
    "LANGUAGE_COOKIE_PATH", "LANGUAGE_COOKIE_DOMAIN", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT",
    "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN", "PASSWORD_HASHERS",
)  # fmt: skip
ASK = f"import json; from django.conf import settings; print(json.dumps({{name: getattr(settings, name) for name in {NAMES!r}}}))"


def in_production(code: str) -> str:
    """What a process of a production server prints."""
    environment = like_production("postgres://nobody@127.0.0.1/nothing", "redis://127.0.0.1/0")
    environment |= {"DJANGO_SETTINGS_MODULE": "ossma.settings", "PATH": os.environ["PATH"]}
    done = subprocess.run([sys.executable, "-c", code], cwd=BASE, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def production() -> dict:
    """The settings of a production server."""
    return json.loads(in_production(ASK))


@pytest.fixture
def https(settings) -> Client:
    """A browser at a site that is reached by TLS, as settings.py sets it up for an https SITE_URL."""
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = YEAR, True
    return Client()


@pytest.mark.parametrize("cookie", ["SESSION", "CSRF", "LANGUAGE"])
def test_each_cookie_belongs_to_this_host_over_tls_and_is_hidden_from_scripts(production, cookie):
    assert production[f"{cookie}_COOKIE_NAME"].startswith("__Host-")
    assert production[f"{cookie}_COOKIE_SECURE"] is True
    assert production[f"{cookie}_COOKIE_HTTPONLY"] is True
    assert production[f"{cookie}_COOKIE_SAMESITE"] == "Lax"
    # Browsers refuse the prefix otherwise.
    assert production[f"{cookie}_COOKIE_PATH"] == "/"
    assert production[f"{cookie}_COOKIE_DOMAIN"] is None


def test_production_is_reached_by_tls_only_for_a_year_and_below_every_name(production):
    assert production["SECURE_SSL_REDIRECT"] is True
    assert production["SECURE_HSTS_SECONDS"] >= YEAR
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert production["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert production["DEBUG"] is False


def test_passwords_are_kept_by_scrypt(production):
    assert production["PASSWORD_HASHERS"][0].endswith("ScryptPasswordHasher")


@pytest.mark.django_db
def test_notes_between_two_pages_are_kept_on_the_server_not_in_a_cookie():
    cast = make_cast()
    member = cast.client(cast.aya)
    device = PushDevice.objects.create(user=cast.aya.user, endpoint="https://web.push.apple.com/aya", created_at=timezone.now())
    reply = member.post(f"/me/push/{device.pk}/remove/")
    assert reply.status_code == 302
    assert "messages" not in member.cookies
    assert len(member.get("/me/push/").context["messages"]) == 1


ANSWERS = ["/", "/login/", "/nowhere/", "/healthz", "/manifest.webmanifest", "/static/css/tokens.css", "/static/img/favicon.svg", "/sw.js"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_how_browsers_must_treat_it(https, path):
    reply = https.get(path, secure=True)
    reply.close()
    headers = reply.headers
    policy = headers["Content-Security-Policy"]
    for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert headers["Strict-Transport-Security"].startswith(f"max-age={YEAR}; includeSubDomains")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Content-Type"]
    # Nothing here is for another origin.
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.django_db
def test_a_body_that_is_refused_by_its_length_carries_the_policy_too(https):
    reply = https.post("/login/", b"x", content_type="text/plain", secure=True, CONTENT_LENGTH=str(django_settings.UPLOAD_MAX_BYTES + 1))
    assert reply.status_code == 413
    assert "frame-ancestors 'none'" in reply.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_plain_http_is_answered_with_the_address_over_tls_and_nothing_else(https):
    reply = https.get("/login/")
    assert reply.status_code == 301
    assert reply.headers["Location"] == "https://testserver/login/"
    assert reply.content == b""


@pytest.mark.django_db
def test_trace_gives_nothing_back():
    reply = Client().trace("/login/", headers={"cookie": "sessionid=secret"})
    assert reply.status_code == 405
    assert b"secret" not in reply.content


@pytest.mark.django_db
def test_session_keys_cannot_be_guessed():
    cast = make_cast()
    keys = {cast.client(cast.aya).session.session_key for _ in range(3)}
    assert len(keys) == 3
    assert all(len(key) == 32 and key.isalnum() for key in keys)


RESOLVED = """
import django
django.setup()
from django.urls import Resolver404, resolve
for path in ("/login/", "/dev/mail/", "/dev/components/", "/static/", "/admin/doc/", "/__debug__/"):
    try:
        print(path, resolve(path).url_name)
    except Resolver404:
        print(path, "nothing")
"""


@pytest.mark.django_db
def test_folders_are_not_listed_and_what_is_for_development_is_not_there():
    found = dict(line.split() for line in in_production(RESOLVED).splitlines())
    assert found.pop("/login/") in {"login", "account_login"}
    # The admin's catch-all answers 404 to whoever is let in.
    assert found.pop("/admin/doc/") in {"nothing", "None"}
    assert set(found.values()) == {"nothing"}
    assert Client().get("/static/").status_code == Client().get("/static/css/").status_code == 404


@pytest.mark.django_db
def test_an_error_tells_its_reader_nothing_of_the_inside(monkeypatch):
    def broken(*_args, **_more):
        raise RuntimeError("password=hunter2 in /srv/ossma")

    monkeypatch.setattr("ossma.portals.views.shell._probed", broken)
    reply = Client(raise_request_exception=False).get("/healthz")
    assert reply.status_code == 500
    shown = reply.content.decode()
    assert "hunter2" not in shown
    assert "Traceback" not in shown
    assert "RuntimeError" not in shown
