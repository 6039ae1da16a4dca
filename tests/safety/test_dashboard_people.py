"""Help comes first, then those silent longest; each silent person shows why (safety.md S3)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from applications.states import StayKind
from ossma.core.models import Progress
from ossma.core.refusals import NotFound
from ossma.core.viewer import by_link
from safety import actions
from safety.hours import is_night
from safety.models import Delivery, Recipient, SignOfLife
from safety.queries import people
from safety.queries.people import Wanted
from tests.factories.applications import StayFactory
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent

# By day and by night in Paris.
NOON, NIGHT = datetime(2026, 11, 21, 11, 0, tzinfo=UTC), NOW


@pytest.fixture
def check(cast, office):
    """Everybody in Paris is asked, and the first message has gone out."""
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT, ended_at=NOW)
    return check


def help_of(check, member, **more):
    row = recipient(check, member)
    actions.answer_by_link(actor=by_link(member.pk), at=NOW + MINUTE, recipient_id=row.pk, said=said("help", **more), user_agent="Mozilla/5.0")


def listed(viewer, check, at=NOON, **wanted):
    return people.people(people.wanted_rows(viewer, check, Wanted(**wanted)), at)


def names(found):
    return [one.row.member.given_name for one in found]


def why(viewer, check, member, at=NOON):
    return next(one.why for one in listed(viewer, check, at) if one.row.member_id == member.pk)


def test_help_stands_first_then_those_of_whom_nothing_was_heard_for_longest(cast, check, office):
    SignOfLife.objects.create(member=cast.aya, at=NOW - HOUR, source="app")
    SignOfLife.objects.create(member=cast.ben, at=NOW - 5 * HOUR, source="app")
    help_of(check, cast.chika)
    assert names(listed(office, check)) == ["千佳", "ベン", "あや"]


def test_the_list_is_narrowed_by_answer_country_school_and_group(cast, check, office, doi):
    help_of(check, cast.aya)
    group = cast.aya.groups.get()
    assert names(listed(office, check, standing="help")) == ["あや"]
    assert names(listed(office, check, country="0039")) == []
    assert names(listed(office, check, part=cast.kohoku.pk)) == ["千佳"]
    assert names(listed(doi, check, part=group.pk)) == ["あや"]
    Recipient.objects.filter(member=cast.ben).update(country=None)
    assert names(listed(office, check, country="none")) == ["ベン"]


def test_nobody_sees_people_behind_another_wall(cast, check, doi):
    chika = recipient(check, cast.chika)
    assert "千佳" not in names(listed(doi, check))
    assert names(listed(cast.viewer(cast.emi), check)) == ["あや"]
    with pytest.raises(NotFound):
        people.person(doi, check, chika.pk, NOON)
    with pytest.raises(NotFound):
        people.person(cast.viewer(cast.emi), check, recipient(check, cast.ben).pk, NOON)


def test_silence_is_explained_by_what_became_of_the_message(cast, check, office):
    assert why(office, check, cast.aya) == "未開封"
    Recipient.objects.filter(member=cast.aya).update(opened_at=NOW + MINUTE)
    assert why(office, check, cast.aya) == "開封済み・未回答"
    Recipient.objects.filter(member=cast.aya).update(snoozed_at=NOW + MINUTE)
    assert why(office, check, cast.aya) == "開封済み・「あとで」を選択"
    Delivery.objects.filter(recipient__member=cast.ben).update(state=Progress.GAVE_UP)
    assert why(office, check, cast.ben) == "メール不達"
    Delivery.objects.filter(recipient__member=cast.chika).update(state=Progress.DUE)
    assert why(office, check, cast.chika) == "送信待ち"


def test_those_to_call_come_before_those_who_sleep_and_those_in_the_air(cast, check, office):
    day = people.quiet(office, check, NOON)
    assert (day.to_call, day.asleep, day.flying) == (3, 0, 0)
    StayFactory(application=cast.aya.applications.get(), kind=StayKind.FLIGHT, starts_at=NOON - HOUR, ends_at=NOON + HOUR)
    day = people.quiet(office, check, NOON)
    assert (day.to_call, day.flying) == (2, 1)
    assert "あや" not in names(day.first)
    night = people.quiet(office, check, NIGHT)
    assert (night.to_call, night.asleep, night.first) == (0, 3, [])


def test_whose_mail_did_not_arrive_is_called_first(cast, check, office):
    SignOfLife.objects.create(member=cast.chika, at=NOW, source="app")
    Delivery.objects.filter(recipient__member=cast.chika).update(state=Progress.GAVE_UP)
    assert names(people.quiet(office, check, NOON).first)[0] == "千佳"


def test_who_needs_help_is_shown_with_the_case_that_runs(cast, check, office):
    help_of(check, cast.aya, need="injured")
    (found,) = people.needing_help(office, check, NOON)
    assert found.case.need == "injured"
    assert found.local_time == "12:00"


def test_a_person_s_page_has_answers_with_sources_and_deliveries(cast, check, doi):
    help_of(check, cast.aya)
    row = recipient(check, cast.aya)
    actions.answer_by_proxy(actor=doi, at=NOW + HOUR, recipient_id=row.pk, kind="ok", how_known="電話", comment="")
    found = people.person(doi, check, row.pk, NOON)
    assert [(answer.source, answer.kind) for answer in found.row.answers.all()] == [("proxy", "ok"), ("link", "help")]
    assert len(found.row.deliveries.all()) == 1
    assert found.case is not None


def test_lists_cost_the_same_with_one_and_with_three(cast, check, office, django_assert_max_num_queries):
    help_of(check, cast.aya)
    for viewer in (cast.viewer(cast.emi), office):
        with django_assert_max_num_queries(3):
            listed(viewer, check)
        with django_assert_max_num_queries(4):
            people.quiet(viewer, check, NOON)
        with django_assert_max_num_queries(4):
            people.needing_help(viewer, check, NOON)


def test_readers_of_english_read_the_city_s_english_name(cast, check, office):
    with translation.override("en"):
        assert {one.place for one in listed(office, check)} == {"France Paris"}


def test_night_is_from_ten_to_seven_by_the_clock_of_the_place():
    midnight_in_paris = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    assert is_night("Europe/Paris", midnight_in_paris)
    assert not is_night("America/New_York", midnight_in_paris)
    assert not is_night("Europe/Paris", midnight_in_paris + timedelta(hours=7))
