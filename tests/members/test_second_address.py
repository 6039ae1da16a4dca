"""A second address gets no answer link before the owner of its mailbox has confirmed it."""

import json
from dataclasses import replace

import pytest
from django.test import Client

from members.models import Member
from members.second_address import is_for, signed
from ossma.core import limits
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from tests.members.test_registration_end import PROFILE

pytestmark = pytest.mark.django_db
SECOND = "aya.private@example.jp"


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


@pytest.fixture
def entered(aya):
    """Aya has entered a second address; the link of the mail that went there."""
    aya.post("/me/edit/", PROFILE | {"second_email": SECOND})
    aya.post("/me/edit/check/")
    mail = OutboxMessage.objects.get(template="members/second_address")
    assert mail.to_address == SECOND
    return f"/second-address/{json.loads(mail.context)['token']}/"


def confirmed_at(cast):
    return Member.objects.get(pk=cast.aya.pk).second_email_confirmed_at


def test_looking_at_the_page_confirms_nothing_pressing_the_button_does(cast, entered):
    stranger = Client(headers={"accept-language": "en"})
    page = stranger.get(entered).content.decode()
    assert "Receive safety messages here?" in page
    assert "山田" not in page
    assert confirmed_at(cast) is None
    assert "The address is confirmed" in stranger.post(entered).content.decode()
    assert confirmed_at(cast) is not None
    assert AuditEntry.objects.filter(action="member.second_address_confirmed", member_id=cast.aya.pk).count() == 1
    stranger.post(entered)
    assert AuditEntry.objects.filter(action="member.second_address_confirmed").count() == 1


def test_until_then_home_and_member_information_ask_for_it(aya, cast, entered):
    assert f"{SECOND} の確認をお願いします" in aya.get("/").content.decode()
    assert f"{SECOND} の確認をお願いします" in aya.get("/me/").content.decode()
    Client().post(entered)
    assert "確認をお願いします" not in aya.get("/").content.decode()


def test_another_address_has_to_be_confirmed_anew_and_the_old_link_is_over(aya, cast, entered):
    Client().post(entered)
    aya.post("/me/edit/", PROFILE | {"second_email": "other@example.jp"})
    aya.post("/me/edit/check/")
    assert confirmed_at(cast) is None
    for reply in (Client().get(entered), Client().post(entered)):
        assert reply.status_code == 404
    assert confirmed_at(cast) is None


def test_an_address_left_as_it_was_stays_confirmed(aya, cast, entered):
    Client().post(entered)
    aya.post("/me/edit/", PROFILE | {"second_email": SECOND, "department": "別の学部"})
    aya.post("/me/edit/check/")
    assert confirmed_at(cast) is not None


def test_the_mail_is_sent_again_three_times_a_day_at_most(aya, cast, entered):
    for _time in range(4):
        page = aya.post("/me/second-address/", follow=True).content.decode()
    assert OutboxMessage.objects.filter(template="members/second_address").count() == 3
    assert "すでに3通" in page


def test_two_members_cannot_fill_one_mailbox(cast, aya, entered):
    for who in (cast.ben, cast.chika):
        client = cast.client(who)
        client.post("/me/edit/", PROFILE | {"second_email": SECOND})
        client.post("/me/edit/check/")
        client.post("/me/second-address/")
        client.post("/me/second-address/")
    assert OutboxMessage.objects.filter(template="members/second_address", to_address=SECOND).count() == 3


def test_a_link_for_another_member_or_address_is_none(cast, settings):
    token = signed(cast.aya.pk, SECOND)
    assert is_for(token, cast.aya.pk, SECOND.upper())
    assert not is_for(token, cast.ben.pk, SECOND)
    assert not is_for(token, cast.aya.pk, "other@example.jp")
    assert not is_for(signed(cast.aya.pk, ""), cast.aya.pk, "")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 60
    assert is_for(token, cast.aya.pk, SECOND)
    for wrong in (token[:-1] + "A", "0" + token, "1-", "nonsense"):
        assert Client().get(f"/second-address/{wrong}/").status_code == 404


def test_guessing_links_is_slowed_down(cast, monkeypatch, still):
    monkeypatch.setattr(limits, "WRONG_LINK", replace(limits.WRONG_LINK, most=5))
    statuses = [Client().get(f"/second-address/{number}-{'A' * 22}/").status_code for number in range(1, 8)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


def test_the_mail_says_in_both_languages_what_it_is_and_names_nobody(cast, entered):
    mail = OutboxMessage.objects.get(template="members/second_address")
    subject, text = render_mail(mail.template, json.loads(mail.context), mail.language)
    assert "安否確認" in subject
    assert "予備のアドレス" in text
    assert "If it is not you" in text
    assert "山田" not in text + subject
