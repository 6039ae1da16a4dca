"""Kept figures are those of the rows, at every moment (quality.md, "Speed and scale")."""

from collections import Counter
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ossma.core.models import AuditEntry
from ossma.core.viewer import SYSTEM, Face, Viewer, by_link
from safety import actions
from safety.actions import tallies
from safety.models import Answer, Pace, PlaceTally, Recipient, SafetyCheck, SchoolTally, Shift, Summary
from safety.queries import dashboard
from safety.queries.dashboard import Tally
from safety.queries.tallies import counted_by
from safety.registered import figures_health
from safety.states import SummaryKind
from tests.cast import make_cast
from tests.factories.safety import MINUTE, NOW, abroad, recipient, said, sent


def wrong(check) -> int:
    """How many kept figures differ from the rows; compared without repairing anything."""
    with connection.cursor() as cursor:
        cursor.execute(tallies.COMPARE, {"check": check.pk, "large": tallies.LARGE})
        return cursor.fetchone()[0]


def fold(**more) -> int:
    return actions.fold_shifts(actor=SYSTEM, at=NOW, **more)


def answer(check, member, kind="ok", at=NOW + MINUTE, **more):
    return actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=recipient(check, member).pk, said=said(kind, **more))


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


def test_freezing_an_audience_leaves_its_figures_and_nothing_to_fold(cast, check):
    assert not Shift.objects.exists()
    assert (PlaceTally.objects.filter(school=None).get().silent, SchoolTally.objects.get(school=cast.aoba).silent) == (3, 2)
    assert wrong(check) == 0


def test_an_answer_counts_before_and_after_it_is_folded_in(cast, check, office):
    answer(check, cast.aya, "help")
    assert Shift.objects.exists()
    before = dashboard.tallies(office, [check]), dashboard.course(office, check, NOW + 2 * MINUTE)
    assert fold() == 2
    assert not Shift.objects.exists()
    assert (dashboard.tallies(office, [check]), dashboard.course(office, check, NOW + 2 * MINUTE)) == before
    assert before[0][check.pk] == Tally(help=1, silent=2)


def test_whoever_changes_a_recipient_changes_the_figures(cast, check, doi):
    Recipient.objects.filter(member=cast.ben).update(country=None, opened_at=NOW)
    Recipient.objects.filter(member=cast.aya).delete()
    assert {row.key: (row.tally, row.opened) for row in counted_by(doi, "country_id", check.pk)} == {None: (Tally(silent=1), 1)}
    assert wrong(check) == 0


def test_what_no_figure_is_about_leaves_no_change(cast, check):
    Recipient.objects.update(bounced_at=NOW, snoozed_at=NOW, answered_at=NOW)
    assert not Shift.objects.exists()


def test_a_correction_does_not_move_the_first_answer(cast, check, office):
    answer(check, cast.aya, "help")
    answer(check, cast.aya, "ok", at=NOW + 20 * MINUTE)
    assert dashboard.course(office, check, NOW + 24 * MINUTE).answered[1:] == [1] * 23
    assert recipient(check, cast.aya).first_answered_at == NOW + MINUTE


def test_an_answer_that_a_phone_kept_is_the_first_by_its_true_time(cast, check, office):
    answer(check, cast.aya, at=NOW + 10 * MINUTE)
    answer(check, cast.aya, "ok", at=NOW + 20 * MINUTE, said_at=NOW + MINUTE)
    assert dashboard.course(office, check, NOW + 24 * MINUTE).answered[1:] == [1] * 23


def test_later_is_no_answer_yet(cast, check, office):
    answer(check, cast.aya, "later")
    assert dashboard.course(office, check, NOW + 24 * MINUTE).answered == [0] * 24


@pytest.mark.parametrize("large", [0, 2_000])
def test_silence_by_zone_is_each_viewers_own(cast, office, doi, monkeypatch, large):
    monkeypatch.setattr(tallies, "LARGE", large)
    check = sent(office)
    assert dashboard.silent_by_zone(office, check) == {"Europe/Paris": 3}
    assert dashboard.silent_by_zone(doi, check) == {"Europe/Paris": 2}
    answer(check, cast.aya)
    assert dashboard.silent_by_zone(doi, check) == {"Europe/Paris": 1}
    assert dashboard.silent_by_zone(cast.viewer(cast.emi), check) == {}


def test_figures_that_went_wrong_are_found_repaired_and_told(cast, check):
    answer(check, cast.aya)
    SchoolTally.objects.update(ok=5)
    PlaceTally.objects.filter(school=None).delete()
    assert wrong(check) > 0
    assert actions.compare_figures(actor=SYSTEM, at=timezone.now(), check_id=check.pk) > 0
    assert wrong(check) == 0
    assert actions.compare_figures(actor=SYSTEM, at=timezone.now(), check_id=check.pk) == 0
    assert AuditEntry.objects.filter(action="safety.figures_counted").count() == 2
    assert not figures_health().ok
    Summary.objects.filter(what=SummaryKind.COMPARED).update(figures={"wrong": 1, "found_at": "2026-01-01T00:00:00+00:00"})
    assert figures_health().ok


def test_a_deleted_checks_figures_go_with_it(cast, check):
    answer(check, cast.aya)
    fold()
    Answer.objects.all().delete()
    SafetyCheck.objects.all().delete()
    fold()
    assert not any(model.objects.exists() for model in (Shift, PlaceTally, SchoolTally, Pace))


STEPS = st.lists(st.tuples(st.sampled_from(["ok", "help", "not_there", "later", "open", "fold", "school", "place"]), st.integers(0, 2)), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, large=st.sampled_from([0, 1, 2_000]))
def test_after_any_sequence_the_kept_figures_are_those_of_the_rows(cast, office, doi, monkeypatch, steps, large):
    monkeypatch.setattr(tallies, "LARGE", large)
    check = sent(office)
    people = [cast.aya, cast.ben, cast.chika]
    for number, (step, who) in enumerate(steps):
        row, at = recipient(check, people[who]), NOW + number * MINUTE
        match step:
            case "open":
                actions.mark_opened(actor=by_link(None), at=at, recipient_id=row.pk)
            case "fold":
                fold(most=1 + who)
            case "school":
                Recipient.objects.filter(pk=row.pk).update(school_id=people[number % 3].school_id)
            case "place":
                Recipient.objects.filter(pk=row.pk).update(zone="Asia/Seoul", country="0082")
            case _:
                answer(check, people[who], step, at=at)
        assert wrong(check) == 0
    for viewer in (office, doi):
        rows = dashboard.recipients_of(viewer, check)
        assert dashboard.tallies(viewer, [check])[check.pk] == Tally(**{name: rows.filter(standing=name).count() for name in Tally.__slots__})
        assert {row.key: row.tally.total for row in counted_by(viewer, "zone", check.pk)} == Counter(rows.values_list("zone", flat=True))
        assert dashboard.course(viewer, check, NOW + 30 * MINUTE).answered[-1] == rows.exclude(first_answered_at=None).count()


@pytest.mark.django_db(transaction=True)
def test_while_many_answer_and_two_fold_nothing_is_lost_or_counted_twice():
    people = make_cast()
    members = [people.aya, people.ben, people.chika]
    abroad(*members)
    office = people.viewer(people.office)
    check = sent(office)
    rows = [recipient(check, member).pk for member in members]
    start, seen = Barrier(6), []

    def alone(work):
        start.wait()
        try:
            for number in range(15):
                work(number)
        finally:
            connections.close_all()

    def press(row):
        kinds = ("ok", "help", "later")
        return lambda number: actions.answer_by_link(
            actor=Viewer(face=Face.LINK), at=NOW + number * MINUTE, recipient_id=row, said=said(kinds[number % 3], key=uuid4())
        )

    works = [
        *map(press, rows),
        lambda _n: fold(most=3),
        lambda _n: fold(most=3),
        lambda _n: seen.append(dashboard.tallies(office, [check])[check.pk]),
    ]
    threads = [Thread(target=alone, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever looks in between always sees three people.
    assert {tally.total for tally in seen} == {3}
    assert wrong(check) == 0
    while fold():
        assert wrong(check) == 0
    assert wrong(check) == 0
    assert Answer.objects.count() == 45


@pytest.mark.django_db(transaction=True)
def test_counting_anew_while_answers_come_in_keeps_each_of_them():
    people = make_cast()
    abroad(people.aya)
    check = sent(people.viewer(people.office))
    row, start = recipient(check, people.aya).pk, Barrier(2)

    def press():
        start.wait()
        try:
            for number in range(20):
                said_now = said("help" if number % 2 else "ok", key=uuid4())
                actions.answer_by_link(actor=Viewer(face=Face.LINK), at=NOW + number * MINUTE, recipient_id=row, said=said_now)
        finally:
            connections.close_all()

    thread = Thread(target=press)
    thread.start()
    start.wait()
    for _ in range(10):
        actions.count_anew(actor=SYSTEM, at=NOW, check_id=check.pk)
        fold()
    thread.join()
    assert wrong(check) == 0
