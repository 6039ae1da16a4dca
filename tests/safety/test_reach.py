"""Reachability: asked once a month, renewed by a human's tap, and shown to the school before something happens (safety.md S3)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ossma.core.models import AuditEntry, BouncedAddress, OutboxMessage, PushDevice, PushMessage
from ossma.core.viewer import NOBODY, SYSTEM
from safety.actions.reach import ask_taps, tap
from safety.addresses import tap_of, tap_path
from safety.models import Reachability, ReachTap, SignOfLife
from safety.queries.reach import Wanted, hard_to_reach, ways_of
from safety.states import Channel, ReachFault
from tests.factories.applications import ApplicationFactory
from tests.factories.members import LONG_AGO, MemberFactory
from tests.factories.safety import DAY, NOW

SCANNER = "Mozilla/5.0 (compatible; Barracuda Sentinel)"


def ask(at=NOW):
    return ask_taps(actor=SYSTEM, at=at)


def answered(member, at=NOW, channel=Channel.EMAIL):
    return Reachability.objects.create(member=member, channel=channel, last_human_at=at)


def faults(viewer, **wanted):
    rows, _following = hard_to_reach(viewer, NOW, Wanted(**wanted))
    return {row.member.given_name: set(row.faults) for row in rows}


def device(member):
    return PushDevice.objects.create(user=member.user, endpoint=f"https://push.example/{member.pk}", p256dh="k", auth="a", created_at=NOW)


def test_everybody_abroad_or_leaving_within_thirty_days_is_asked_once_a_month(cast):
    soon, later, back = (MemberFactory(school=cast.aoba) for _ in range(3))
    ApplicationFactory(member=soon, first_day=date(2026, 12, 21), last_day=date(2027, 1, 21))
    ApplicationFactory(member=later, first_day=date(2026, 12, 23), last_day=date(2027, 1, 21))
    ApplicationFactory(member=back, first_day=date(2026, 10, 1), last_day=date(2026, 11, 20))
    assert ask() == 4
    assert set(ReachTap.objects.values_list("member", flat=True)) == {cast.aya.pk, cast.ben.pk, cast.chika.pk, soon.pk}
    assert ask(NOW + DAY) == 0
    assert ask(NOW + 30 * DAY) == 5


def test_whoever_asked_for_a_longer_period_is_asked_though_it_is_not_paid(cast, doi):
    longer = MemberFactory(school=cast.aoba, given_name="長")
    ApplicationFactory(member=longer, first_day=date(2026, 10, 1), last_day=date(2026, 11, 20), asked_last_day=date(2026, 12, 20))
    ask()
    assert ReachTap.objects.filter(member=longer).exists()
    assert "長" in faults(doi)


def test_asked_at_the_end_of_a_month_nobody_is_asked_again_at_its_beginning(cast):
    ask(NOW + 9 * DAY)
    assert ask(NOW + 10 * DAY) == 0


def test_each_gets_one_mail_in_their_language_and_a_push_if_they_have_a_device(cast):
    device(cast.aya)
    ask()
    languages = OutboxMessage.objects.filter(template="safety/reach").values_list("to_address", "language")
    assert dict(languages) == {"aya@example.jp": "ja", "ben@example.jp": "en", "chika@example.jp": "ja"}
    assert list(PushMessage.objects.values_list("user", "is_urgent")) == [(cast.aya.user_id, False)]


def test_what_a_killed_worker_left_unpromised_is_promised_by_the_next(cast):
    ask()
    OutboxMessage.objects.filter(to_address="ben@example.jp").delete()
    assert ask(NOW + DAY) == 1


def test_many_questions_are_spread_so_that_no_alert_waits_behind_them(cast):
    for _ in range(12):
        ApplicationFactory(member=MemberFactory(school=cast.aoba))
    ask()
    assert OutboxMessage.objects.filter(due_at__lte=NOW).count() == 10


def test_one_look_promises_only_so_many_and_the_next_goes_on(cast, monkeypatch):
    monkeypatch.setattr("safety.actions.reach.CHUNK", 2)
    monkeypatch.setattr("safety.actions.reach.MOST", 2)
    assert [ask(), ask(), ask()] == [2, 1, 0]
    assert ReachTap.objects.count() == 3


def test_the_leaver_is_not_asked(cast):
    cast.aya.withdrawn_at = NOW
    cast.aya.save()
    assert ask() == 2


def test_a_tap_renews_the_channel_through_which_it_came(cast):
    ask()
    asked = ReachTap.objects.get(member=cast.aya)
    number, channel = tap_of(tap_path(asked.pk, Channel.PUSH).split("/")[2])
    tap(actor=NOBODY, at=NOW + DAY, tap_id=number, channel=channel)
    assert list(Reachability.objects.values_list("member", "channel", "last_human_at")) == [(cast.aya.pk, "push", NOW + DAY)]
    assert SignOfLife.objects.get().source == "tap"
    assert AuditEntry.objects.get(action="safety.reach_tapped").member_id == cast.aya.pk
    tap(actor=NOBODY, at=NOW, tap_id=number, channel=channel)
    assert Reachability.objects.get().last_human_at == NOW + DAY


def test_looking_does_not_count_nor_does_a_mail_scanner_that_presses(cast, client):
    ask()
    path = tap_path(ReachTap.objects.get(member=cast.aya).pk, Channel.EMAIL)
    assert "届いています" in client.get(path, headers={"accept-language": "ja"}).content.decode()
    client.post(path, headers={"user-agent": SCANNER})
    assert not Reachability.objects.exists()
    assert client.post(path).status_code == 303
    assert Reachability.objects.get().channel == "email"
    assert ReachTap.objects.get(member=cast.aya).tapped_at


def test_the_school_sees_those_whom_nothing_reaches_for_sure(cast, doi):
    answered(cast.aya)
    assert faults(doi) == {"ベン": {ReachFault.NEVER, ReachFault.NO_PUSH, ReachFault.NO_SECOND}}
    BouncedAddress.objects.create(address="aya@example.jp", first_at=NOW, last_at=NOW)
    assert ReachFault.BOUNCED in faults(doi)["あや"]


def test_an_answer_of_long_ago_is_no_answer(cast, doi):
    answered(cast.aya, NOW - 46 * DAY)
    assert ReachFault.STALE in faults(doi)["あや"]


@pytest.mark.parametrize(("fault", "mend"), [("no_push", device), ("never", answered)])
def test_the_list_is_narrowed_to_one_fault(cast, doi, fault, mend):
    mend(cast.aya)
    assert set(faults(doi, fault=fault)) == {"ベン"}


def test_placeholders_and_a_missing_second_address_are_faults_of_their_own(cast, doi):
    cast.aya.has_placeholders = True
    cast.aya.second_email, cast.aya.second_email_confirmed_at = "aya2@example.jp", LONG_AGO
    cast.aya.save()
    assert set(faults(doi, fault="placeholders")) == {"あや"}
    assert set(faults(doi, fault="no_second")) == {"ベン"}


def test_before_departure_the_school_sees_those_who_leave_within_two_weeks(cast, doi):
    leaver = MemberFactory(school=cast.aoba, given_name="出発")
    ApplicationFactory(member=leaver, first_day=date(2026, 12, 5), last_day=date(2027, 1, 21))
    assert set(faults(doi, departing=True)) == {"出発"}
    leaver.applications.update(first_day=date(2026, 12, 6))
    assert faults(doi, departing=True) == {}


def test_each_sees_only_behind_their_own_wall(cast, doi, office):
    assert set(faults(doi)) == {"あや", "ベン"}
    assert set(faults(cast.viewer(cast.emi))) == {"あや"}
    assert set(faults(office)) == {"あや", "ベン", "千佳"}
    assert faults(cast.viewer(cast.aya)) == {"あや": faults(doi)["あや"]}


def test_the_list_costs_one_query_however_long_it_is(cast, doi, django_assert_num_queries):
    for many in (0, 55):
        for _ in range(many):
            ApplicationFactory(member=MemberFactory(school=cast.aoba))
        with django_assert_num_queries(1):
            rows, following = hard_to_reach(doi, NOW, Wanted())
    assert len(rows) == 50
    rest, nothing = hard_to_reach(doi, NOW, Wanted(after=following))
    assert (len(rest), nothing) == (7, None)


def test_the_page_leaves_a_trail_and_reads_nonsense_as_not_asked(cast):
    today = timezone.localdate()
    cast.aya.applications.update(first_day=today - timedelta(days=1), last_day=today + timedelta(days=9))
    client = cast.client(cast.doi)
    url = reverse("school:safety:reach")
    assert client.get(url, {"fault": "x", "after": "-1", "when": "y"}).status_code == 200
    page = client.get(url).content.decode()
    assert "山田 あや" in page
    assert cast.aya.pk in AuditEntry.objects.filter(action="safety.reach_seen").first().detail["member_ids"]


def test_a_member_sees_every_way_and_what_is_the_matter(cast):
    answered(cast.aya)
    BouncedAddress.objects.create(address="aya2@example.jp", first_at=NOW, last_at=NOW)
    cast.aya.second_email, cast.aya.second_email_confirmed_at = "aya2@example.jp", LONG_AGO
    cast.aya.save()
    ways, asked = ways_of(cast.viewer(cast.aya))
    assert [(way.channel, way.is_set, way.bounced) for way in ways] == [("email", True, False), ("push", False, False), ("second", True, True)]
    assert asked is None
    page = cast.client(cast.aya).get(reverse("member:safety:reach")).content.decode()
    assert "届かず戻ってくる" in page
