"""The place of a recipient is frozen for audit; whoever works with the list sees where somebody is by now (safety.md S1, S2, S3)."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from applications.states import StayKind
from safety import actions
from safety.models import Answer, SafetyCase
from safety.queries import people
from safety.queries.current_places import Move, moves
from safety.queries.lines import line_of
from safety.queries.narrowing import Sought, sought
from safety.queries.people import Wanted
from safety.queries.silence import to_call
from safety.states import Trace
from tests.factories.applications import StayFactory
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent

pytestmark = pytest.mark.django_db

NEW_YORK = {"country_id": "1000", "city": "ニューヨーク"}
# Noon in Paris, six in the morning in New York.
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def shown(viewer, check, member, at=NOON):
    rows = people.people(people.wanted_rows(viewer, check, Wanted(), at=at), at)
    return next(person for person in rows if person.row.member_id == member.pk)


def moves_away(cast, check, at=NOW + MINUTE):
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=at, recipient_id=row.pk, said=said("not_there", **NEW_YORK))


def flies_to_new_york(application, at):
    return StayFactory(application=application, kind=StayKind.STAY, zone="America/New_York", starts_at=at, ends_at=at + 200 * HOUR, **NEW_YORK)


def test_not_there_shows_the_new_place_and_its_clock_and_labels_the_frozen_one(cast, office):
    check = sent(office)
    before = shown(office, check, cast.aya)
    assert (before.place, before.asked_place, before.local_time) == ("フランス パリ", "", "12:00")
    moves_away(cast, check)
    aya = shown(office, check, cast.aya)
    assert (aya.place, aya.asked_place, aya.local_time, aya.asleep) == ("米国 ニューヨーク", "フランス パリ", "06:00", True)
    assert (aya.row.country_id, aya.row.city) == ("0033", "パリ"), "the row stays as it was frozen"
    with translation.override("en"):
        assert shown(office, check, cast.aya).asked_place == "France Paris"


def test_the_person_page_the_list_and_the_file_name_both_places(cast, office):
    check = sent(office, at=timezone.now() - HOUR)
    moves_away(cast, check, timezone.now())
    desk = cast.client(cast.office)
    person = desk.get(f"/admin/desk/safety/{check.pk}/people/{recipient(check, cast.aya).pk}/").content.decode()
    assert person.index("米国 ニューヨーク") < person.index("送信時の場所") < person.index("フランス パリ")
    page = desk.get(f"/admin/desk/safety/{check.pk}/").content.decode()
    assert "送信時の場所：フランス パリ" in page.split('data-part="people"')[1]
    countries = page.split('data-part="countries"')[1].split("</section>")[0]
    assert "送信時の国" in countries
    assert "フランス → 米国：1名" in countries
    raw = b"".join(desk.get(f"/admin/desk/safety/{check.pk}/export.csv").streaming_content).decode("utf-8-sig")
    rows = {row["会員番号"]: row for row in csv.DictReader(io.StringIO(raw, newline=""))}
    aya, ben = rows[cast.aya.number], rows[cast.ben.number]
    assert [aya[name] for name in ("現在の国", "現在の都市", "送信時の国", "送信時の都市")] == ["米国", "ニューヨーク", "フランス", "パリ"]
    assert [ben[name] for name in ("現在の国", "現在の都市", "送信時の国", "送信時の都市")] == ["フランス", "パリ", "フランス", "パリ"]


def test_a_journey_that_began_since_moves_the_silent_in_the_order_of_calling(cast, office):
    check = sent(office)
    silent = check.recipients.filter(member=cast.ben)
    assert to_call(check, silent, NOON).exists()
    flies_to_new_york(cast.ben.applications.get(), NOW + HOUR)
    assert shown(office, check, cast.ben).local_time == "06:00"
    assert not to_call(check, silent, NOON).exists(), "it is six in the morning there"
    assert sought(office, check, silent, Sought(Trace.ASLEEP), NOON).exists()
    assert not sought(office, check, silent, Sought(Trace.AWAKE), NOON).exists()
    quiet = people.quiet(office, check, NOON)
    assert (quiet.asleep, quiet.to_call) == (1, 2)
    assert cast.ben.pk not in {person.row.member_id for person in quiet.first}
    # Half past three at night in Paris, half past nine in the evening in New York.
    assert cast.ben.pk in {person.row.member_id for person in people.quiet(office, check, NOW + 24 * HOUR + 20 * MINUTE).first}


def test_whoever_is_back_in_japan_is_shown_there(cast, office):
    check = sent(office)
    StayFactory(
        application=cast.ben.applications.get(), kind=StayKind.FLIGHT, country_id="0081", city="東京", zone="Asia/Tokyo",
        from_country_id="0033", from_city="パリ", from_zone="Europe/Paris", starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR,
    )  # fmt: skip
    ben = shown(office, check, cast.ben)
    assert (ben.place, ben.asked_place, ben.local_time) == ("日本 東京", "フランス パリ", "20:00")


def test_a_place_that_no_record_could_take_is_shown_as_it_was_said(cast, office):
    check = sent(office)
    cast.ben.applications.all().delete()
    row = recipient(check, cast.ben)
    actions.answer_by_link(actor=cast.viewer(cast.ben), at=NOW + MINUTE, recipient_id=row.pk, said=said("not_there", **NEW_YORK))
    assert (shown(office, check, cast.ben).place, shown(office, check, cast.ben).local_time) == ("米国 ニューヨーク", "06:00")
    assert moves(office, check, NOON) == [Move("0033", "1000", 1)]


def test_moves_are_counted_behind_the_wall_and_in_a_crowd_by_own_reports(cast, office, monkeypatch):
    check = sent(office)
    moves_away(cast, check)
    flies_to_new_york(cast.chika.applications.get(), NOW + HOUR)
    assert moves(office, check, NOON) == [Move("0033", "1000", 2)]
    assert moves(cast.viewer(cast.doi), check, NOON) == [Move("0033", "1000", 1)]
    monkeypatch.setattr("safety.queries.current_places.MOST_COMPARED", 0)
    assert moves(office, check, NOON) == [Move("0033", "1000", 1)]


def test_a_call_for_help_is_opened_where_she_is_and_its_case_follows_her(cast, office):
    check = sent(office)
    flies_to_new_york(cast.aya.applications.get(), NOW + HOUR)
    row = recipient(check, cast.aya)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOON, recipient_id=row.pk, said=said("help"))
    case = SafetyCase.objects.get()
    assert (case.country_id, case.city, case.zone) == ("1000", "ニューヨーク", "America/New_York")
    later = {"country_id": "0033", "city": "リヨン"}
    actions.report_own(actor=cast.viewer(cast.aya), at=NOON + HOUR, said=said("ok", **later))
    line = line_of(case, None, NOON + HOUR)
    assert (line.place, line.opened_place, line.zone) == ("フランス リヨン", "米国 ニューヨーク", "Europe/Paris")
    assert Answer.objects.count() == 3
