"""What of a crowd is counted in the background is what is counted directly of a few (quality.md, "Speed and scale")."""

from datetime import timedelta

import pytest
from django.db import connection

from ossma.core.models import Progress
from ossma.core.viewer import SYSTEM, by_link
from safety import actions
from safety.actions import summaries
from safety.models import Delivery, SafetyPreference, Summary
from safety.queries import dashboard
from safety.queries import summaries as due
from safety.queries.positions import shown_positions
from safety.said import Position
from safety.states import Precision, SummaryKind
from safety.tasks import count
from tests.factories.members import GroupFactory
from tests.factories.safety import MINUTE, NOW, recipient, said, sent

KINDS = (SummaryKind.SENDING, SummaryKind.GROUPS, SummaryKind.SPOTS)


@pytest.fixture
def check(cast, office):
    """Everybody in Paris was asked by mail; Aya and Chika are safe and say where, Ben's mail came back."""
    check = sent(office)
    actions.queue_rounds(actor=office, at=NOW, check_id=check.pk)
    Delivery.objects.update(state=Progress.SENT, ended_at=NOW)
    Delivery.objects.filter(recipient__member=cast.ben).update(bounced_at=NOW)
    GroupFactory(school=cast.aoba, name="工学部").members.add(cast.ben)
    for member, latitude in ((cast.aya, 48.85), (cast.chika, 43.3)):
        words = said("ok", position=Position(latitude, 2.35, 10, NOW))
        actions.answer_by_link(actor=by_link(member.pk), at=NOW + MINUTE, recipient_id=recipient(check, member).pk, said=words)
    return check


@pytest.fixture
def crowd(monkeypatch):
    """From the second person on everything is a crowd."""

    def begin():
        for module in (summaries, due, dashboard):
            monkeypatch.setattr(module, "MOST_COUNTED", 1)

    return begin


def seen(viewer, check):
    return dashboard.sending(viewer, check), set(dashboard.parts(viewer, check)), shown_positions(viewer, check)


def test_office_school_and_supporter_see_of_a_crowd_what_they_see_of_a_few(cast, check, crowd, office, doi):
    viewers = (office, doi, cast.viewer(cast.emi))
    directly = [seen(viewer, check) for viewer in viewers]
    crowd()
    actions.fold_shifts(actor=SYSTEM, at=NOW)
    for what in KINDS:
        assert actions.count_now(actor=SYSTEM, at=NOW + MINUTE, check_id=check.pk, what=what)
    assert [seen(viewer, check) for viewer in viewers] == directly
    assert dashboard.sending(doi, check).as_of == NOW + MINUTE
    assert dashboard.sending(cast.viewer(cast.emi), check).as_of is None


def test_of_a_crowd_nothing_is_shown_before_it_is_counted(check, crowd, office, doi):
    crowd()
    assert dashboard.sending(office, check) == dashboard.Sending()
    assert (dashboard.parts(doi, check), shown_positions(doi, check)) == ([], [])


def test_who_shows_only_their_region_stands_on_no_map(cast, check, crowd, office):
    SafetyPreference.objects.create(member=cast.aya, precision=Precision.REGION)
    crowd()
    actions.count_now(actor=SYSTEM, at=NOW, check_id=check.pk, what=SummaryKind.SPOTS)
    assert len(shown_positions(office, check)) == 1


def test_messages_are_told_apart_by_channel_and_by_what_came_back(cast, check, office):
    sending = dashboard.sending(office, check)
    assert (sending.sent, sending.bounced, sending.delivered) == (3, 1, 2)
    assert sending.channels["email"].bounced == 1


def test_only_crowds_are_counted_in_the_background_and_all_are_compared(check, crowd):
    assert [one.what for one in due.due_counts(NOW)] == [SummaryKind.COMPARED]
    crowd()
    assert {one.what for one in due.due_counts(NOW)} == {*KINDS, SummaryKind.COMPARED}
    assert count() == 4
    assert Summary.objects.filter(school=None).count() == 4


def test_a_count_that_takes_long_is_made_less_often(check, crowd):
    crowd()
    Summary.objects.create(check_row=check, what=SummaryKind.SENDING, taken_at=NOW, took_ms=3_000)
    soon, later = (SummaryKind.SENDING in {one.what for one in due.due_counts(NOW + timedelta(seconds=s))} for s in (59, 61))
    assert (soon, later) == (False, True)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_count_at_once_one_goes_home(django_db_blocker):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(summaries.TRY_LOCK, [7])
            assert not actions.count_now(actor=SYSTEM, at=NOW, check_id=7, what=SummaryKind.SENDING)
    finally:
        other.close()
