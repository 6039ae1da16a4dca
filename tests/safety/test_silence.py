"""Why somebody may be silent, and the six to call before the hundred and forty who sleep, in any crowd (safety.md S3)."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.utils import timezone

from applications.states import StayKind
from ossma.core.models import Progress, PushDevice
from safety import actions
from safety.hours import night_zones
from safety.models import Delivery, Recipient, SignOfLife
from safety.models.check import SILENCE
from safety.queries import crowd as crowds
from safety.queries import people, silence
from safety.queries.people import Wanted
from safety.views.desk import listing
from tests.factories.applications import StayFactory
from tests.factories.members import MemberFactory
from tests.factories.safety import HOUR, MINUTE, NOW, abroad, sent

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
ORDER = ["lost", "opened", "long", "short", "later", "flying", "asleep"]


@pytest.fixture
def crowd(cast, office):
    """One of each kind of silence."""
    members = {name: MemberFactory(school=cast.aoba, given_name=name) for name in ORDER}
    for member in (cast.aya, cast.ben, cast.chika):
        member.applications.all().delete()
    applications = dict(zip(members, abroad(*members.values()), strict=True))
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT, ended_at=NOW)
    rows = Recipient.objects.all()
    rows.filter(member=members["lost"]).update(bounced_at=NOW)
    rows.filter(member=members["opened"]).update(opened_at=NOW + MINUTE)
    rows.filter(member=members["later"]).update(opened_at=NOW, snoozed_at=NOW + MINUTE)
    rows.filter(member=members["asleep"]).update(zone="Pacific/Auckland")
    SignOfLife.objects.create(member=members["long"], at=NOW - 9 * HOUR, source="login")
    SignOfLife.objects.create(member=members["short"], at=NOW - HOUR, source="app")
    StayFactory(application=applications["flying"], kind=StayKind.FLIGHT, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    return check


def names(found):
    return [one.row.member.given_name for one in found]


def one(office, check, name, at=NOON):
    rows = people.people(people.wanted_rows(office, check, Wanted(), at=at), at)
    return next(person for person in rows if person.row.member.given_name == name)


def test_a_mail_that_came_back_after_a_machine_opened_it_is_unreachable_everywhere(crowd, office):
    Recipient.objects.filter(member__given_name="opened").update(bounced_at=NOW + 2 * MINUTE)
    assert one(office, crowd, "opened").why == "メール不達"
    quiet = people.quiet(office, crowd, NOON)
    assert set(names(quiet.first)[:2]) == {"lost", "opened"}
    ranks = {row.member.given_name: row.silence for row in Recipient.objects.select_related("member").annotate(silence=SILENCE)}
    assert (ranks["opened"], ranks["lost"], ranks["later"], ranks["long"]) == (0, 0, 3, 2)


def test_what_came_back_before_it_was_opened_is_opened(crowd, office):
    Recipient.objects.filter(member__given_name="opened").update(bounced_at=NOW)
    assert names(people.quiet(office, crowd, NOON).first)[:2] == ["lost", "opened"]
    assert Recipient.objects.annotate(silence=SILENCE).get(member__given_name="opened").silence == 1


def test_the_list_and_the_panel_have_one_order(crowd, office):
    assert names(people.people(people.wanted_rows(office, crowd, Wanted(), at=NOON), NOON)) == ORDER
    quiet = people.quiet(office, crowd, NOON)
    assert names(quiet.first) == ORDER[:4]
    assert (quiet.to_call, quiet.later, quiet.flying, quiet.asleep) == (4, 1, 1, 1)


def test_a_crowd_has_the_same_first_and_the_same_figures_from_the_index(crowd, office, monkeypatch):
    monkeypatch.setattr(silence, "MOST_SORTED", 0)
    quiet = people.quiet(office, crowd, NOON)
    assert names(quiet.first)[:2] == ORDER[:2]
    assert set(names(quiet.first)) == set(ORDER[:4])
    assert (quiet.to_call, quiet.later, quiet.flying, quiet.asleep) == (4, 1, 1, 1)


def walk(office, check, standing="silent"):
    return crowds.walked(office, check, people.wanted_part(office, check, Wanted()), standing, NOON)


def named(numbers):
    found = people.persons(numbers, NOON, is_drill=False)
    return names(people.in_order(numbers, found))


def test_in_a_crowd_too_who_sleeps_stands_last_and_who_flies_before_them(crowd, office):
    listed = named(walk(office, crowd)[:25])
    assert (listed[:2], set(listed[2:4]), listed[4:]) == (ORDER[:2], set(ORDER[2:4]), ORDER[4:])
    Recipient.objects.filter(member__given_name="lost").update(zone="Pacific/Auckland")
    assert named(walk(office, crowd)[:1]) == ["opened"]


def test_the_pages_of_a_crowd_leave_nobody_out_and_name_nobody_twice(crowd, office):
    whole = walk(office, crowd)[:25]
    for size in (1, 2, 3):
        pages = [walk(office, crowd)[start : start + size] for start in range(0, 9, size)]
        assert [number for page in pages for number in page] == whole
    assert len(whole) == 7


def test_a_crowd_with_all_answers_has_help_first_then_the_silent_then_the_others(crowd, office):
    answered = Recipient.objects.filter(member__given_name__in=["lost", "asleep", "later"])
    for name, standing in (("lost", "ok"), ("asleep", "help"), ("later", "not_there")):
        answered.filter(member__given_name=name).update(standing=standing)
    listed = named(walk(office, crowd, "")[:25])
    assert (listed[0], listed[1], listed[-3:]) == ("asleep", "opened", ["flying", "later", "lost"])


def test_the_page_of_a_crowd_shows_the_sleepers_last(cast, crowd, office, monkeypatch):
    monkeypatch.setattr(people, "MOST_SORTED", 1)
    monkeypatch.setattr(listing, "PAGE", 6)
    night = night_zones(timezone.now())
    Recipient.objects.update(zone="")
    Recipient.objects.filter(member__given_name="long").update(zone=night[0])
    address = f"/admin/desk/safety/{crowd.pk}/?standing=silent"
    client = cast.client(cast.office)
    first, second = (client.get(f"{address}&page={page}").context["people"] for page in (1, 2))
    assert (len(first), names(second)) == (6, ["long"])


def test_a_crowd_costs_a_few_queries_however_large(crowd, office, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(silence, "MOST_SORTED", 0)
    with django_assert_max_num_queries(9):
        people.quiet(office, crowd, NOON)


def test_the_order_of_a_crowd_is_read_from_its_index(crowd, office):
    rows = silence._ranked(silence.silent_of(office, crowd), silence.UNREACHABLE)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = rows.values_list("pk").explain()
    assert "recipient_silence" in plan


def test_in_the_air_says_until_when_by_the_clock_of_landing(crowd, office):
    flying = one(office, crowd, "flying")
    assert flying.landing == "13:00"
    assert "13:00まで搭乗中" in flying.why


def test_who_sleeps_is_shown_with_the_time_there(crowd, office):
    asleep = one(office, crowd, "asleep")
    assert (asleep.asleep, asleep.local_time) == (True, "00:00")


def test_mail_that_waits_at_its_server_and_a_device_that_is_gone_explain_a_silence(crowd, cast, office):
    Delivery.objects.filter(recipient__member__given_name="long").update(state=Progress.DUE, tries=2)
    assert "メール遅延中" in one(office, crowd, "long").why
    row = Recipient.objects.get(member__given_name="short")
    Delivery.objects.create(
        recipient=row, check_row=crowd, round_number=0, channel="push", to_address="1", language="ja", state=Progress.SENT, due_at=NOW
    )  # fmt: skip
    assert "プッシュ端末なし" in one(office, crowd, "short").why
    PushDevice.objects.create(user=row.member.user, endpoint="https://push.example/1", p256dh="x", auth="x", created_at=NOW)
    assert "プッシュ端末なし" not in one(office, crowd, "short").why


def test_the_last_sign_of_life_says_where_it_comes_from(crowd, office):
    assert one(office, crowd, "long").sign == "ログイン"


def test_whoever_was_reached_by_no_message_counts_as_unreachable(crowd, office):
    Delivery.objects.filter(recipient__member__given_name="short").update(state=Progress.GAVE_UP)
    assert set(names(people.quiet(office, crowd, NOON).first)[:2]) == {"lost", "short"}
    assert "メール不達" in one(office, crowd, "short").why
