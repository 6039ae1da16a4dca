"""From the form to the draft, its preview and its sending, at the school's desk (safety.md S1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from safety.models import Recipient, SafetyCheck
from safety.states import CheckKind, CheckState
from tests.factories.applications import ApplicationFactory
from tests.factories.members import MemberFactory
from tests.factories.notices import AdvisoryFactory

NEW = "/school/safety/new/"


@pytest.fixture
def abroad_today(cast):
    """Everybody is in Paris now, whatever the day of the test."""
    today = timezone.localdate()
    for member in (cast.aya, cast.ben, cast.chika):
        member.applications.all().delete()
        stay(member, today)
    return cast


def stay(member, today, **changes):
    return ApplicationFactory(member=member, first_day=today - timedelta(days=5), last_day=today + timedelta(days=50), **changes)


@pytest.fixture
def doi_client(abroad_today):
    return abroad_today.client(abroad_today.doi)


def typed(**changes):
    """What is typed into the form."""
    return {
        "kind": "ad_hoc", "title_ja": "パリで大きな停電", "title_en": "Power cut in Paris", "countries": ["0033"], "event_at": "2026-11-21T03:02",
        "event_zone": "Europe/Paris", "place_ja": "パリ", "reminder_plan": "usual",
    } | changes  # fmt: skip


def made(client, **changes):
    answer = client.post(NEW, typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return SafetyCheck.objects.order_by("-pk").first()


def errors(client, **changes):
    answer = client.post(NEW, typed(**changes))
    assert answer.status_code == 422
    assert not SafetyCheck.objects.exists()
    return answer.context["form"].errors


def test_the_form_offers_the_countries_where_own_members_are_with_their_number(doi_client):
    text = doi_client.get(NEW).content.decode()
    assert "フランス（2名）" in text
    assert "国際学部" in text
    assert "港北学院大学" not in text


def test_what_is_typed_becomes_a_draft_and_nothing_is_sent(doi_client, abroad_today):
    check = made(doi_client)
    assert (check.state, check.school, check.audience) == (CheckState.DRAFT, abroad_today.aoba, {"countries": ["0033"]})
    assert check.event_at.isoformat() == "2026-11-21T02:02:00+00:00"
    assert check.reminders == [60, 360, 1440]
    assert not Recipient.objects.exists()


def test_own_reminders_are_hours_and_none_means_none(doi_client):
    assert made(doi_client, reminder_plan="own", reminder_hours="0.5、2, 12").reminders == [30, 120, 720]
    assert made(doi_client, reminder_plan="none").reminders == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title_ja": ""}, "title_ja"),
        ({"title_ja": "長" * 121}, "title_ja"),
        ({"countries": []}, "__all__"),
        ({"countries": ["9999"]}, "countries"),
        ({"event_at": "yesterday"}, "event_at"),
        ({"event_zone": "Mars/Phobos"}, "event_zone"),
        ({"named": "D9999999"}, "named"),
        ({"named": "chika@example.jp"}, "named"),
        ({"cities": "ナルニア"}, "cities"),
        ({"reminder_plan": "own"}, "reminder_hours"),
        ({"reminder_plan": "own", "reminder_hours": "soon"}, "reminder_hours"),
        ({"kind": "drill"}, "correction_ja"),
    ],
)
def test_each_mistake_is_told_at_its_field_and_nothing_is_saved(doi_client, changes, field):
    assert field in errors(doi_client, **changes)


def test_what_was_typed_stays_in_the_form_after_a_mistake(doi_client):
    text = doi_client.post(NEW, typed(title_ja="", title_en="Kept")).content.decode()
    assert 'value="Kept"' in text
    assert 'name="countries" value="0033" id="id_countries_0" checked' in text


def test_cities_and_members_are_found_by_what_people_type(doi_client, abroad_today):
    check = made(doi_client, countries=[], cities="paris", named=f"{abroad_today.ben.number}\nAYA@example.jp")
    assert check.audience["named"] == sorted([abroad_today.aya.pk, abroad_today.ben.pk])
    assert len(check.audience["cities"]) == 1


def test_the_preview_shows_number_countries_schools_and_who_is_left_out(doi_client, abroad_today):
    stay(MemberFactory(school=abroad_today.aoba, family_name="未払", given_name="花子"), timezone.localdate(), state="awaiting_payment")
    check = made(doi_client, kind="regular")
    text = doi_client.get(f"/school/safety/{check.pk}/preview/").content.decode()
    assert "<strong>2</strong>" in text
    for words in ("フランス", "青葉国際大学", "未払 花子", "送信する", "Power cut in Paris"):
        assert words in text
    assert "typed_count" not in text


def test_sending_freezes_the_audience_once_though_pressed_twice(doi_client):
    check = made(doi_client)
    url = f"/school/safety/{check.pk}/preview/"
    for _press in range(2):
        assert doi_client.post(url).url == f"/school/safety/{check.pk}/"
    check.refresh_from_db()
    assert (check.state, check.recipient_count, Recipient.objects.count()) == (CheckState.OPEN, 2, 2)


def test_a_drill_is_striped_and_goes_out_only_with_the_typed_number(doi_client):
    check = made(doi_client, kind="drill", correction_ja="これは訓練でした。")
    assert check.kind == CheckKind.DRILL
    url = f"/school/safety/{check.pk}/preview/"
    assert "is-drill" in doi_client.get(url).content.decode()
    assert doi_client.post(url).status_code == 422
    wrong = doi_client.post(url, {"typed_count": "7"})
    assert wrong.status_code == 422
    assert "typed_count" in wrong.context["form"].errors
    assert not Recipient.objects.exists()
    assert doi_client.post(url, {"typed_count": "２"}).status_code == 302


def test_over_a_hundred_the_number_must_be_typed(doi_client, abroad_today):
    today = timezone.localdate()
    for _more in range(99):
        stay(MemberFactory(school=abroad_today.aoba), today)
    check = made(doi_client)
    url = f"/school/safety/{check.pk}/preview/"
    assert doi_client.post(url).status_code == 422
    assert doi_client.post(url, {"typed_count": "101"}).status_code == 302


def test_a_check_with_nobody_to_ask_cannot_be_sent(doi_client):
    check = made(doi_client, countries=[], other_countries=["0039"])
    answer = doi_client.post(f"/school/safety/{check.pk}/preview/")
    assert answer.status_code == 422
    assert SafetyCheck.objects.get().state == CheckState.DRAFT


def test_a_scheduled_check_waits_and_changing_it_takes_it_off_the_schedule(doi_client):
    check = made(doi_client)
    url = f"/school/safety/{check.pk}/schedule/"
    assert doi_client.post(url, {"scheduled_for": "2020-01-01T09:00"}).status_code == 422
    later = timezone.localtime() + timedelta(days=1)
    assert doi_client.post(url, {"scheduled_for": later.strftime("%Y-%m-%dT%H:%M")}).status_code == 302
    assert SafetyCheck.objects.get().state == CheckState.SCHEDULED
    assert doi_client.post(f"/school/safety/{check.pk}/edit/", typed(title_ja="変更")).status_code == 302
    check.refresh_from_db()
    assert (check.state, check.title_ja) == (CheckState.DRAFT, "変更")


def test_the_form_of_a_draft_shows_what_was_saved(doi_client):
    check = made(doi_client, reminder_plan="own", reminder_hours="3", cities="パリ")
    text = doi_client.get(f"/school/safety/{check.pk}/edit/").content.decode()
    for words in ('value="2026-11-21T03:02"', 'value="3"', "パリ</textarea>", "checked"):
        assert words in text


def test_an_advisory_becomes_a_draft_that_can_be_changed_only_when_asked_for(doi_client):
    row = AdvisoryFactory(title="パリで大規模な停電")
    assert "安否確認の下書きを作る" in doi_client.get(f"{NEW}?advisory={row.pk}").content.decode()
    assert not SafetyCheck.objects.exists()
    answer = doi_client.post(f"/school/safety/advisory/{row.pk}/")
    check = SafetyCheck.objects.get()
    assert answer.url == f"/school/safety/{check.pk}/edit/"
    assert "パリで大規模な停電" in doi_client.get(answer.url).content.decode()
    assert doi_client.post(f"/school/safety/advisory/{row.pk}/").url == answer.url
    assert doi_client.get(f"/school/safety/advisory/{row.pk}/").status_code == 405


def test_the_office_asks_across_schools(abroad_today):
    client = abroad_today.client(abroad_today.office)
    answer = client.post("/admin/desk/safety/new/", typed(schools=[abroad_today.kohoku.pk]))
    check = SafetyCheck.objects.get()
    assert answer.url == f"/admin/desk/safety/{check.pk}/preview/"
    assert check.school is None
    assert client.post(answer.url).status_code == 302
    assert list(Recipient.objects.values_list("member", flat=True)) == [abroad_today.chika.pk]


@pytest.mark.parametrize(("verb", "state"), [("stop", CheckState.STOPPED), ("close", CheckState.CLOSED)])
def test_steps_ask_first_and_then_say_what_was_done(doi_client, verb, state):
    check = made(doi_client)
    doi_client.post(f"/school/safety/{check.pk}/preview/")
    url = f"/school/safety/{check.pk}/{verb}/"
    assert doi_client.get(url).status_code == 200
    check.refresh_from_db()
    assert check.state == CheckState.OPEN
    for _press in range(2):
        assert doi_client.post(url, {"silent": "follow"}, follow=True).status_code == 200
    check.refresh_from_db()
    assert check.state == state


def test_a_draft_can_be_cancelled_and_says_that_it_was_never_sent(doi_client):
    check = made(doi_client)
    assert "取りやめました" in doi_client.post(f"/school/safety/{check.pk}/cancel/", follow=True).content.decode()
    assert "送信していません" in doi_client.get(f"/school/safety/{check.pk}/").content.decode()


def test_a_step_that_cannot_be_taken_leads_back_or_is_refused(doi_client):
    check = made(doi_client)
    assert doi_client.get(f"/school/safety/{check.pk}/stop/").status_code == 302
    assert doi_client.post(f"/school/safety/{check.pk}/stop/").status_code == 409
    assert doi_client.get(f"/school/safety/{check.pk}/explode/").status_code == 404
