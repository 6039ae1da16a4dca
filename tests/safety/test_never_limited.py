"""Nothing keeps a call for help or a change of standing from being stored, whatever was sent by the same link before (safety.md S2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from helpline.queries import call_number
from helpline.seed import load_demo_helpline
from safety.addresses import answer_path, check_in_path
from safety.models import Answer, CheckIn, SafetyCase
from safety.states import Standing
from tests.cast import make_cast
from tests.factories.safety import HOUR, abroad, recipient, sent
from tests.limits import lower

FAR = {"REMOTE_ADDR": "192.0.2.77"}


@pytest.fixture
def path(cast, office, still):
    """Aya's link of a check that was sent just now."""
    check = sent(office, at=still)
    return answer_path(recipient(check, cast.aya).pk, "email")


def press(path, answer, **more):
    return Client(**more).post(path, {"answer": answer, "key": uuid4()})


def standing(cast):
    return Answer.objects.filter(member=cast.aya).latest("pk").recipient.standing


def test_help_is_stored_after_sixty_answers_from_anywhere(cast, path):
    assert {press(path, "safe").status_code for _ in range(61)} == {303}
    assert press(path, "safe").status_code == 429
    assert press(path, "help", **FAR).status_code == 303
    assert standing(cast) == Standing.HELP
    assert SafetyCase.objects.get(member=cast.aya).cause == "help"


def test_every_change_of_standing_is_stored_however_often(cast, path, monkeypatch):
    lower(monkeypatch, "ANSWER_REPEAT", 1)
    lower(monkeypatch, "HELP_REPEAT", 1)
    for answer in ["safe", "help"] * 10:
        assert press(path, answer).status_code == 303
    assert Answer.objects.filter(member=cast.aya).count() == 20


def test_that_somebody_is_elsewhere_is_stored_after_sixty_answers(cast, path, monkeypatch):
    lower(monkeypatch, "ANSWER_REPEAT", 1)
    assert [press(path, "safe").status_code for _ in range(3)] == [303, 303, 429]
    reply = Client().post(f"{path}elsewhere/", {"country": "0033", "city": "Lyon", "key": uuid4()})
    assert reply.status_code == 303
    assert standing(cast) == Standing.NOT_THERE


def test_help_after_the_case_has_ended_is_stored_though_the_link_said_it_without_end(cast, path, monkeypatch, still):
    lower(monkeypatch, "HELP_REPEAT", 1)
    assert [press(path, "help").status_code for _ in range(3)] == [303, 303, 429]
    SafetyCase.objects.update(state="resolved", ended_at=still, resolution="電話で話した")
    assert press(path, "help").status_code == 303
    assert SafetyCase.objects.exclude(state="resolved").get().member_id == cast.aya.pk


def test_what_follows_a_call_for_help_has_a_limit_of_its_own(cast, path, monkeypatch):
    lower(monkeypatch, "ANSWER_REPEAT", 1)
    press(path, "help")
    details = [Client().post(f"{path}need/", {"need": "injured", "comment": f"{n}", "key": uuid4()}).status_code for n in range(3)]
    assert details == [303, 303, 303]


@pytest.mark.parametrize(("language", "words"), [("ja", "この回答はすでに届いています"), ("en", "You have said this already")])
def test_the_page_of_the_limit_says_how_long_what_still_arrives_and_whom_to_call(cast, path, monkeypatch, still, language, words):
    load_demo_helpline(still)
    lower(monkeypatch, "ANSWER_REPEAT", 1)
    phone = Client(headers={"accept-language": language})
    phone.cookies["django_language"] = language
    replies = [phone.post(path, {"answer": "safe", "key": uuid4()}) for _ in range(3)]
    page = replies[-1].content.decode()
    assert replies[-1].status_code == 429
    assert 0 < int(replies[-1].headers["Retry-After"]) <= 3600
    assert words in page
    assert call_number("0033").tel in page
    assert path in page


def test_a_phone_is_led_on_after_a_press_too_many_and_keeps_what_says_more(cast, path, monkeypatch):
    lower(monkeypatch, "ANSWER_REPEAT", 1)
    phone = Client(headers={"accept": "application/json"})
    replies = [phone.post(path, {"answer": "safe", "key": uuid4()}) for _ in range(3)]
    assert [reply.json()["next"] for reply in replies[1:]] == [f"{path}here/", f"{path}thanks/"]
    # static/js/kept.js sends later what is answered so; it drops what is in its list of hopeless answers.
    assert phone.post(f"{path}here/", {"comment": "駅にいます", "key": uuid4()}).status_code == 429


def test_a_whole_school_reports_its_check_ins_from_one_address_within_a_minute(cast, client, still):
    rows = CheckIn.objects.bulk_create(
        CheckIn(
            member=cast.aya, place="Paris", country_id="0033", zone="Europe/Paris", due_at=still + HOUR, grace_minutes=30, created_at=still,
            key=uuid4(), state="planned",
        ) for _ in range(100)
    )  # fmt: skip
    assert {client.get(check_in_path(row.pk)).status_code for row in rows} == {200}
    assert {client.post(check_in_path(row.pk), {"tap": "safe", "due": (still + HOUR).isoformat()}).status_code for row in rows} == {303}


def test_a_flood_of_wrong_links_stops_no_good_one(cast, path, client, monkeypatch):
    lower(monkeypatch, "WRONG_LINK", 1)
    assert [client.get("/a/1-aaaaaaaaaaaaaaaaaaaaaa/").status_code for _ in range(3)] == [404, 429, 429]
    assert client.get(path).status_code == 200
    assert press(path, "help").status_code == 303


@pytest.mark.django_db(transaction=True)
def test_repeats_at_once_are_counted_exactly_and_help_comes_through_among_them(monkeypatch, still):
    cast = make_cast()
    abroad(cast.aya, last_day=date(2036, 12, 31))
    path = answer_path(recipient(sent(cast.viewer(cast.office), at=still), cast.aya).pk, "email")
    lower(monkeypatch, "ANSWER_REPEAT", 5)
    press(path, "safe")

    def again(answer):
        try:
            return press(path, answer).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(again, ["safe"] * 11))
    assert told.count(303) == 5
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(again, ["safe"] * 6 + ["help"] + ["safe"] * 5))
    assert told[6] == 303
    assert SafetyCase.objects.filter(member=cast.aya, cause="help").exists()
