"""Programs that read mail press what they find: behind every signed link they change nothing, and a person gets a second step (safety.md S2)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from members.models import Invitation, Member
from members.second_address import signed
from ossma.core.models import AuditEntry, OutboxMessage, Progress
from ossma.core.viewer import SYSTEM
from safety import actions
from safety.actions.reach import ask_taps
from safety.actions.watching import remind_due
from safety.addresses import answer_path, check_in_path, family_path, tap_path
from safety.models import Answer, CheckIn, Delivery, FamilyLink, Reachability, ReachTap
from safety.states import Channel, Standing
from tests.factories.own import CheckInFactory
from tests.factories.safety import DAY, HOUR, NOW, recipient, sent
from tests.members.invitations import invite, token_of

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
SENTINEL = "Mozilla/5.0 Barracuda Sentinel"
BUTTON = "自分で押しました"


class Clock:
    """The clock of pages, moved by hand."""

    def __init__(self, now) -> None:
        self.now = now

    def on(self, seconds) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock(monkeypatch):
    """It stands at the moment of sending."""
    moved = Clock(NOW)
    monkeypatch.setattr(timezone, "now", lambda: moved.now)
    return moved


@pytest.fixture
def edge():
    """A mail filter that calls itself Edge, as the one of Microsoft does."""
    return Client(headers={"accept-language": "ja", "user-agent": EDGE})


def handed_over(at):
    """All that waits has gone to the mail server at this moment."""
    OutboxMessage.objects.update(state=Progress.SENT, begun_at=at, ended_at=at)
    Delivery.objects.update(state=Progress.SENT, begun_at=at, ended_at=at)


@pytest.fixture
def check(office, clock):
    """A check whose mails have just been handed over."""
    asked = sent(office)
    actions.queue_rounds(actor=SYSTEM, at=NOW, check_id=asked.pk)
    handed_over(NOW)
    return asked


@pytest.fixture
def path(cast, check):
    """Where Aya answers."""
    return answer_path(recipient(check, cast.aya).pk)


def pressed_again(browser, page):
    """Press the button of the second step."""
    html = page.content.decode()
    assert page.status_code == 422
    assert BUTTON in html
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    action = re.search(r'<form method="post" action="([^"]+)"', html)[1]
    return browser.post(action, dict(fields))


def test_a_look_three_seconds_after_sending_opens_nothing_and_a_minute_later_it_does(cast, check, path, clock, edge):
    clock.on(3)
    edge.get(path)
    assert recipient(check, cast.aya).opened_at is None
    clock.on(60)
    edge.get(path)
    assert recipient(check, cast.aya).opened_at == clock.now


def test_a_press_in_the_same_second_is_kept_as_unconfirmed_and_the_second_step_counts(cast, check, path, clock, edge):
    clock.on(0.2)
    page = edge.post(path, {"answer": "safe", "key": str(uuid4())})
    assert Answer.objects.get().unconfirmed
    assert recipient(check, cast.aya).standing == Standing.SILENT
    assert "tel:" in page.content.decode() or "/helpline/" in page.content.decode()
    clock.on(4)
    done = pressed_again(edge, page)
    assert (done.status_code, done["Location"]) == (303, f"{path}here/")
    assert recipient(check, cast.aya).standing == Standing.OK


def test_who_presses_the_second_step_before_it_can_be_read_is_asked_again_and_the_first_showing_counts_on(cast, check, path, clock, edge):
    page = edge.post(path, {"answer": "help", "key": str(uuid4())})
    again = pressed_again(edge, page)
    assert recipient(check, cast.aya).standing == Standing.SILENT
    clock.on(3)
    assert pressed_again(edge, again).status_code == 303
    assert recipient(check, cast.aya).standing == Standing.HELP


def test_whoever_has_taken_the_second_step_is_not_asked_again_on_the_next_page(cast, check, path, clock, edge):
    page = edge.post(path, {"answer": "help", "key": str(uuid4())})
    clock.on(3)
    pressed_again(edge, page)
    assert edge.post(f"{path}need/", {"key": str(uuid4()), "need": "injured"}).status_code == 303
    assert Answer.objects.filter(unconfirmed=False).count() == 2


def test_the_sign_of_one_page_is_of_no_use_on_another(cast, check, path, clock, edge):
    page = edge.post(path, {"answer": "later", "key": str(uuid4())})
    token = re.search(r'name="second_step" value="([^"]+)"', page.content.decode())[1]
    clock.on(3)
    other = answer_path(recipient(check, cast.ben).pk)
    assert edge.post(other, {"answer": "safe", "key": str(uuid4()), "second_step": token}).status_code == 422
    assert edge.post(path, {"answer": "safe", "key": str(uuid4()), "second_step": f"{token}x"}).status_code == 422


def test_the_second_step_loses_nothing_that_was_written(cast, check, path, clock, edge):
    page = edge.post(f"{path}elsewhere/", {"key": str(uuid4()), "country": "0039", "city": "ローマ", "comment": "駅の\n近く"})
    clock.on(5)
    assert pressed_again(edge, page).status_code == 303
    counted = Answer.objects.get(unconfirmed=False)
    assert (counted.kind, counted.country_id, counted.city) == ("not_there", "0039", "ローマ")


def test_a_script_that_saw_a_finger_counts_at_once(cast, check, path, clock, edge):
    clock.on(5)
    assert edge.post(path, {"answer": "safe", "key": str(uuid4()), "by_hand": "1"}).status_code == 303
    assert recipient(check, cast.aya).standing == Standing.OK


def test_the_pages_script_is_told_that_the_press_was_not_taken(check, path, edge):
    assert edge.post(path, {"answer": "safe", "key": str(uuid4())}, headers={"accept": "application/json"}).status_code == 422


def test_a_monthly_question_is_answered_by_nobody_within_seconds(cast, clock, edge):
    ask_taps(actor=SYSTEM, at=NOW)
    handed_over(NOW)
    mailed = tap_path(ReachTap.objects.get(member=cast.aya).pk, Channel.EMAIL)
    clock.on(2)
    page = edge.post(mailed)
    assert not Reachability.objects.exists()
    assert AuditEntry.objects.get(action="link.press_unconfirmed").subject_kind == "tap"
    clock.on(2)
    pressed_again(edge, page)
    assert Reachability.objects.get().last_human_at == clock.now


@pytest.fixture
def check_in(cast, clock):
    """Aya's check-in is due, and its reminder has just been handed over."""
    row = CheckInFactory(member=cast.aya, due_at=NOW, created_at=NOW - DAY)
    remind_due(actor=SYSTEM, at=NOW)
    handed_over(NOW)
    return row


@pytest.mark.parametrize(("agent", "seconds"), [(EDGE, 2), (SENTINEL, 2), (SENTINEL, 3600)])
@pytest.mark.parametrize("tap", ["safe", "later"])
def test_a_machines_press_neither_ends_nor_puts_off_a_check_in(clock, check_in, agent, seconds, tap):
    browser = Client(headers={"accept-language": "ja", "user-agent": agent})
    clock.on(seconds)
    page = browser.post(check_in_path(check_in.pk), {"tap": tap, "due": check_in.runs_from.isoformat()})
    row = CheckIn.objects.get(pk=check_in.pk)
    assert (row.state, row.due_at, Answer.objects.count()) == ("reminded", check_in.due_at, 0)
    clock.on(5)
    assert pressed_again(browser, page).status_code == 303
    assert CheckIn.objects.get(pk=check_in.pk).state == ("reported" if tap == "safe" else "planned")


def test_a_check_in_reported_later_by_a_person_is_reported(clock, check_in, edge):
    clock.on(60)
    assert edge.post(check_in_path(check_in.pk), {"tap": "safe", "due": check_in.runs_from.isoformat()}).status_code == 303
    assert CheckIn.objects.get(pk=check_in.pk).state == "reported"


def test_nobody_has_heard_from_a_member_within_seconds_of_the_link_being_made(cast, clock, edge):
    link = FamilyLink.objects.create(member=cast.aya, name="山田 花子", position=1, created_at=NOW, expires_at=NOW + DAY)
    words = {"key": str(uuid4()), "heard": "ok", "how_known": "今朝、電話で"}
    clock.on(3)
    page = edge.post(family_path(link.pk), words)
    assert not Answer.objects.exists()
    clock.on(3)
    pressed_again(edge, page)
    assert Answer.objects.get().how_known == "今朝、電話で"
    named = Client(headers={"user-agent": SENTINEL, "accept-language": "ja"})
    clock.on(3600)
    assert named.post(family_path(link.pk), words | {"key": str(uuid4())}).status_code == 422


def test_a_second_address_is_confirmed_by_nobody_within_seconds(cast, clock, edge):
    Member.objects.filter(pk=cast.aya.pk).update(second_email="aya.private@example.jp")
    OutboxMessage.objects.create(
        key=f"second_address:{cast.aya.pk}:1", to_address="aya.private@example.jp", language="ja", template="members/second_address",
        created_at=NOW, due_at=NOW,
    )  # fmt: skip
    handed_over(NOW)
    clock.on(4)
    page = edge.post(f"/second-address/{signed(cast.aya.pk, 'aya.private@example.jp')}/")
    assert Member.objects.get(pk=cast.aya.pk).second_email_confirmed_at is None
    clock.on(3)
    assert pressed_again(edge, page).status_code == 200
    assert Member.objects.get(pk=cast.aya.pk).second_email_confirmed_at == clock.now


def test_an_invitation_is_declined_by_nobody_within_seconds(cast, edge):
    invite(cast.client(cast.doi), "neu@example.jp")
    handed_over(timezone.now())
    link = f"/invitation/{token_of('neu@example.jp')}/decline/"
    page = edge.post(link)
    assert page.status_code == 422
    assert Invitation.objects.get().state == "open"
    handed_over(timezone.now() - HOUR)
    assert edge.post(link).status_code == 302
    assert Invitation.objects.get().state == "declined"
