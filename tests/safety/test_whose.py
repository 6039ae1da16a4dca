"""A notification belongs to a browser: a press on somebody else's is never stored as theirs without asking (safety.md S2)."""

import re
from uuid import uuid4

import pytest
from django.test import Client

from ossma.core.links import device_mark
from safety.addresses import answer_path, check_in_path, tap_path
from safety.models import Answer, CheckIn, Reachability, ReachTap
from safety.states import Channel, Standing
from tests.factories.own import CheckInFactory
from tests.factories.safety import NOW, recipient, sent

FOR_AYA = "A. Y."


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


@pytest.fixture
def path(cast, check):
    """The link in Aya's notification."""
    return answer_path(recipient(check, cast.aya).pk, Channel.PUSH)


def browser(cast, who):
    """A browser in which this member is signed in, or nobody."""
    client = cast.client(who) if who else Client()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ja"
    return client


def press(client, path, who, choice="safe", **more):
    """A press on the notification's own button, as static/js/sw.js sends it."""
    fields = {"key": str(uuid4()), "answer": choice, "by_hand": "1", "who": device_mark(who.user_id if who else None)}
    return client.post(path, fields | more, headers={"accept": "application/json"})


def standing(check, member):
    return recipient(check, member).standing


def form_of(page):
    """What the page's form would send."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()))


def test_the_member_signed_in_answers_on_the_notification_itself(cast, check, path):
    assert press(browser(cast, cast.aya), path, cast.aya).json() == {"next": f"{path}here/"}
    assert standing(check, cast.aya) == Standing.OK


@pytest.mark.parametrize("choice", ["safe", "help", "later"])
@pytest.mark.parametrize("who", ["ben", ""])
def test_a_press_from_another_account_or_from_nobodys_browser_is_asked_about_and_stored_nowhere(cast, check, path, who, choice):
    other = getattr(cast, who, None)
    reply = press(browser(cast, other), path, other, choice)
    assert (reply.status_code, reply.json()["url"]) == (409, f"{path}?choice={choice}")
    assert not Answer.objects.exists()
    assert {standing(check, cast.aya), standing(check, cast.ben)} == {Standing.SILENT}


def test_what_was_kept_on_the_device_says_who_was_signed_in_when_it_was_pressed(cast, check, path):
    client = browser(cast, cast.aya)
    assert press(client, path, cast.ben).status_code == 409
    assert press(client, path, None).status_code == 409
    assert press(client, path, cast.aya).status_code == 200


@pytest.mark.parametrize("who", ["ben", ""])
def test_the_page_names_whom_it_asks_by_no_more_than_initials_and_then_takes_the_answer(cast, check, path, who):
    client = browser(cast, getattr(cast, who, None))
    page = client.get(f"{path}?choice=safe")
    text = page.content.decode()
    assert FOR_AYA in text
    assert cast.aya.number[-3:] in text
    for told in (cast.aya.family_name, cast.aya.given_name, cast.aya.number, cast.aya.user.email, cast.aya.family_roman):
        assert told not in text
    assert recipient(check, cast.aya).opened_at is None
    assert client.post(path, form_of(page) | {"answer": "safe"}).status_code == 303
    assert standing(check, cast.aya) == Standing.OK


def test_without_script_the_press_leads_to_the_page_that_asks(cast, check, path):
    page = browser(cast, cast.ben).post(path, {"key": str(uuid4()), "answer": "help"})
    assert page.status_code == 409
    assert FOR_AYA in page.content.decode()
    assert standing(check, cast.aya) == Standing.SILENT


@pytest.mark.parametrize("under", ["here/", "need/", "elsewhere/"])
def test_a_whole_report_from_somebody_elses_device_is_asked_about_too(cast, check, path, under):
    reply = browser(cast, cast.ben).post(f"{path}{under}", {"key": str(uuid4()), "country": "0039", "city": "ローマ", "need": "ill"})
    assert reply.status_code == 409
    assert not Answer.objects.exists()


def test_a_report_from_the_page_without_network_counts_when_it_has_named_the_right_member(cast, check, path):
    client = browser(cast, None)
    words = {"key": str(uuid4()), "comment": "駅にいます", "who": ""}
    wrong, right = (device_mark(member.user_id) for member in (cast.ben, cast.aya))
    assert client.post(f"{path}here/", words | {"asked_for": wrong}).status_code == 409
    assert client.post(f"{path}here/", words | {"asked_for": right}).status_code == 303
    assert Answer.objects.get().comment == "駅にいます"


def test_a_link_in_a_mail_needs_no_login_as_before(cast, check):
    mailed = answer_path(recipient(check, cast.aya).pk)
    client = browser(cast, None)
    assert FOR_AYA not in client.get(mailed).content.decode()
    assert client.post(mailed, {"key": str(uuid4()), "answer": "safe"}).status_code == 303


def test_her_own_page_names_nobody(cast, path):
    assert FOR_AYA not in browser(cast, cast.aya).get(path).content.decode()


def test_a_check_in_is_not_ended_by_whoever_sits_before_the_notification(cast):
    row = CheckInFactory(member=cast.aya, due_at=NOW)
    link = check_in_path(row.pk, Channel.PUSH)
    client = browser(cast, cast.ben)
    words = {"tap": "safe", "due": row.runs_from.isoformat()}
    assert client.post(link, words, headers={"accept": "application/json"}).json()["url"] == link
    page = client.post(link, words)
    assert (page.status_code, CheckIn.objects.get(pk=row.pk).state) == (409, "planned")
    assert FOR_AYA in page.content.decode()
    assert client.post(link, form_of(page) | words).status_code == 303
    assert CheckIn.objects.get(pk=row.pk).state == "reported"


def test_nobody_is_reachable_because_somebody_else_presses(cast):
    asked = ReachTap.objects.create(member=cast.aya, month=NOW.date().replace(day=1), asked_at=NOW)
    link = tap_path(asked.pk, Channel.PUSH)
    client = browser(cast, None)
    page = client.post(link)
    assert page.status_code == 409
    assert not Reachability.objects.exists()
    assert client.post(link, form_of(page)).status_code == 303
    assert Reachability.objects.get().channel == "push"
