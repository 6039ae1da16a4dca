"""Whom an advisory concerns: there now, or travelling there within 30 days; behind the wall."""

from datetime import timedelta

from notices import queries
from notices.queries import Concern
from ossma.core.viewer import NOBODY, SYSTEM
from tests.factories.applications import ApplicationFactory, DestinationFactory, StayFactory
from tests.factories.members import MemberFactory
from tests.factories.notices import NOW, AdvisoryFactory, good_run


def concern(viewer, *codes):
    return queries.concern_of(viewer, {1: codes}, NOW)[1]


def test_those_who_are_there_now_are_counted_behind_the_wall(cast):
    assert concern(SYSTEM, "0033") == Concern(now=3)
    assert concern(cast.viewer(cast.office), "0033") == Concern(now=3)
    assert concern(cast.viewer(cast.doi), "0033") == Concern(now=2)
    assert concern(cast.viewer(cast.emi), "0033") == Concern(now=1)
    assert concern(cast.viewer(cast.aya), "0033") == Concern(now=1)
    assert concern(NOBODY, "0033") == Concern()


def test_those_who_travel_there_within_thirty_days_are_soon_there(cast):
    for days in (20, 40):
        first = NOW.date() + timedelta(days=days)
        ApplicationFactory(member=MemberFactory(school=cast.aoba), first_day=first, last_day=first + timedelta(days=9), stop__country_id="0039")
    assert concern(cast.viewer(cast.doi), "0039") == Concern(now=0, soon=1)


def test_an_itinerary_counts_before_the_destination(cast):
    application = cast.aya.applications.get()
    StayFactory(application=application, country_id="0039", starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1))
    assert concern(cast.viewer(cast.doi), "0039") == Concern(now=1)


def test_while_a_report_holds_both_places_are_concerned(cast):
    application = cast.aya.applications.get()
    StayFactory(application=application, source="own_report", country_id="0039", starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1))
    aya = cast.viewer(cast.aya)
    assert [concern(aya, *codes) for codes in (["0033"], ["0039"], ["0033", "0039"])] == [Concern(now=1)] * 3
    assert queries.concern_by_country(aya, NOW) == {"0033": Concern(now=1), "0039": Concern(now=1)}


def test_a_member_counts_once_per_advisory_and_being_there_wins(cast):
    DestinationFactory(application=cast.aya.applications.get(), position=2, country_id="0039")
    assert concern(cast.viewer(cast.aya), "0033", "0039") == Concern(now=1, soon=0)


def test_who_withdrew_an_application_is_not_concerned(cast):
    cast.aya.applications.update(state="cancelled")
    assert concern(cast.viewer(cast.doi), "0033") == Concern(now=1)


def test_many_advisories_cost_one_query(cast, django_assert_num_queries):
    doi = cast.viewer(cast.doi)
    for count in (1, 3):
        with django_assert_num_queries(1):
            found = queries.concern_of(doi, {key: ["0033", "0039"] for key in range(count)}, NOW)
        assert set(found.values()) == {Concern(now=2)}


def test_touching_leaves_out_what_concerns_nobody_and_what_is_old(cast):
    mine = AdvisoryFactory()
    AdvisoryFactory(countries=["0039"])
    AdvisoryFactory(changed_at=NOW - timedelta(days=90))
    found = queries.touching(queries.concern_by_country(cast.viewer(cast.aya), NOW), since=NOW - timedelta(days=7))
    assert list(found) == [mine]


def test_freshness_tells_age_error_and_staleness(db):
    assert queries.freshness(NOW).is_stale
    good_run()
    assert not queries.freshness(NOW).is_stale
    good_run(NOW + timedelta(minutes=5), ok=False, error="外務省のサーバーから応答がありません")
    fresh = queries.freshness(NOW + timedelta(minutes=31))
    assert fresh.is_stale
    assert fresh.last_good == NOW
    assert fresh.error


def test_the_duty_desk_is_the_office_s_alone(cast):
    waiting = AdvisoryFactory(needs_look=True)
    AdvisoryFactory(needs_look=True, looked_at=NOW)
    assert list(queries.to_look_at(cast.viewer(cast.office))) == [waiting]
    assert not queries.to_look_at(cast.viewer(cast.doi))
