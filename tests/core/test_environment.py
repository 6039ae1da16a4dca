"""Settings come from the environment and are read strictly."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from ossma import environment as env


@pytest.mark.parametrize(("written", "meant"), [("true", True), ("Yes", True), ("1", True), ("off", False), (" false ", False), ("0", False)])
def test_a_boolean_is_read_in_its_usual_spellings(monkeypatch, written, meant):
    monkeypatch.setenv("FLAG", written)
    assert env.boolean("FLAG", default=not meant) is meant


@pytest.mark.parametrize("written", ["", "ture", "2", "True!"])
def test_a_wrong_boolean_refuses_to_start(monkeypatch, written):
    monkeypatch.setenv("FLAG", written)
    with pytest.raises(ImproperlyConfigured, match="FLAG must be true or false"):
        env.boolean("FLAG", default=False)


def test_a_missing_value_without_default_refuses_to_start(monkeypatch):
    monkeypatch.delenv("NOT_THERE", raising=False)
    with pytest.raises(ImproperlyConfigured, match="NOT_THERE is not set"):
        env.text("NOT_THERE")


def test_a_secret_can_come_from_a_file(monkeypatch, tmp_path):
    file = tmp_path / "secret"
    file.write_text("from the file\n")
    monkeypatch.delenv("TOKEN", raising=False)
    monkeypatch.setenv("TOKEN_FILE", str(file))
    assert env.text("TOKEN") == "from the file"


def test_a_secret_given_twice_refuses_to_start(monkeypatch, tmp_path):
    monkeypatch.setenv("TOKEN", "one")
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "other"))
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.text("TOKEN")


def test_a_secret_file_that_cannot_be_read_refuses_to_start(monkeypatch, tmp_path):
    monkeypatch.delenv("TOKEN", raising=False)
    monkeypatch.setenv("TOKEN_FILE", str(tmp_path / "nothing"))
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        env.text("TOKEN")


def test_a_number_below_its_least_refuses_to_start(monkeypatch):
    monkeypatch.setenv("SIZE", "0")
    with pytest.raises(ImproperlyConfigured, match="at least 1"):
        env.integer("SIZE", 5, least=1)


def test_a_mail_server_needs_an_address(monkeypatch):
    monkeypatch.setenv("SMTP_URL", "localhost:25")
    with pytest.raises(ImproperlyConfigured, match="smtp://host:port"):
        env.smtp("SMTP_URL", "")


def test_a_mail_server_with_login_and_encryption_is_understood(monkeypatch):
    monkeypatch.setenv("SMTP_URL", "smtp+tls://aya:word@mail.example:587")
    options = env.smtp("SMTP_URL", "")
    assert options == {"host": "mail.example", "port": 587, "timeout": 15, "username": "aya", "password": "word", "use_tls": True}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("office@ossma.example", "office@ossma.example"),
        ("OSSMA, 事務局 <office@ossma.example>", '"OSSMA, 事務局" <office@ossma.example>'),
        ('"OSSMA, Office" <office@ossma.example>', '"OSSMA, Office" <office@ossma.example>'),
    ],
)
def test_a_comma_in_a_sender_s_name_does_not_make_two_of_one(monkeypatch, written, meant):
    monkeypatch.setenv("MAIL_FROM", written)
    assert env.mailbox("MAIL_FROM") == meant


@pytest.mark.parametrize("written", ["OSSMA", "OSSMA <office>", "a@b.example, c@d.example", "OSSMA <a@b.example> x"])
def test_a_sender_that_is_none_refuses_to_start(monkeypatch, written):
    monkeypatch.setenv("MAIL_FROM", written)
    with pytest.raises(ImproperlyConfigured, match="MAIL_FROM"):
        env.mailbox("MAIL_FROM")


def test_addresses_that_are_sent_to_carry_no_names(monkeypatch):
    monkeypatch.setenv("OFFICE_MAIL", "a@b.example, c@d.example")
    assert env.addresses("OFFICE_MAIL") == ["a@b.example", "c@d.example"]
    monkeypatch.setenv("OFFICE_MAIL", "OSSMA, 事務局 <a@b.example>")
    with pytest.raises(ImproperlyConfigured, match="OFFICE_MAIL"):
        env.addresses("OFFICE_MAIL")
