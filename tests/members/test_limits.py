"""The way in slows guessing down, locks nobody out, and lets a lecture hall through."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import hashers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import codes
from members.models import User
from ossma.core import limits
from ossma.core.models import OutboxMessage
from ossma.core.outbox import promise
from ossma.core.tasks import send_outbox
from tests.cast import make_cast
from tests.factories.members import HASH, PASSWORD, LegalDocumentFactory, UserFactory
from tests.limits import lower
from tests.members.test_login import app_code
from tests.smtp import smtp_sink

HALL = "203.0.113.7"
WRONG = "Wrong-Pass-1"
NEW = "Better-Pass-2"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Clock:
    """Everybody's clock, moved by hand; it begins at the beginning of an hour, and of most of a day."""

    def __init__(self, monkeypatch):
        self.now = timezone.now().replace(hour=1, minute=0, second=0, microsecond=0)
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def wait(self, length):
        self.now += length


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def browser(source="198.51.100.1", language="ja"):
    return Client(headers={"accept-language": language}, REMOTE_ADDR=source)


def log_in(client, email="aya@example.jp", password=PASSWORD):
    return client.post("/login/", {"login": email, "password": password})


def fail(times, email="aya@example.jp", source="192.0.2.9"):
    return [log_in(browser(source), email, WRONG).status_code for _ in range(times)]


def known_browser(email="aya@example.jp", source="198.51.100.20"):
    """Logged in once, logged out again: the cookie of the device stays."""
    client = browser(source)
    assert log_in(client, email).status_code == 302
    client.post("/logout/")
    return client


def mails(template):
    return OutboxMessage.objects.filter(template=template)


def code_of(template="members/reset_code"):
    return json.loads(mails(template).latest("pk").context)["code"]


def ask_reset(client, email="aya@example.jp"):
    return client.post("/password/reset/", {"email": email})


def reset_guesses(client, times):
    return [client.post("/password/reset/code/", {"code": "000000"}).status_code for _ in range(times)]


def at_once(work, items):
    def done(item):
        try:
            return work(item)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(done, items))


class TestPasswords:
    def test_after_five_mistakes_the_sixth_try_waits_and_the_page_says_how_long_and_which_ways_are_left(self, cast, clock):
        assert fail(6) == [200] * 5 + [429]
        for language, words in (
            ("ja", ("30秒ほど待つか", "待たずにログインする方法", "パスキー")),
            ("en", ("wait 30 seconds", "no waiting", "passkey")),
        ):
            reply = log_in(browser("192.0.2.9", language))
            page = reply.content.decode()
            assert (reply.status_code, reply.headers["Retry-After"]) == (429, "30")
            assert 'value="aya@example.jp"' in page
            assert "/password/reset/" in page
            assert all(word in page for word in words)

    def test_the_waits_grow_and_each_gives_one_try(self, cast, clock):
        fail(5)
        waits = []
        for _ in range(4):
            waits.append(int(log_in(browser("192.0.2.9")).headers["Retry-After"]))
            clock.wait(timedelta(seconds=waits[-1]))
            fail(1)
        assert waits == [30, 60, 120, 300]

    def test_a_strangers_mistakes_keep_nobody_else_out(self, cast, clock):
        fail(9)
        assert log_in(browser("198.51.100.20")).status_code == 302

    def test_mistakes_from_everywhere_slow_unknown_devices_down_and_never_a_known_one(self, cast, clock):
        own = known_browser()
        assert [fail(1, source=f"192.0.2.{n}") for n in range(30)].count([200]) == limits.PROOF_ACCOUNT.most
        assert log_in(browser("198.51.100.77")).status_code == 429
        assert log_in(own).status_code == 302

    def test_a_known_device_counts_its_own_mistakes(self, cast, clock):
        own = known_browser()
        told = [log_in(own, password=WRONG).status_code for _ in range(limits.PROOF_DEVICE.most + 1)]
        assert told == [200] * limits.PROOF_DEVICE.most + [429]
        clock.wait(timedelta(seconds=30))
        assert log_in(own).status_code == 302

    def test_a_device_is_known_for_its_own_account_only_and_its_cookie_cannot_be_made_up(self, cast, clock):
        own = known_browser()
        [fail(1, "ben@example.jp", f"192.0.2.{n}") for n in range(30)]
        assert log_in(own, "ben@example.jp").status_code == 429
        own.cookies["ossma_device"] = own.cookies["ossma_device"].value[:-2] + "xx"
        [fail(1, source=f"192.0.2.{n}") for n in range(30)]
        assert log_in(own).status_code == 429

    def test_a_new_password_makes_other_devices_unknown_and_keeps_this_one(self, cast, clock):
        old, own = known_browser(), browser("198.51.100.30")
        log_in(own)
        assert own.post("/account/password/", {"oldpassword": PASSWORD, "password1": NEW}).status_code == 302
        own.post("/logout/")
        [fail(1, source=f"192.0.2.{n}") for n in range(30)]
        assert log_in(old, password=NEW).status_code == 429
        assert log_in(own, password=NEW).status_code == 302

    def test_a_new_password_by_code_is_a_way_out_while_strangers_go_on_guessing(self, cast, clock):
        [fail(1, source=f"192.0.2.{n}") for n in range(30)]
        own = browser("198.51.100.40")
        assert log_in(own).status_code == 429
        ask_reset(own)
        own.post("/password/reset/code/", {"code": code_of()})
        own.post("/password/reset/new/", {"password1": NEW})
        assert log_in(own, password=NEW).status_code == 302

    def test_an_unknown_address_is_slowed_down_like_a_known_one(self, cast, clock):
        assert fail(7, "nobody@example.jp") == fail(7)

    def test_one_line_of_ipv6_is_one_source(self, cast, clock):
        assert [fail(1, source=f"2001:db8:1:2::{n}")[0] for n in range(1, 7)] == [200] * 5 + [429]
        assert fail(1, source="2001:db8:1:3::1") == [200]

    def test_a_success_is_no_failure_and_forgets_the_mistakes_of_its_source(self, cast, clock):
        for _ in range(4):
            fail(4)
            assert log_in(browser("192.0.2.9")).status_code == 302

    @pytest.mark.django_db(transaction=True)
    def test_twenty_five_guesses_at_once_from_many_addresses_are_tried_twenty_times(self, clock):
        make_cast()
        told = at_once(lambda n: fail(1, source=f"192.0.2.{n}")[0], list(range(25)))
        assert sorted(told) == [200] * 20 + [429] * 5


class TestSecondFactor:
    def to_second(self, source):
        client = browser(source)
        assert log_in(client, "doi@example.jp").headers["Location"] == "/login/second/"
        return client

    def test_a_strangers_wrong_codes_do_not_refuse_the_right_one_elsewhere(self, cast, clock):
        enemy = self.to_second("192.0.2.9")
        told = [enemy.post("/login/second/", {"code": "000000"}) for _ in range(6)]
        assert [reply.status_code for reply in told] == [200] * 5 + [429]
        assert "待たずにログインする方法" in told[-1].content.decode()
        assert self.to_second("198.51.100.1").post("/login/second/", {"code": app_code()}).status_code == 302

    def test_wrong_passwords_and_wrong_codes_are_counted_apart(self, cast, clock):
        client = self.to_second("192.0.2.9")
        fail(9, "doi@example.jp")
        assert client.post("/login/second/", {"code": app_code()}).status_code == 302

    def test_the_password_again_is_slowed_down_and_not_by_what_happens_at_the_login(self, cast, clock):
        client = cast.client(cast.aya)
        fail(9, source="127.0.0.1")
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= 600
        session.save()
        told = [client.post("/login/again/", {"password": WRONG}).status_code for _ in range(6)]
        assert told == [200] * 5 + [429]
        clock.wait(timedelta(seconds=30))
        assert client.post("/login/again/?next=/me/", {"password": PASSWORD, "next": "/me/"}).status_code == 302

    def test_the_present_password_is_no_place_for_guessing_either(self, cast, clock):
        client = cast.client(cast.aya)
        told = [client.post("/account/password/", {"oldpassword": WRONG, "password1": NEW}).status_code for _ in range(6)]
        assert told == [200] * 5 + [429]


class TestCodes:
    def test_three_codes_an_hour_then_longer_and_longer(self, cast, clock):
        waits = []
        for _ in range(6):
            assert ask_reset(browser()).status_code == 302
            waits.append(int(ask_reset(browser()).headers["Retry-After"]))
            clock.wait(timedelta(seconds=waits[-1]))
        assert waits == [60, 60, 3600, 7200, 14400, 28800]

    def test_the_page_says_how_long_keeps_the_address_and_tells_nothing(self, cast, clock):
        pages = []
        for email in ("aya@example.jp", "nobody@example.jp"):
            ask_reset(browser(), email)
            reply = ask_reset(browser(), email)
            assert (reply.status_code, reply.headers["Retry-After"]) == (429, "60")
            page = reply.content.decode()
            assert "60秒後" in page
            assert f'value="{email}"' in page
            pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.replace(email, "…")))
        assert pages[0] == pages[1]

    def test_from_many_addresses_and_sessions_there_are_no_more_than_fifteen_guesses_an_hour(self, cast, clock):
        guesses = 0
        for n in range(60):
            client = browser(f"192.0.2.{n}")
            if ask_reset(client).status_code == 302:
                guesses += reset_guesses(client, 6).count(200) + 1
            clock.wait(timedelta(seconds=59))
        assert guesses <= 15

    def test_a_day_brings_no_more_than_eight_codes_and_forty_guesses(self, cast, clock):
        asked = 0
        for _ in range(24 * 6):
            asked += ask_reset(browser()).status_code == 302
            clock.wait(10 * MINUTE)
        assert asked <= 8
        assert limits.CODE_TRY_ACCOUNT.most == 40

    @pytest.mark.django_db(transaction=True)
    def test_many_guesses_at_once_in_one_session_are_five(self, clock, monkeypatch):
        make_cast()
        client = browser()
        ask_reset(client)
        judged = []
        monkeypatch.setattr(codes, "matches", lambda typed, digest: bool(judged.append(typed)))

        def guess(n):
            other = browser(f"192.0.2.{n}")
            other.cookies["sessionid"] = client.cookies["sessionid"].value
            return other.post("/password/reset/code/", {"code": f"{n:06}"}).status_code

        told = at_once(guess, list(range(25)))
        assert len(judged) == 5
        assert set(told) <= {200, 410}
        assert told.count(410) >= 20

    @pytest.mark.django_db(transaction=True)
    def test_many_requests_at_once_send_one_mail(self, clock):
        make_cast()
        told = at_once(lambda n: ask_reset(browser(f"192.0.2.{n}")).status_code, list(range(20)))
        assert sorted(told) == [302] + [429] * 19
        assert mails("members/reset_code").count() == 1

    def test_a_known_device_gets_its_code_though_strangers_have_asked_for_all(self, cast, clock):
        own = known_browser()
        assert [ask_reset(browser()).status_code for _ in range(2)] == [302, 429]
        assert ask_reset(own).status_code == 302
        own.post("/password/reset/code/", {"code": code_of()})
        assert own.post("/password/reset/new/", {"password1": NEW}).status_code == 302

    def test_codes_of_every_kind_to_one_address_count_together(self, cast, clock):
        ask_reset(browser(), "new@example.jp")
        client = cast.client(cast.aya)
        reply = client.post("/account/email/", {"email": "new@example.jp", "action_add": "1"})
        assert reply.status_code == 429
        assert 'value="new@example.jp"' in reply.content.decode()

    def test_changing_the_address_mails_ten_strangers_an_hour_at_most(self, cast, clock):
        client = cast.client(cast.aya)
        told = [client.post("/account/email/", {"email": f"n{n}@example.jp", "action_add": "1"}).status_code for n in range(12)]
        assert told == [302] * 10 + [429] * 2

    def test_one_button_of_the_library_sends_no_codes_past_the_limits(self, cast, clock):
        client = cast.client(cast.aya)
        before = OutboxMessage.objects.count()
        client.post("/account/email/", {"email": "aya@example.jp", "action_send": "1"})
        assert OutboxMessage.objects.count() == before

    def test_an_address_that_waits_to_be_confirmed_gets_codes_at_login_by_the_same_count(self, db, clock):
        UserFactory(email="late@example.jp", confirmed=False)
        assert [log_in(browser(), "late@example.jp").status_code for _ in range(2)] == [302, 429]
        assert mails("members/code").count() == 1

    def test_mails_without_a_code_to_one_address_are_three_a_day_and_the_page_is_the_same(self, db, clock):
        for wait in (MINUTE, MINUTE, HOUR, 2 * HOUR, 4 * HOUR):
            assert ask_reset(browser(), "nobody@example.jp").headers["Location"] == "/password/reset/code/"
            clock.wait(wait)
        assert mails("members/unknown_account").count() == limits.NO_ACCOUNT_MAIL.most


@pytest.fixture
def documents(db):
    return [LegalDocumentFactory(), LegalDocumentFactory(kind="privacy")]


def sign_up(client, email):
    client.get("/legal/terms/")
    client.get("/legal/privacy/")
    return client.post("/signup/", {"email": email, "password1": PASSWORD})


class TestHall:
    def test_two_hundred_register_and_log_in_behind_one_address_within_minutes(self, documents, clock):
        for n in range(200):
            client, email = browser(HALL), f"student{n}@example.jp"
            assert sign_up(client, email).headers["Location"] == "/signup/code/", n
            if n % 10 == 0:
                assert client.post("/signup/code/", {"code": "000000", "action": "verify"}).status_code == 200
            assert client.post("/signup/code/", {"code": code_of("members/code"), "action": "verify"}).status_code == 302
            clock.wait(timedelta(seconds=1))
        User.objects.update(password=HASH)
        for n in range(200):
            client, email = browser(HALL), f"student{n}@example.jp"
            # Every one of them mistypes it twice.
            assert [log_in(client, email, WRONG).status_code for _ in range(2)] == [200, 200]
            assert log_in(client, email).status_code == 302, n
            clock.wait(timedelta(seconds=0.2))

    def test_the_join_password_counts_mistakes_only(self, cast, clock):
        for n in range(30):
            client = Client(headers={"accept-language": "ja"}, REMOTE_ADDR=HALL)
            client.force_login(UserFactory(email=f"half{n}@example.jp"))
            assert [client.post("/signup/school/", {"join_password": "aoba-2026"}).status_code for _ in range(12)] == [302] * 12

    def test_a_machine_behind_one_address_is_stopped_and_told_how_long(self, documents, clock, monkeypatch):
        lower(monkeypatch, "SIGN_UP_SOURCE", 3)
        told = [sign_up(browser(HALL), f"m{n}@example.jp") for n in range(4)]
        assert [reply.status_code for reply in told] == [302, 302, 302, 429]
        assert 'value="m3@example.jp"' in told[-1].content.decode()
        assert not User.objects.filter(email="m3@example.jp").exists()

    def test_trying_one_password_on_everybody_is_stopped_in_the_end(self, cast, clock, monkeypatch):
        lower(monkeypatch, "PROOF_SOURCE", 5)
        assert [fail(1, f"p{n}@example.jp")[0] for n in range(6)] == [200] * 5 + [429]


class TestLoginOpens:
    def test_while_a_registration_waits_for_its_code(self, cast, documents, clock):
        client = browser()
        sign_up(client, "aya@example.jp")
        page = client.get("/login/")
        assert page.status_code == 200
        assert "/signup/code/" in page.content.decode()
        assert log_in(client).headers["Location"] == "/"
        assert client.session["_auth_user_id"] == str(cast.aya.user_id)
        assert client.get("/signup/code/").status_code == 410

    def test_while_the_second_step_waits(self, cast, clock):
        client = browser()
        log_in(client, "doi@example.jp")
        assert client.get("/login/").status_code == 200
        assert log_in(client).headers["Location"] == "/"


class TestTime:
    """The time an answer takes tells nothing, because the work is the same: hashes and statements, not seconds, are counted."""

    def work(self, monkeypatch, act):
        hashed = []
        for kind in (hashers.MD5PasswordHasher, hashers.PBKDF2PasswordHasher):
            encode = kind.encode
            monkeypatch.setattr(kind, "encode", lambda self, *a, _e=encode, **k: hashed.append(self.algorithm) or _e(self, *a, **k))
        with CaptureQueriesContext(connection) as asked:
            act()
        monkeypatch.undo()
        writes = [query["sql"].split()[0] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        return len(hashed), len(writes), len(asked)

    def test_signing_up_costs_the_same_with_a_known_address(self, cast, documents, monkeypatch):
        known = self.work(monkeypatch, lambda: sign_up(browser(), "aya@example.jp"))
        unknown = self.work(monkeypatch, lambda: sign_up(browser(), "fresh@example.jp"))
        assert known[0] == unknown[0] == 1
        assert abs(known[1] - unknown[1]) <= 3
        assert User.objects.filter(email__endswith="rehearsal.invalid").count() == 0

    def test_asking_for_a_new_password_costs_the_same_with_a_known_address(self, cast, monkeypatch):
        known = self.work(monkeypatch, lambda: ask_reset(browser(), "aya@example.jp"))
        unknown = self.work(monkeypatch, lambda: ask_reset(browser(), "fresh@example.jp"))
        assert known[0] == unknown[0] == 0
        assert abs(known[1] - unknown[1]) <= 1

    def test_a_wrong_password_costs_one_hash_with_any_address(self, cast, monkeypatch):
        known = self.work(monkeypatch, lambda: fail(1))
        unknown = self.work(monkeypatch, lambda: fail(1, "fresh@example.jp"))
        assert known[0] == unknown[0] == 1


class TestMailsThatStrangersCause:
    """A ceiling over all sources and addresses (bugs-run 22), and a place behind everything else."""

    def test_sign_ups_resets_and_changes_share_one_ceiling_that_says_how_long_and_keeps_what_was_typed(self, db, documents, clock, monkeypatch):
        lower(monkeypatch, "STRANGER_MAIL", 2)
        UserFactory(email="aya@example.jp", password=HASH)
        sources = [f"198.51.100.{number}" for number in range(1, 5)]
        pages = [browser(source).post("/password/reset/", {"email": f"x{n}@example.jp"}) for n, source in enumerate(sources)]
        assert [page.status_code for page in pages] == [302, 302, 429, 429]
        assert OutboxMessage.objects.count() == 2
        assert "x3@example.jp" in pages[-1].content.decode()
        assert pages[-1].headers["Retry-After"]
        clock.wait(HOUR)
        assert browser(sources[3]).post("/password/reset/", {"email": "x3@example.jp"}).status_code == 302

    def test_a_code_that_was_not_sent_is_not_counted_for_its_address(self, db, clock, monkeypatch):
        lower(monkeypatch, "STRANGER_MAIL", 1)
        for _again in range(3):
            browser().post("/password/reset/", {"email": "y@example.jp"})
        clock.wait(HOUR)
        assert browser().post("/password/reset/", {"email": "z@example.jp"}).status_code == 302

    def test_they_wait_until_everything_else_has_gone(self, db, documents, settings):
        browser().post("/password/reset/", {"email": "x@example.jp"})
        promise(key="help", to_address="desk@office.example", language="ja", template="members/reset_code", context={"code": "1"}, at=timezone.now())
        with smtp_sink() as sink:
            settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": sink.port, "timeout": 5}}}
            assert send_outbox() == 2
        assert sink.addresses == ["desk@office.example", "x@example.jp"]
