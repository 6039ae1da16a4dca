"""The figures of a check are right, each viewer's own (safety.md S3)."""

from datetime import timedelta

import pytest

from ossma.core.models import Progress
from ossma.core.refusals import NotFound
from ossma.core.viewer import by_link
from safety import actions
from safety.models import Delivery, Recipient
from safety.queries import dashboard
from safety.queries.dashboard import Tally
from safety.views.desk.chart import reached
from tests.factories.members import GroupFactory
from tests.factories.safety import DAY, HOUR, MINUTE, NOW, recipient, said, sent


def answer(check, member, kind="ok", at=NOW + MINUTE, **more):
    row = recipient(check, member)
    return actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=row.pk, said=said(kind, **more), user_agent="Mozilla/5.0")


@pytest.fixture
def check(cast, office):
    """The office asks everybody in Paris: Aya needs help, Chika is safe, Ben is silent."""
    check = sent(office)
    answer(check, cast.aya, "help")
    answer(check, cast.chika)
    return check


def total(viewer, check):
    return dashboard.total_of(dashboard.places(viewer, check))


def test_each_viewer_counts_only_the_members_behind_their_own_wall(cast, check, office, doi):
    assert total(office, check) == Tally(help=1, ok=1, silent=1)
    assert total(doi, check) == Tally(help=1, silent=1)
    assert total(cast.viewer(cast.emi), check) == Tally(help=1)
    assert total(cast.viewer(cast.aya), check) == Tally()


def test_the_list_shows_the_same_figures(cast, check, office, doi):
    for viewer in (office, doi):
        assert dashboard.tallies(viewer, [check])[check.pk] == total(viewer, check)


def test_a_school_knows_of_an_office_s_check_only_when_its_members_are_asked(cast, office):
    cast.chika.applications.all().delete()
    check = sent(office)
    stranger = cast.viewer(cast.doi)
    assert dashboard.check_of(stranger, check.pk) == check
    assert not dashboard.owns(stranger, check)
    Recipient.objects.filter(check_row=check, school=cast.aoba).delete()
    with pytest.raises(NotFound):
        dashboard.check_of(stranger, check.pk)


def test_countries_stand_help_first_and_an_unknown_place_has_a_line(cast, check, office):
    Recipient.objects.filter(check_row=check, member=cast.ben).update(country=None)
    found = dashboard.places(office, check)
    assert [(place.country.pk if place.country else None, place.tally) for place in found] == [("0033", Tally(help=1, ok=1)), (None, Tally(silent=1))]


def test_the_office_counts_by_school_a_school_by_group_a_supporter_by_own_group(cast, check, office, doi):
    second = GroupFactory(school=cast.aoba, name="工学部")
    second.members.add(cast.ben)
    assert {part.name: part.tally.total for part in dashboard.parts(office, check)} == {"青葉国際大学": 2, "港北学院大学": 1}
    assert {part.name: part.tally for part in dashboard.parts(doi, check)} == {"国際学部": Tally(help=1), "工学部": Tally(silent=1)}
    assert [part.name for part in dashboard.parts(cast.viewer(cast.emi), check)] == ["国際学部"]


def test_opened_and_late_are_counted(cast, check, office):
    actions.mark_opened(actor=by_link(cast.ben.pk), at=NOW + MINUTE, recipient_id=recipient(check, cast.ben).pk)
    actions.close_check(actor=office, at=NOW + HOUR, check_id=check.pk)
    answer(check, cast.ben, at=NOW + 2 * HOUR)
    course = dashboard.course(office, check, NOW + 2 * HOUR)
    # Two had answered before: whoever answers has opened the question, whatever their program told us.
    assert (course.opened, course.late) == (3, 1)


def test_messages_are_counted_by_what_became_of_them(cast, check, office, doi):
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    Delivery.objects.filter(recipient__member=cast.ben).update(state=Progress.GAVE_UP, ended_at=NOW + HOUR)
    assert dashboard.sending(office, check) == dashboard.Sending(due=2, gave_up=1)
    assert dashboard.sending(doi, check) == dashboard.Sending(due=1, gave_up=1)
    assert dashboard.failed_sendings(office) == (1, NOW + HOUR)
    assert dashboard.failed_sendings(doi) == (0, None)


def test_the_course_adds_up_and_ends_on_a_full_minute(cast, check, office):
    course = dashboard.course(office, check, NOW + timedelta(minutes=23, seconds=30))
    assert course.until == NOW + 24 * MINUTE
    assert len(course.answered) == dashboard.STEPS
    assert course.answered[0] == 0
    assert course.answered[1:] == [2] * 23


def test_a_check_of_two_days_still_tells_within_minutes_when_nine_tenths_had_answered(cast, check, office):
    answer(check, cast.ben, at=NOW + 25 * MINUTE)
    course = dashboard.course(office, check, NOW + 2 * DAY)
    assert course.until == NOW + 2 * DAY
    assert abs(reached(course, 3, 0.9) - (NOW + 25 * MINUTE)) < 15 * MINUTE


def test_figures_cost_one_query_each_however_many_were_asked(cast, check, office, doi, django_assert_num_queries):
    for viewer in (office, doi):
        for ask, cost in ((dashboard.sending, 1), (dashboard.parts, 1), (dashboard.places, 2)):
            with django_assert_num_queries(cost):
                ask(viewer, check)
        with django_assert_num_queries(2):
            dashboard.course(viewer, check, NOW)
