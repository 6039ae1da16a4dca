"""The mailbox of returned mail: each mail is read once, stays, and is marked as seen."""

import mailbox as boxes

import pytest
from django.core.management import CommandError, call_command

from ossma.core.bounces import mailbox
from ossma.core.models import ReturnedMail
from ossma.core.tasks import read_bounces
from tests.core.bounces.samples import LETTER, report


@pytest.fixture
def maildir(tmp_path):
    """A Maildir with a report and a letter."""
    box = boxes.Maildir(tmp_path / "box")
    for raw in (report(), LETTER):
        box.add(raw)
    return f"maildir:{tmp_path / 'box'}"


class Imap:
    """An IMAP server with two mails, one of them seen."""

    def __init__(self):
        self.mails, self.seen, self.login_name = {b"3": report(), b"4": LETTER}, {b"4"}, ""

    def __call__(self, host, port, *, ssl_context, timeout):
        assert (host, port, ssl_context.check_hostname) == ("mail.example", 993, True)
        return self

    def login(self, name, password):
        self.login_name = f"{name}:{password}"

    def select(self, folder):
        assert folder == "Bounces"

    def uid(self, command, *words):
        match command:
            case "SEARCH":
                return "OK", [b" ".join(uid for uid in self.mails if uid not in self.seen)]
            case "FETCH":
                return "OK", [(b"1 (UID 3 BODY[] {9}", self.mails[words[0]]), b")"]
            case "STORE":
                self.seen.add(words[0])
                return "OK", []
        raise AssertionError(command)

    def logout(self):
        """Good bye."""


@pytest.mark.django_db
def test_a_maildir_is_read_once(maildir, settings):
    settings.BOUNCE_MAILBOX = maildir
    assert (read_bounces(), read_bounces()) == (2, 0)
    assert ReturnedMail.objects.count() == 2


@pytest.mark.django_db
def test_an_imap_folder_is_read_over_tls_and_marked(monkeypatch, settings):
    server = Imap()
    monkeypatch.setattr(mailbox.imaplib, "IMAP4_SSL", server)
    settings.BOUNCE_MAILBOX = "imaps://bounces%40ossma.example:se%2Fcret@mail.example/Bounces"
    assert (read_bounces(), read_bounces()) == (1, 0)
    assert (server.login_name, server.seen) == ("bounces@ossma.example:se/cret", {b"3", b"4"})


@pytest.mark.django_db
def test_what_was_not_noted_stays_unseen(maildir, monkeypatch, settings):
    settings.BOUNCE_MAILBOX = maildir
    monkeypatch.setattr("ossma.core.bounces.noting.take_in", lambda *_a, **_k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        read_bounces()
    monkeypatch.undo()
    assert read_bounces() == 2


@pytest.mark.django_db
def test_the_command_says_what_it_found_and_a_dry_run_says_the_same(maildir, capsys):
    call_command("read_bounces", "--mailbox", maildir, "--dry-run")
    assert not ReturnedMail.objects.exists()
    call_command("read_bounces", "--mailbox", maildir)
    call_command("read_bounces", "--mailbox", maildir)
    assert capsys.readouterr().out.splitlines() == ["1 strange, 1 unknown", "1 strange, 1 unknown", "nothing new"]


@pytest.mark.parametrize("address", ["", "maildir:/nowhere/at/all", "pop3://mail.example", "imaps://127.0.0.1:1/INBOX"])
def test_a_mailbox_that_cannot_be_read_is_an_error(address):
    with pytest.raises(CommandError):
        call_command("read_bounces", "--mailbox", address)
