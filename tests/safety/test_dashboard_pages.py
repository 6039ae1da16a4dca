"""The dashboard: the same for office, school and supporter, live, and on record (safety.md S3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.models import Recipient
from safety.queries import people, silence
from safety.queries.positions import shown_positions
from safety.said import Position
from tests.factories.applications import ApplicationFactory
from tests.factories.members import MemberFactory
from tests.factories.notices import AdvisoryFactory
from tests.factories.safety import MINUTE, draft, recipient, said, sent


@pytest.fixture
def abroad_today(cast):
    """Everybody is in Paris now, whatever the day of the test."""
    today = timezone.localdate()
    for member in (cast.aya, cast.ben, cast.chika):
        member.applications.all().delete()
        ApplicationFactory(member=member, first_day=today - timedelta(days=5), last_day=today + timedelta(days=50))
    return cast


@pytest.fixture
def check(abroad_today, office):
    """Sent by the office ten minutes ago; Aya needs help."""
    check = sent(office, at=timezone.now() - 10 * MINUTE)
    actions.queue_rounds(actor=office, at=check.sent_at, check_id=check.pk)
    row = recipient(check, abroad_today.aya)
    actions.answer_by_link(
        actor=by_link(row.member_id), at=timezone.now(), recipient_id=row.pk, said=said("help", need="ill"), user_agent="Mozilla/5.0"
    )
    return check


def school(check, rest=""):
    return f"/school/safety/{check.pk}/{rest}"


def desk(check, rest=""):
    return f"/admin/desk/safety/{check.pk}/{rest}"


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_sees_the_people_behind_their_own_wall(cast, check):
    office = page(cast.client(cast.office), desk(check))
    assert all(name in office for name in ("あや", "ベン", "千佳", "港北学院大学"))
    doi = page(cast.client(cast.doi), school(check))
    assert "ベン" in doi
    assert "千佳" not in doi
    emi = page(cast.client(cast.emi), school(check))
    assert "あや" in emi
    assert "ベン" not in emi


def test_it_shows_figures_help_silence_map_and_chart(cast, check):
    text = page(cast.client(cast.doi), school(check))
    for words in (
        "助け",
        "不在",
        "無事",
        "未回答",
        "50 %",
        "折返し待ち",
        "送信待ち",
        "フランス",
        "パリ",
        "OSSMA事務局",
        "data-elapsed-since",
        "course-line",
        "desk-map",
    ):
        assert words in text


def test_who_only_follows_or_was_not_the_one_who_asked_gets_no_buttons(cast, check):
    assert desk(check, "close/") in page(cast.client(cast.office), desk(check))
    for who in (cast.doi, cast.emi):
        assert "/close/" not in page(cast.client(who), school(check))


@pytest.mark.usefixtures("still")
def test_the_live_part_is_a_fragment_and_304_while_nothing_changes(cast, check):
    client = cast.client(cast.doi)
    first = client.get(school(check, "live/"))
    text = first.content.decode()
    assert "<html" not in text
    assert text.count("data-part=") == 10
    again = client.get(school(check, "live/"), headers={"if-none-match": first["ETag"]})
    assert again.status_code == 304
    row = recipient(check, cast.ben)
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now(), recipient_id=row.pk, said=said(), user_agent="Mozilla/5.0")
    assert client.get(school(check, "live/"), headers={"if-none-match": first["ETag"]}).status_code == 200


def test_looks_are_on_record_once_in_ten_minutes_not_with_every_poll(cast, check):
    client = cast.client(cast.doi)
    for _poll in range(3):
        page(client, school(check))
        page(client, school(check, "live/"))
    (entry,) = AuditEntry.objects.filter(action="safety.people_seen")
    assert entry.detail["member_ids"] == sorted([cast.aya.pk, cast.ben.pk])
    session = client.session
    session["safety_looks"] = {f"check:{check.pk}": {str(cast.aya.pk): (timezone.now() - timedelta(minutes=11)).timestamp()}}
    session.save()
    page(client, school(check, "live/"))
    assert AuditEntry.objects.filter(action="safety.people_seen").count() == 2


def test_the_list_can_be_narrowed_and_keeps_its_choice_while_live(cast, check):
    client = cast.client(cast.doi)
    text = page(client, school(check, "?standing=silent&country=0033"))
    assert 'aria-current="true"' in text
    assert f'data-live="{school(check, "live/")}?standing=silent&amp;country=0033"' in text
    for nonsense in ("?standing=x", "?country=%20", "?part=9999999999999999999999", "?page=-5"):
        assert client.get(school(check, nonsense)).status_code == 200


def test_a_long_list_has_pages(cast, check):
    members = [MemberFactory(school=cast.aoba) for _ in range(30)]
    Recipient.objects.bulk_create(Recipient(check_row=check, member=m, school=cast.aoba, reason="named", standing="ok") for m in members)
    actions.count_anew(actor=SYSTEM, at=timezone.now(), check_id=check.pk)
    client = cast.client(cast.doi)
    text = page(client, school(check))
    assert "page=2" in text
    second = page(client, school(check, "?page=2"))
    assert second[second.index('data-part="people"') :].count("people/") == 7


def test_a_huge_list_is_shown_one_answer_at_a_time_help_first(cast, check, monkeypatch):
    monkeypatch.setattr(people, "MOST_SORTED", 1)
    text = page(cast.client(cast.office), desk(check))
    listed = text[text.index('data-part="people"') :]
    assert "あや" in listed
    assert "千佳" not in listed
    assert "千佳" in page(cast.client(cast.office), desk(check, "?standing=silent"))


@pytest.mark.parametrize("who", ["office", "doi", "emi"])
def test_pages_cost_the_same_few_queries_however_many_were_asked(cast, check, who, django_assert_max_num_queries):
    person = getattr(cast, who)
    client, path = cast.client(person), desk if who == "office" else school
    counts = []
    for more in (1, 3):
        for _new in range(more):
            member = MemberFactory(school=cast.aoba)
            cast.aya.groups.get().members.add(member)
            Recipient.objects.create(check_row=check, member=member, school=cast.aoba, reason="named", country_id="0039")
        page(client, path(check))
        with django_assert_max_num_queries(25) as asked:
            page(client, path(check))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_of_checks_costs_the_same_with_one_and_with_three(cast, check, office, django_assert_max_num_queries):
    client = cast.client(cast.doi)
    counts = []
    for _round in range(2):
        page(client, "/school/safety/")
        with django_assert_max_num_queries(15) as asked:
            page(client, "/school/safety/")
        counts.append(len(asked))
        sent(office, at=timezone.now())
        sent(office, at=timezone.now())
    assert counts[0] == counts[1]


def test_a_check_that_runs_stands_before_newer_ones_that_do_not(cast, check, office):
    draft(office, at=timezone.now(), title_ja="あとで書いた下書き")
    text = page(cast.client(cast.office), "/admin/desk/safety/")
    assert text.index("パリで大きな停電") < text.index("あとで書いた下書き")


def test_drills_stand_on_a_list_of_their_own(cast, check, office):
    sent(office, at=timezone.now(), kind="drill", typed=3, title_ja="月例の訓練")
    client = cast.client(cast.doi)
    real, drills = page(client, "/school/safety/"), page(client, "/school/safety/?kind=drill")
    assert "パリで大きな停電" in real
    assert "月例の訓練" not in real
    assert "月例の訓練" in drills
    assert "パリで大きな停電" not in drills
    assert "?kind=drill&amp;state=open" in drills


def test_the_list_of_checks_shows_how_far_each_has_come(cast, check):
    assert '<progress value="1" max="2"' in page(cast.client(cast.doi), "/school/safety/")


@pytest.mark.parametrize(
    ("query", "found", "missing"),
    [
        ("?q={aya}", "あや", "ベン"),
        ("?q=nobody", "当てはまる人はいません", "ベン"),
        ("?trace=opened", "あや", "ベン"),
        ("?trace=unopened", "ベン", "あや"),
        ("?trace=bounced", "当てはまる人はいません", "ベン"),
    ],
)
def test_the_list_is_narrowed_by_name_by_number_and_by_what_became_of_the_message(cast, check, query, found, missing):
    actions.mark_opened(actor=by_link(cast.aya.pk), at=timezone.now(), recipient_id=recipient(check, cast.aya).pk)
    text = page(cast.client(cast.doi), school(check, query.format(aya=cast.aya.number)))
    listed = text[text.index('data-part="people"') :]
    assert found in listed
    assert missing not in listed


def test_nobody_who_has_answered_by_any_way_counts_as_not_opened(cast, office, check):
    client = cast.client(cast.doi)
    actions.report_own(actor=cast.viewer(cast.ben), at=timezone.now(), said=said())
    assert recipient(check, cast.ben).opened_at is None
    text = page(client, school(check, "?trace=unopened"))
    assert "ベン" not in text[text.index('data-part="people"') :]
    assert "未開封" not in page(client, school(check, f"people/{recipient(check, cast.ben).pk}/"))


def test_those_asleep_by_their_clock_are_told_from_those_awake(cast, check, monkeypatch):
    client = cast.client(cast.doi)
    monkeypatch.setattr(silence, "night_zones", lambda _at: ("Europe/Paris",))
    asleep, awake = (page(client, school(check, f"?trace={trace}&standing=silent")) for trace in ("asleep", "awake"))
    assert "ベン" in asleep[asleep.index('data-part="people"') :]
    assert "ベン" not in awake[awake.index('data-part="people"') :]


def test_the_map_shows_the_affected_region_or_the_world(cast, check):
    client = cast.client(cast.doi)
    region, world = page(client, school(check)), page(client, school(check, "?map=world"))
    assert "worldmap-near" in region
    assert 'viewBox="0.0 0.0 1000.0 394.0"' in world
    assert f'data-live="{school(check, "live/")}?map=world"' in world


def test_a_position_is_on_the_map_to_about_twenty_kilometres_only(cast, check):
    row = recipient(check, cast.ben)
    here = Position(48.8566, 2.3522, 12, timezone.now())
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now(), recipient_id=row.pk, said=said(position=here), user_agent="Mozilla/5.0")
    (spot,) = [spot for spot in shown_positions(cast.viewer(cast.doi), check) if spot.standing == "ok"]
    assert (spot.latitude, spot.longitude) != (48.8566, 2.3522)
    assert abs(spot.latitude - 48.8566) < 0.2
    assert shown_positions(cast.viewer(cast.emi), check) == []


def test_an_answered_position_has_a_pin_of_its_own(cast, check, office):
    row = recipient(check, cast.ben)
    here = Position(48.8566, 2.3522, 12, timezone.now())
    actions.answer_by_link(actor=by_link(row.member_id), at=timezone.now(), recipient_id=row.pk, said=said(position=here), user_agent="Mozilla/5.0")
    drawn = page(cast.client(cast.doi), school(check)).split('class="desk-map"')[1].split("</section>")[0]
    assert drawn.count("mark-safe") == 1


def test_a_check_that_was_not_sent_shows_its_preview_and_is_nobody_else_s(cast, office):
    check = draft(cast.viewer(cast.doi))
    assert cast.client(cast.doi).get(school(check)).url == school(check, "preview/")
    assert cast.client(cast.emi).get(school(check)).status_code == 404
    assert cast.client(cast.doi).get(school(check, "live/")).status_code == 404


def test_the_table_by_country_names_the_danger_level_or_that_none_is_known(cast, check):
    client, url = cast.client(cast.office), f"/admin/desk/safety/{check.pk}/"
    assert "危険レベル不明" in client.get(url).content.decode()
    AdvisoryFactory(info_type="T40", risk_levels=[3, 1], countries=["0033"])
    for part in ("", "live/"):
        assert "危険レベル3：渡航は止めてください" in client.get(f"{url}{part}").content.decode()
