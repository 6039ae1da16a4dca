"""What one answer changes, at once and as a whole (safety.md S2, S3); quick, and still right when two answer for one person at the same moment."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connections

from ossma.core.models import AuditEntry
from ossma.core.viewer import Face, Viewer, by_link
from safety import actions
from safety.actions import answering
from safety.models import Answer, Reachability, Recipient, SafetyCase, SignOfLife
from safety.queries import locking
from safety.states import BY_ANSWER, CaseCause, CaseState, Channel, Standing
from tests.cast import make_cast
from tests.factories.safety import HOUR, MINUTE, NOW, abroad, recipient, said, sent


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


def answer(check, member, kind="ok", at=NOW + MINUTE, **more):
    row = recipient(check, member)
    words = more.pop("words", None) or said(kind)
    return actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=row.pk, said=words, **more)


def silent_case(check, member, **changes):
    row = recipient(check, member)
    return SafetyCase.objects.create(
        **{"member": member, "school": member.school, "recipient": row, "cause": CaseCause.SILENT, "opened_at": NOW} | changes
    )


@pytest.mark.parametrize("kind", ["ok", "not_there"])
def test_a_case_of_silence_ends_by_itself_with_the_answer(cast, check, kind):
    case = silent_case(check, cast.aya)
    answer(check, cast.aya, kind)
    case.refresh_from_db()
    assert (case.state, case.ended_at, case.resolution) == (CaseState.RESOLVED, NOW + MINUTE, BY_ANSWER)
    entry = AuditEntry.objects.get(action="safety.case_resolved")
    assert (entry.subject_kind, entry.subject_id, entry.member_id) == ("case", str(case.pk), cast.aya.pk)


def test_an_answer_by_link_shows_that_the_question_was_opened_and_the_first_opening_stays(cast, check):
    answer(check, cast.aya)
    assert recipient(check, cast.aya).opened_at == NOW + MINUTE
    actions.mark_opened(actor=by_link(cast.ben.pk), at=NOW + MINUTE, recipient_id=recipient(check, cast.ben).pk)
    answer(check, cast.ben, "later", at=NOW + HOUR)
    assert recipient(check, cast.ben).opened_at == NOW + MINUTE


def test_an_own_report_ends_a_case_of_silence_too(cast, check):
    case = silent_case(check, cast.aya, recipient=None)
    actions.report_own(actor=cast.viewer(cast.aya), at=NOW + MINUTE, said=said())
    case.refresh_from_db()
    assert case.resolution == BY_ANSWER


def test_later_a_scanner_and_a_call_for_help_end_no_case(cast, check):
    case = silent_case(check, cast.aya)
    answer(check, cast.aya, "later")
    case.refresh_from_db()
    assert (case.state, case.cause) == (CaseState.NEW, CaseCause.SILENT)
    answer(check, cast.aya, "help")
    case.refresh_from_db()
    assert (case.state, case.cause) == (CaseState.NEW, CaseCause.HELP)


def test_a_call_for_help_does_not_end_by_a_later_ok(cast, check):
    answer(check, cast.aya, "help")
    answer(check, cast.aya, "ok", at=NOW + HOUR)
    assert SafetyCase.objects.get().state == CaseState.NEW


def test_drills_end_no_real_case(cast, check, office):
    case = silent_case(check, cast.aya)
    drill = sent(office, kind="drill", typed=3)
    answer(drill, cast.aya)
    case.refresh_from_db()
    assert case.state == CaseState.NEW


def test_the_channel_of_the_link_has_reached_a_human(cast, check):
    answer(check, cast.aya)
    answer(check, cast.aya, at=NOW + HOUR, channel=Channel.PUSH)
    answer(check, cast.aya, at=NOW + 2 * MINUTE, channel=Channel.PUSH)
    reached = dict(Reachability.objects.filter(member=cast.aya).values_list("channel", "last_human_at"))
    assert reached == {Channel.EMAIL: NOW + MINUTE, Channel.PUSH: NOW + HOUR}


def test_an_answer_on_somebodys_behalf_reaches_nobody(cast, check, doi):
    actions.answer_by_proxy(actor=doi, at=NOW, recipient_id=recipient(check, cast.aya).pk, kind="ok", how_known="電話")
    assert not Reachability.objects.exists()


def test_whoever_was_quicker_is_seen_and_the_answer_is_judged_anew(cast, check, monkeypatch):
    """Between the look and the storing somebody else says that help is needed: the offline OK from before must not undo it."""
    real, quicker = locking.seen_recipient, []

    def seen(recipient_id):
        found = real(recipient_id)
        if not quicker:
            quicker.append(True)
            answer(check, cast.aya, "help", at=NOW + 10 * MINUTE)
        return found

    monkeypatch.setattr(answering, "seen_recipient", seen)
    late = answer(check, cast.aya, at=NOW + 11 * MINUTE, words=said(said_at=NOW + MINUTE))
    assert (late.new, late.standing) == (True, Standing.HELP)
    assert recipient(check, cast.aya).standing == Standing.HELP


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_store_each_key_once_and_the_newest_counts():
    people = make_cast()
    abroad(people.aya)
    check = sent(people.viewer(people.office))
    row, keys, start = recipient(check, people.aya).pk, [uuid4() for _ in range(6)], Barrier(4)

    def press(order):
        start.wait()
        try:
            for number in order:
                words = said("help" if number == 5 else "ok", key=keys[number])
                actions.answer_by_link(actor=Viewer(face=Face.LINK), at=NOW + number * MINUTE, recipient_id=row, said=words)
        finally:
            connections.close_all()

    orders = ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2], [2, 4, 0, 5, 1, 3])
    threads = [Thread(target=press, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Answer.objects.values_list("key", flat=True)) == sorted(keys)
    now = Recipient.objects.get(pk=row)
    assert (now.standing, now.answered_at, now.first_answered_at) == (Standing.HELP, NOW + 5 * MINUTE, NOW)
    assert SignOfLife.objects.get(member=people.aya).at == NOW + 5 * MINUTE
    assert AuditEntry.objects.filter(action="safety.answered").count() == 6
