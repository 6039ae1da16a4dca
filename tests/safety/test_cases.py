"""Help cases: one open case per member, the alert at once, ended by a named person (safety.md S2, S3)."""

import json

import pytest

from members.states import SchoolRoleKind
from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import by_link
from safety import actions
from safety.models import SafetyCase
from safety.states import CaseState
from tests.factories.members import RoleFactory
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent


@pytest.fixture
def check(office):
    """A check that asks Aya, Ben and Chika."""
    return sent(office)


def cry(check, member, *, at=NOW + MINUTE, **more):
    """Somebody needs help."""
    asked = recipient(check, member)
    actions.answer_by_link(actor=by_link(member.pk), at=at, recipient_id=asked.pk, said=said("help", **more))
    return SafetyCase.objects.get(member=member, is_drill=check.kind == "drill")


def test_a_call_for_help_opens_a_case_at_once(cast, check):
    case = cry(check, cast.aya)
    assert (case.state, case.school, case.opened_at, case.need) == (CaseState.NEW, cast.aoba, NOW + MINUTE, "")


def test_office_and_school_are_told_by_mail(cast, check, settings):
    settings.OFFICE_MAIL = ["desk@office.example"]
    cast.aoba.notify_addresses = ["safety@aoba.example", "doi@example.jp"]
    cast.aoba.save()
    RoleFactory(school=cast.aoba, kind=SchoolRoleKind.OWNER, user__email="owner@example.jp")
    RoleFactory(school=cast.kohoku, user__email="other@example.jp")
    cry(check, cast.aya)
    told = set(OutboxMessage.objects.values_list("to_address", flat=True))
    assert told == {"desk@office.example", "safety@aoba.example", "doi@example.jp", "owner@example.jp"}


def test_the_alert_says_who_where_and_when_in_both_languages(cast, check):
    case = cry(check, cast.aya)
    row = OutboxMessage.objects.get(to_address="doi@example.jp")
    subject, text = render_mail(row.template, json.loads(row.context), row.language)
    assert "山田 あや" in subject
    told = ("AYA YAMADA", "フランス パリ", "パリ, France", "2026年11月21日(土) 03:11", "Sat 21 Nov 2026 03:11", "+81 90-1234-0000")
    for words in (*told, f"/cases/{case.pk}/"):
        assert words in text


def test_the_question_refines_the_case_and_tells_nobody_twice(cast, check):
    cry(check, cast.aya)
    mails = OutboxMessage.objects.count()
    assert cry(check, cast.aya, at=NOW + 2 * MINUTE, need="injured").need == "injured"
    assert (SafetyCase.objects.count(), OutboxMessage.objects.count()) == (1, mails)


def test_a_drills_call_for_help_is_a_case_apart_and_says_so(cast, office, check):
    drill = sent(office, kind="drill", typed=3)
    assert cry(drill, cast.aya).is_drill
    row = OutboxMessage.objects.get(to_address="doi@example.jp")
    subject, _text = render_mail(row.template, json.loads(row.context), "en")
    assert subject.startswith("[DRILL]")
    assert not cry(check, cast.aya).is_drill


def test_the_clock_stops_at_the_first_human_contact(cast, check, doi):
    case = cry(check, cast.aya)
    for minutes in (5, 9):
        actions.contact_case(actor=doi, at=NOW + minutes * MINUTE, case_id=case.pk)
    actions.hand_over_case(actor=doi, at=NOW + HOUR, case_id=case.pk)
    case.refresh_from_db()
    assert (case.state, case.first_contact_at, case.owner_id) == (CaseState.HELPLINE, NOW + 5 * MINUTE, None)


def test_a_case_ends_only_with_a_word_on_how(cast, check, doi):
    case = cry(check, cast.aya)
    with pytest.raises(Refused) as refused:
        actions.resolve_case(actor=doi, at=NOW, case_id=case.pk, resolution="  ")
    assert refused.value.field == "resolution"
    actions.contact_case(actor=doi, at=NOW + MINUTE, case_id=case.pk)
    with pytest.raises(Refused):
        actions.resolve_case(actor=doi, at=NOW, case_id=case.pk, resolution=" . ")
    actions.resolve_case(actor=doi, at=NOW + HOUR, case_id=case.pk, resolution="ホテルに戻りました")
    case.refresh_from_db()
    assert (case.state, case.ended_at) == (CaseState.RESOLVED, NOW + HOUR)
    assert recipient(check, cast.aya).standing == "help"


def test_after_a_case_has_ended_a_new_call_opens_a_new_one(cast, check, doi):
    first = cry(check, cast.aya)
    actions.contact_case(actor=doi, at=NOW + HOUR, case_id=first.pk)
    actions.resolve_case(actor=doi, at=NOW + HOUR, case_id=first.pk, resolution="済み")
    actions.answer_by_link(
        actor=by_link(cast.aya.pk), at=NOW + 2 * HOUR, recipient_id=recipient(check, cast.aya).pk, said=said("help")
    )  # fmt: skip
    assert SafetyCase.objects.filter(member=cast.aya).count() == 2
    with pytest.raises(Refused):
        actions.reopen_case(actor=doi, at=NOW + 3 * HOUR, case_id=first.pk)


def test_a_case_can_be_opened_again(cast, check, doi):
    case = cry(check, cast.aya)
    actions.contact_case(actor=doi, at=NOW + HOUR, case_id=case.pk)
    actions.resolve_case(actor=doi, at=NOW + HOUR, case_id=case.pk, resolution="間違い")
    reopened = actions.reopen_case(actor=doi, at=NOW + HOUR, case_id=case.pk)
    assert (reopened.state, reopened.ended_at, reopened.resolution) == (CaseState.NEW, None, "")


def test_cases_stand_behind_their_wall(cast, check, doi, office):
    case = cry(check, cast.chika)
    for stranger in (doi, cast.viewer(cast.emi), cast.viewer(cast.chika)):
        with pytest.raises(NotFound):
            actions.take_case(actor=stranger, at=NOW, case_id=case.pk)
    assert actions.take_case(actor=office, at=NOW, case_id=case.pk).owner_id == office.user_id
