"""POST /mail/bounces/: what the mail server hands over."""

import pytest
from django.db import DatabaseError

from ossma.core.models import ReturnedMail
from tests.core.bounces.samples import LETTER, report

pytestmark = pytest.mark.django_db
URL = "/mail/bounces/"


@pytest.fixture(autouse=True)
def secret(settings):
    settings.BOUNCE_SECRET = "a-long-secret"


def post(client, raw=LETTER, given="a-long-secret", kind="message/rfc822"):
    return client.post(URL, raw, content_type=kind, headers={"Authorization": f"Bearer {given}"})


def test_a_mail_is_taken_and_what_it_was_is_said(client):
    answer = post(client)
    assert (answer.status_code, answer.content) == (202, b"unknown")
    assert ReturnedMail.objects.get().source == "hook"


@pytest.mark.parametrize("kind", ["message/rfc822", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"])
def test_whatever_type_the_mail_server_names_the_mail_is_read(client, kind):
    assert post(client, report(), kind=kind).content == b"strange"


@pytest.mark.parametrize("given", ["", "wrong", "a-long-secret2", "é"])
def test_without_the_secret_nothing_is_taken(client, given):
    assert post(client, given=given).status_code == 403
    assert not ReturnedMail.objects.exists()


def test_guessing_is_slowed_down(client, still):
    assert [post(client, given="wrong").status_code for _try in range(12)][-1] == 429
    assert post(client).status_code == 202


def test_where_no_secret_is_set_there_is_no_hook(client, settings):
    settings.BOUNCE_SECRET = ""
    assert post(client, given="").status_code == 404


def test_an_empty_mail_is_refused_and_a_reader_gets_nothing(client):
    assert post(client, b"").status_code == 400
    assert client.get(URL).status_code == 405


def test_the_mail_server_is_asked_to_come_again_when_nothing_could_be_stored(client, monkeypatch):
    def broken(*_words, **_more):
        raise DatabaseError

    monkeypatch.setattr("ossma.core.bounces.noting.take_in", broken)
    assert post(client).status_code == 503


def test_a_mail_larger_than_any_report_is_read_from_its_beginning(client):
    assert post(client, report() + b"x" * 1_000_000).status_code == 202
    assert ReturnedMail.objects.get().understood == "strange"
