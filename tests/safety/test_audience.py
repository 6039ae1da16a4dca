"""Whom an audience means: dimensions by "and", behind the asker's wall, with place and reason."""

import pytest

from applications.states import ApplicationState
from members.states import MemberKind
from notices.audience import Audience
from ossma.core.models import City
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import NOBODY
from safety.queries.recipients import preview
from safety.states import LeftOut
from tests.factories.applications import ApplicationFactory, StayFactory
from tests.factories.members import GroupFactory, MemberFactory
from tests.factories.safety import DAY, NOW, abroad, draft, recipient, sent


def asked(viewer, *, kind="ad_hoc", incident=None, **audience):
    """The preview's number."""
    return preview(viewer, audience=Audience(**audience), kind=kind, at=NOW, incident_id=incident)


def test_everyone_abroad_now_is_asked_and_nobody_who_stays_at_home(cast, office):
    MemberFactory(school=cast.aoba)
    assert asked(office, everyone_abroad=True).count == 3


def test_a_school_asks_only_its_own_members(doi):
    assert asked(doi, everyone_abroad=True).count == 2


def test_the_office_may_look_through_a_schools_wall(cast, office):
    found = preview(office, audience=Audience(everyone_abroad=True), kind="ad_hoc", at=NOW, school_id=cast.kohoku.pk)
    assert [(line.label, line.count) for line in found.by_school] == [(cast.kohoku.name, 1)]


def test_members_and_strangers_may_not_ask_anybody(cast):
    for viewer in (NOBODY, cast.viewer(cast.aya), cast.viewer(cast.emi)):
        with pytest.raises(NotFound):
            asked(viewer, everyone_abroad=True)


def test_the_country_is_the_one_of_the_stay_that_holds_now(cast, office):
    StayFactory(application=cast.aya.applications.get(), country_id="0039", city="ローマ", zone="Europe/Rome")
    assert asked(office, countries=("0033",)).count == 2
    assert asked(office, countries=("0039",)).count == 1
    assert asked(office, countries=("0033", "0039")).count == 3


def test_a_city_narrows_its_own_country_only(cast, office):
    paris = City.objects.get(name_ja="パリ")
    StayFactory(application=cast.aya.applications.get(), city="リヨン")
    StayFactory(application=cast.ben.applications.get(), country_id="0039", city="ローマ", zone="Europe/Rome", latitude=41.9, longitude=12.5)
    assert asked(office, countries=("0033", "0039"), cities=(paris.pk,)).count == 2


def test_a_suburb_counts_to_its_city_by_distance(cast, office):
    paris = City.objects.get(name_ja="パリ")
    StayFactory(application=cast.aya.applications.get(), city="サン＝ドニ", latitude=48.94, longitude=2.36)
    assert asked(office, cities=(paris.pk,)).count == 3


def test_dimensions_are_combined_by_and(cast, office):
    group = GroupFactory(school=cast.aoba)
    group.members.add(cast.aya, cast.ben)
    cast.ben.kind = MemberKind.STAFF
    cast.ben.save()
    assert asked(office, groups=(group.pk,)).count == 2
    assert asked(office, groups=(group.pk,), kinds=("student",)).count == 1
    assert asked(office, groups=(group.pk,), schools=(cast.kohoku.pk,)).count == 0
    assert asked(office, services=("plus",)).count == 0


def test_a_named_member_is_asked_wherever_they_are_with_that_reason(cast, office):
    home = MemberFactory(school=cast.aoba)
    check = sent(office, audience={"named": [home.pk, cast.aya.pk]})
    assert check.recipient_count == 2
    assert (recipient(check, home).reason, recipient(check, home).country_id) == ("named", None)
    assert (recipient(check, cast.aya).reason, recipient(check, cast.aya).country_id) == ("named", "0033")


def test_a_school_cannot_name_anothers_member(cast, doi):
    assert asked(doi, named=(cast.chika.pk,)).count == 0


def test_paid_or_not_keeps_nobody_out_of_an_ad_hoc_check(cast, office):
    cast.ben.applications.update(state=ApplicationState.AWAITING_PAYMENT)
    assert asked(office, everyone_abroad=True).count == 3
    regular = asked(office, kind="regular", everyone_abroad=True)
    assert regular.count == 2
    assert [(one.member_id, one.reason) for one in regular.left_out] == [(cast.ben.pk, LeftOut.NOT_PAID)]


def test_the_left_out_list_says_who_and_why(cast, office):
    cast.aya.user.email = ""
    cast.aya.user.save()
    cast.chika.withdrawn_at = NOW - DAY
    cast.chika.save()
    found = asked(office, everyone_abroad=True, named=(cast.chika.pk,))
    assert found.left_out_counts == {LeftOut.WITHDRAWN: 1, LeftOut.NO_ADDRESS: 1}
    assert {(one.name, one.reason) for one in found.left_out} == {(cast.aya.name, LeftOut.NO_ADDRESS), (cast.chika.name, LeftOut.WITHDRAWN)}
    assert found.count == 1


def test_the_breakdown_adds_up_by_country_and_by_school(cast, office):
    abroad(*[MemberFactory(school=cast.kohoku) for _ in range(3)], stop__country_id="0039", stop__city="ローマ", stop__zone="Europe/Rome")
    found = asked(office, everyone_abroad=True)
    assert found.count == 6
    assert sorted((line.key, line.count) for line in found.by_country) == [("0033", 3), ("0039", 3)]
    assert sorted(line.count for line in found.by_school) == [2, 4]


@pytest.mark.parametrize(
    "spec", [{"galaxies": ["x"]}, {"countries": "0033"}, {"groups": ["x"]}, {"named": [None]}, {"schools": {"a": 1}}, {"cities": [[1]]}]
)
def test_what_is_no_audience_is_refused(spec):
    with pytest.raises(Refused) as refused:
        Audience.from_json(spec)
    assert refused.value.field == "audience"


def test_an_audience_survives_being_stored(doi):
    spec = {"everyone_abroad": True, "countries": ["0033"], "named": [1, 2]}
    assert draft(doi, audience=spec | {"groups": []}).audience == spec


def test_an_empty_audience_means_nobody(office):
    assert asked(office).count == 0


def test_two_applications_of_one_member_ask_once(cast, office):
    ApplicationFactory(member=cast.aya)
    assert asked(office, everyone_abroad=True).count == 3


def test_the_preview_costs_the_same_for_one_and_for_many(cast, office, django_assert_num_queries):
    with django_assert_num_queries(4):
        asked(office, everyone_abroad=True)
    abroad(*[MemberFactory(school=cast.kohoku) for _ in range(3)])
    with django_assert_num_queries(4):
        asked(office, everyone_abroad=True)


PARIS = {"latitude": 48.86, "longitude": 2.35, "km": 50}


def whom(viewer, **spec):
    """The members whom an audience as it is stored asks, with why."""
    check = sent(viewer, audience=spec)
    return dict(check.recipients.values_list("member", "reason"))


def test_a_circle_asks_those_inside_by_the_stay_that_holds_now(cast, office):
    StayFactory(application=cast.ben.applications.get(), city="リヨン")
    assert set(whom(office, near=PARIS)) == {cast.aya.pk, cast.chika.pk}
    assert set(whom(office, near=PARIS | {"km": 500})) == {cast.aya.pk, cast.ben.pk, cast.chika.pk}


def test_of_whom_only_the_country_is_known_may_be_inside_the_circle_and_is_asked(cast, office):
    StayFactory(application=cast.ben.applications.get(), city="どこかの村", latitude=None, longitude=None)
    StayFactory(application=cast.chika.applications.get(), country_id="0039", city="村", zone="Europe/Rome", latitude=None, longitude=None)
    found = preview(office, audience=Audience.from_json({"near": PARIS}), kind="ad_hoc", at=NOW)
    assert (found.count, found.unplaced) == (2, 1)


def test_a_circle_reaches_over_the_date_line(cast, office):
    StayFactory(application=cast.aya.applications.get(), country_id="0679", city="スバ", zone="Pacific/Fiji", latitude=-16.8, longitude=-179.9)
    assert set(whom(office, near={"latitude": -16.8, "longitude": 179.9, "km": 50})) == {cast.aya.pk}


def test_those_who_travel_there_are_asked_with_that_reason_once(cast, office):
    rome = {"country_id": "0039", "city": "ローマ", "zone": "Europe/Rome"}
    StayFactory(application=cast.aya.applications.get(), **rome, starts_at=NOW + 3 * DAY, ends_at=NOW + 9 * DAY)
    assert whom(office, countries=["0039"], arriving_days=5) == {cast.aya.pk: "arriving"}
    assert asked(office, countries=("0039",), arriving_days=2).count == 0
    assert whom(office, countries=["0033", "0039"], arriving_days=5)[cast.aya.pk] == "destination"
    assert set(whom(office, countries=["0033", "0039"], arriving_days=5, arriving_only=True).values()) == {"arriving"}


def test_whoever_has_two_stays_ahead_among_travellers_alone_is_asked_once(cast, office):
    trip = cast.aya.applications.get()
    for days in (1, 3):
        StayFactory(
            application=trip, country_id="0039", city="ローマ", zone="Europe/Rome", starts_at=NOW + days * DAY, ends_at=NOW + (days + 2) * DAY
        )
    travellers = {"countries": ("0039",), "arriving_days": 5, "arriving_only": True}
    assert asked(office, **travellers).count == 1
    assert sent(office, audience=travellers).recipients.count() == 1


def test_groups_of_conditions_are_joined_by_or_and_exceptions_take_out(cast, office):
    StayFactory(application=cast.ben.applications.get(), country_id="0039", city="ローマ", zone="Europe/Rome")
    either = {"countries": ["0039"], "or": [{"schools": [cast.kohoku.pk]}]}
    assert set(whom(office, **either)) == {cast.ben.pk, cast.chika.pk}
    assert set(whom(office, **either, **{"except": {"countries": ["0039"]}})) == {cast.chika.pk}


def test_who_is_named_is_asked_in_spite_of_the_exceptions_but_not_when_excepted_by_name(cast, office):
    assert set(whom(office, named=[cast.aya.pk], **{"except": {"countries": ["0033"]}})) == {cast.aya.pk}
    assert set(whom(office, named=[cast.aya.pk, cast.ben.pk], **{"except": {"named": [cast.aya.pk]}})) == {cast.ben.pk}


def test_a_school_asks_behind_its_own_wall_whatever_the_conditions_say(cast, doi):
    found = whom(doi, near=PARIS, named=[cast.chika.pk], **{"or": [{"schools": [cast.kohoku.pk]}]})
    assert set(found) == {cast.aya.pk, cast.ben.pk}
