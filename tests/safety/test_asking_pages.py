"""The pages of those who ask: groups of conditions, who is left out, why, events, templates, schedules (safety.md S1)."""

import io
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ossma.core.models import AuditEntry
from safety import mails
from safety.addresses import answer_path
from safety.ladder import CORRECTION_ROUND
from safety.models import CheckSchedule, CheckTemplate, Incident, SafetyCheck
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import MemberFactory
from tests.factories.plans import make_schedule, make_template
from tests.factories.safety import draft, sent

DESK = "/school/safety/"
NEW = f"{DESK}new/"


@pytest.fixture
def today(cast):
    """Everybody is in Paris now, whatever the day of the test."""
    day = timezone.localdate()
    for member in (cast.aya, cast.ben, cast.chika):
        member.applications.update(first_day=day - timedelta(days=5), last_day=day + timedelta(days=50))
    return timezone.now()


@pytest.fixture
def client(cast, today):
    return cast.client(cast.doi)


def typed(**changes):
    return {"kind": "ad_hoc", "title_ja": "停電", "event_zone": "Europe/Paris", "reminder_plan": "usual"} | changes


def audience(client, **changes):
    answer = client.post(NEW, typed(**changes))
    assert answer.status_code == 302, answer.context["form"].errors
    return SafetyCheck.objects.order_by("-pk").first().audience


def errors(client, **changes):
    answer = client.post(NEW, typed(**changes))
    assert answer.status_code == 422
    return answer.context["form"].errors


def test_adding_a_group_keeps_what_was_typed_and_complains_about_nothing(client):
    text = client.post(NEW, typed(title_ja="", text_ja="書きかけ", countries=["0033"], add_group="1", groups_shown="1")).content.decode()
    assert "書きかけ" in text
    assert 'name="g2_countries"' in text
    assert "data-error-summary" not in text
    assert not SafetyCheck.objects.exists()


def test_groups_are_joined_by_or_and_exceptions_stand_apart(client, cast):
    group = cast.aoba.groups.get()
    second = {"groups_shown": "2", "g2_groups": [group.pk], "g2_near": "48.86, 2.35", "g2_near_km": "30"}
    stored = audience(client, countries=["0033"], x_kinds=["staff"], x_named=cast.ben.number, **second)
    assert stored["countries"] == ["0033"]
    assert stored["or"] == [{"near": {"latitude": 48.86, "longitude": 2.35, "km": 30, "label": "48.86, 2.35"}, "groups": [group.pk]}]
    assert stored["except"] == {"kinds": ["staff"], "named": [cast.ben.pk]}


def test_a_stored_audience_with_groups_comes_back_into_the_form(client, doi):
    check = draft(doi, audience={"countries": ["0033"], "or": [{"arriving_days": 7, "countries": ["0039"]}], "except": {"kinds": ["staff"]}})
    text = client.get(f"{DESK}{check.pk}/edit/").content.decode()
    for words in ('name="g2_arriving_days" value="7"', 'name="x_kinds" value="staff"', 'name="groups_shown" value="2"'):
        assert words in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"near": "ナルニア"}, "near"),
        ({"near": "95, 2"}, "near"),
        ({"near": "パリ", "near_km": "0"}, "near_km"),
        ({"near": "パリ", "near_km": "9000"}, "near_km"),
        ({"arriving_days": "-1"}, "arriving_days"),
        ({"everyone_abroad": "on", "arriving_only": "on"}, "arriving_days"),
        ({"groups_shown": "2", "everyone_abroad": "on", "g2_cities": "ナルニア"}, "g2_cities"),
        ({"everyone_abroad": "on", "x_named": "D9999999"}, "x_named"),
        ({"groups_shown": "99"}, "__all__"),
        ({"everyone_abroad": "on", "incident": "999999"}, "incident"),
    ],
)
def test_each_mistake_is_told_at_its_field(client, changes, field):
    assert field in errors(client, **changes)


def test_a_circle_around_a_city_asks_those_inside(client, cast, doi):
    StayFactory(
        application=cast.ben.applications.get(), city="リヨン", starts_at=timezone.now() - timedelta(1), ends_at=timezone.now() + timedelta(1)
    )
    audience(client, near="パリ", near_km="50")
    check = SafetyCheck.objects.get()
    assert "パリから50km以内" in client.get(f"{DESK}{check.pk}/preview/").content.decode()
    client.post(f"{DESK}{check.pk}/preview/")
    assert list(check.recipients.values_list("member", flat=True)) == [cast.aya.pk]


def test_a_file_of_members_is_read_whatever_program_wrote_it(client, cast):
    for content in (f"番号,氏名\r\n{cast.aya.number},山田\r\n".encode("cp932"), f'"{cast.aya.user.email}"\n'.encode("utf-8-sig")):
        stored = audience(client, named_file=SimpleUploadedFile("list.csv", content))
        assert stored["named"] == [cast.aya.pk]


def test_a_file_that_fails_with_the_form_is_not_lost(client, cast):
    upload = SimpleUploadedFile("list.txt", f"{cast.aya.number}\nD9999999".encode())
    text = client.post(NEW, typed(named_file=upload, title_ja="")).content.decode()
    assert cast.aya.number in text
    assert "D9999999" in text


def test_a_picture_is_no_list_of_members(client):
    assert "named_file" in errors(client, everyone_abroad="on", named_file=SimpleUploadedFile("list.csv", b"\xff\xd8\xff\xe0\x00\x80\xfd"))


@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_STORED])
def test_a_workbook_is_refused_without_being_unpacked_however_much_is_packed_into_it(client, method):
    packed = io.BytesIO()
    with ZipFile(packed, "w", method) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"A100001 " * (8_000_000 if method == ZIP_DEFLATED else 100))
    found = errors(client, everyone_abroad="on", named_file=SimpleUploadedFile("list.xlsx", packed.getvalue()))
    assert found["named_file"] == ["このファイルは読めません。テキストかCSVで保存してください。"]
    assert "named" not in found


def test_a_template_fills_in_the_words_and_nothing_else(client, doi, today):
    row = make_template(doi, today, title_ja="用意した文面")
    text = client.get(f"{NEW}?template={row.pk}").content.decode()
    assert 'value="用意した文面"' in text
    assert client.get(f"{NEW}?template={make_template_of_another().pk}").status_code == 404


def make_template_of_another():
    other = MemberFactory().school
    return CheckTemplate.objects.create(school=other, kind="regular", name_ja="他校", name_en="Other", title_ja="x", title_en="x")


def test_templates_are_made_changed_and_deleted_by_those_who_own_them(client):
    words = {"name_ja": "洪水", "kind": "ad_hoc", "title_ja": "洪水です"}
    assert client.post(f"{DESK}templates/new/", words).status_code == 302
    row = CheckTemplate.objects.get(name_ja="洪水")
    assert (row.name_en, row.title_en) == ("洪水", "洪水です")
    assert client.post(f"{DESK}templates/{row.pk}/", words | {"title_ja": "大雨です"}).status_code == 302
    office = CheckTemplate.objects.filter(school=None).first()
    assert client.get(f"{DESK}templates/{office.pk}/").status_code == 404
    assert client.post(f"{DESK}templates/{office.pk}/delete/").status_code == 404
    assert client.post(f"{DESK}templates/{row.pk}/delete/").status_code == 302
    assert not CheckTemplate.objects.filter(pk=row.pk).exists()


def test_a_template_of_a_drill_needs_its_correction(client):
    answer = client.post(f"{DESK}templates/new/", {"name_ja": "訓練", "kind": "drill", "title_ja": "訓練です"})
    assert "correction_ja" in answer.context["form"].errors


def test_the_office_has_templates_from_the_first_day(client):
    text = client.get(f"{DESK}templates/").content.decode()
    for name in ("地震", "テロ・襲撃", "定期の安否確認", "訓練（地震の想定）"):
        assert name in text


def test_the_page_of_those_left_out_names_all_and_leaves_a_trace(client, cast, doi):
    day = timezone.localdate()
    for _one in range(60):
        member = MemberFactory(school=cast.aoba)
        ApplicationFactory(member=member, first_day=day - timedelta(1), last_day=day + timedelta(9), state="awaiting_payment")
    check = draft(doi, kind="regular", audience={"everyone_abroad": True})
    first, second = (client.get(f"{DESK}{check.pk}/left-out/?reason=not_paid&page={n}").content.decode() for n in (1, 2))
    assert (first.count("会費が未払い"), second.count("会費が未払い")) == (51, 11)
    assert AuditEntry.objects.filter(action="safety.left_out_seen").exists()


def test_why_says_of_each_kind_of_member_what_is_known(client, cast, doi):
    now = timezone.now()
    StayFactory(
        application=cast.ben.applications.get(), country_id="0039", city="ローマ", zone="Europe/Rome", latitude=41.9, longitude=12.5,
        starts_at=now - timedelta(1), ends_at=now + timedelta(1),
    )  # fmt: skip
    home = MemberFactory(school=cast.aoba, family_name="在宅")
    gone = MemberFactory(school=cast.aoba, family_name="退会", withdrawn_at=now - timedelta(9))
    check = sent(doi, at=now, audience={"countries": ["0033"], "named": [gone.pk]})

    def said_of(who):
        return client.get(f"{DESK}{check.pk}/why/?who={who}").content.decode()

    assert "申込の渡航先がパリ（フランス）" in said_of(cast.aya.number)
    assert cast.aya.number not in said_of(cast.aya.number + "+" * 95 + "zzz").split("</form>")[-1], "nobody is found by half of what was typed"
    roman = said_of("ben@example.jp")
    for words in ("条件に合いません", "記録ではローマ（イタリア）にいました", "選ばれた場所にいません", "計算し直した"):
        assert words in roman
    assert "海外にいませんでした" in said_of(home.family_name)
    assert "退会" in said_of(gone.number)
    assert "見つかりませんでした" in said_of(cast.chika.number)


def test_an_event_takes_another_wave_and_is_closed_when_all_is_over(client, doi):
    check = sent(doi, at=timezone.now())
    event = f"{DESK}incidents/{check.incident_id}/"
    assert "パリで大きな停電" in client.get(f"{DESK}incidents/").content.decode()
    assert f"?incident={check.incident_id}" in client.get(event).content.decode()
    form = client.get(f"{NEW}?incident={check.incident_id}").content.decode()
    assert f'value="{check.incident_id}" selected' in form
    audience(client, everyone_abroad="on", incident=str(check.incident_id), ask_again="on")
    wave = SafetyCheck.objects.order_by("-pk").first()
    assert (wave.incident_id, wave.ask_again) == (check.incident_id, True)
    client.post(f"{event}close/")
    assert Incident.objects.get().closed_at is None
    client.post(f"{DESK}{check.pk}/close/", {"silent": "follow"})
    client.post(f"{event}close/")
    assert Incident.objects.get().closed_at is not None
    client.post(f"{event}reopen/")
    assert Incident.objects.get().closed_at is None
    assert client.post(f"{event}explode/").status_code == 404


def test_a_schedule_is_written_looked_through_and_started(client):
    words = typed(kind="regular", name="月曜", rhythm="weekly", weekday="0", local_time="09:00", starts_on="2026-11-20", everyone_abroad="on")
    answer = client.post(f"{DESK}schedules/new/", words)
    row = CheckSchedule.objects.get()
    assert (answer.url, row.is_active) == (f"{DESK}schedules/{row.pk}/", False)
    text = client.get(answer.url).content.decode()
    for words_shown in ("毎週", "月曜日", "09:00", "いま海外にいる全員", "この予定を開始する"):
        assert words_shown in text
    client.post(answer.url)
    row.refresh_from_db()
    assert row.is_active
    client.post(f"{answer.url}pause/")
    row.refresh_from_db()
    assert not row.is_active


def test_mistakes_in_a_schedule_are_told_at_their_fields(client):
    words = typed(kind="regular", name="", rhythm="weekly", local_time="25:00", starts_on="soon", everyone_abroad="on")
    found = client.post(f"{DESK}schedules/new/", words).context["form"].errors
    assert {"name", "local_time", "starts_on"} <= set(found)
    words |= {"name": "月曜", "local_time": "09:00", "starts_on": "2026-11-20", "weekday": ""}
    assert "weekday" in client.post(f"{DESK}schedules/new/", words).context["form"].errors


def test_a_drill_by_schedule_starts_only_with_the_typed_number(client, doi, today):
    row = make_schedule(doi, today, kind="drill")
    url = f"{DESK}schedules/{row.pk}/"
    assert "is-drill" in client.get(url).content.decode()
    assert client.post(url).status_code == 422
    assert client.post(url, {"typed_count": "2"}).status_code == 302


def test_a_drill_bears_its_word_first_wherever_its_title_stands(client, cast, doi):
    check = sent(doi, at=timezone.now(), kind="drill", typed=2, audience={"everyone_abroad": True})
    row = check.recipients.get(member=cast.aya)
    own = [f"{DESK}{check.pk}/{page}" for page in ("", "why/", f"people/{row.pk}/", "close/", "correct/")]
    seen = {url: client.get(url).content.decode() for url in (f"{DESK}?kind=drill", *own)}
    member = cast.client(cast.aya)
    seen |= {url: member.get(url).content.decode() for url in ("/", "/safety/", answer_path(row.pk))}
    for url, text in seen.items():
        assert "訓練" in text, url
        assert text.count(check.title_ja) == text.count(f"【訓練】 {check.title_ja}") > 0, url


def test_a_drill_bears_its_word_first_in_every_mail(doi):
    check = sent(doi, at=timezone.now(), kind="drill", typed=2, audience={"everyone_abroad": True})
    for language, words in (("ja", "【訓練】"), ("en", "[DRILL]")):
        for round_number in (0, 1, CORRECTION_ROUND):
            letter = mails.pattern(check, language=language, round_number=round_number, at=timezone.now())
            subject = str(make_header(decode_header(message_from_bytes(letter.head)["Subject"])))
            assert subject.startswith(words), subject


def test_a_draft_without_a_circle_shows_none_and_can_be_saved_as_it_stands(client, cast):
    check = draft(cast.viewer(cast.doi), audience={"countries": ["0033"]})
    page = client.get(f"{DESK}{check.pk}/edit/")
    shown = page.context["form"]
    assert shown["near"].value() == ""
    # France stands among the countries where members are; a browser has no box for it among the others.
    values = {field.html_name: field.value() for field in shown if field.value() not in (None, "", [], False) and field.name != "other_countries"}
    answer = client.post(f"{DESK}{check.pk}/edit/", values)
    assert answer.status_code == 302, answer.context["form"].errors
    check.refresh_from_db()
    assert check.audience == {"countries": ["0033"]}
