"""Waves about one event: one open question per member and incident, and every standing kept (safety.md S1)."""

import pytest

from ossma.core.refusals import NotFound, Refused
from safety import actions
from safety.models import Omission, Recipient
from safety.queries.recipients import left_out, preview_of
from safety.states import LeftOut
from tests.factories.members import MemberFactory
from tests.factories.safety import HOUR, MINUTE, NOW, abroad, draft, recipient, said, sent


def asked(check):
    return set(Recipient.objects.filter(check_row=check).values_list("member_id", flat=True))


def why_not(check):
    return dict(Omission.objects.filter(check_row=check).values_list("member_id", "reason"))


@pytest.fixture
def first(cast, office):
    """Aya has answered the first wave; Ben and Chika owe their answers."""
    check = sent(office)
    actions.answer_by_link(actor=cast.viewer(cast.aya), at=NOW + MINUTE, recipient_id=recipient(check, cast.aya).pk, said=said())
    return check


def wave(office, first, **changes):
    check = draft(office, at=NOW + HOUR, incident=first.incident_id)
    check.ask_again = changes.get("ask_again", False)
    check.save()
    return actions.send_check(actor=office, at=NOW + HOUR, check_id=check.pk, typed_count=None)


def test_whoever_owes_an_answer_is_not_asked_by_a_second_wave_and_whoever_answered_neither(cast, office, first):
    newcomer = MemberFactory(school=cast.kohoku)
    abroad(newcomer)
    second = wave(office, first)
    assert asked(second) == {newcomer.pk}
    assert why_not(second) == {cast.aya.pk: LeftOut.ANSWERED, cast.ben.pk: LeftOut.ALREADY_ASKED, cast.chika.pk: LeftOut.ALREADY_ASKED}


def test_a_wave_that_asks_again_asks_those_who_answered_but_nobody_with_an_open_question(cast, office, first):
    second = wave(office, first, ask_again=True)
    assert asked(second) == {cast.aya.pk}
    assert set(why_not(second).values()) == {LeftOut.ALREADY_ASKED}


def test_silence_in_a_wave_that_was_stopped_before_its_message_went_is_no_open_question(cast, office, first):
    actions.stop_check(actor=office, at=NOW + MINUTE, check_id=first.pk)
    assert asked(wave(office, first)) == {cast.ben.pk, cast.chika.pk}


def test_silence_in_a_closed_wave_is_asked_again(cast, office, first):
    actions.close_check(actor=office, at=NOW + MINUTE, check_id=first.pk)
    assert asked(wave(office, first)) == {cast.ben.pk, cast.chika.pk}


def test_the_left_out_list_of_a_sent_check_is_the_one_of_its_sending(cast, office, doi, first):
    second = draft(office, incident=first.incident_id)
    with pytest.raises(Refused):
        actions.send_check(actor=office, at=NOW + HOUR, check_id=second.pk, typed_count=None)
    newcomer = MemberFactory(school=cast.kohoku)
    abroad(newcomer)
    second = wave(office, first)
    actions.close_check(actor=office, at=NOW + HOUR, check_id=first.pk)
    rows = left_out(office, second, reason="", at=NOW + 2 * HOUR)
    assert (len(rows), {one.member_id for one in rows[0:10]}) == (3, {cast.aya.pk, cast.ben.pk, cast.chika.pk})
    only = left_out(office, second, reason=LeftOut.ANSWERED, at=NOW + 2 * HOUR)
    assert [one.member_id for one in only[0:10]] == [cast.aya.pk]
    assert len(left_out(doi, second, reason="", at=NOW + 2 * HOUR)) == 2


def test_the_left_out_list_of_a_draft_is_complete_page_by_page(cast, office, first):
    more = [MemberFactory(school=cast.aoba) for _ in range(30)]
    abroad(*more, state="awaiting_payment")
    check = draft(office, kind="regular", audience={"everyone_abroad": True})
    rows = left_out(office, check, reason="", at=NOW)
    seen = [one.member_id for start in range(0, len(rows), 8) for one in rows[start : start + 8]]
    assert sorted(seen) == sorted(member.pk for member in more)
    assert len(preview_of(office, check, NOW).left_out) == 20


def test_an_incident_closes_when_nothing_is_asked_about_it_any_more(office, first):
    with pytest.raises(Refused):
        actions.close_incident(actor=office, at=NOW, incident_id=first.incident_id)
    actions.close_check(actor=office, at=NOW, check_id=first.pk)
    for _press in range(2):
        assert actions.close_incident(actor=office, at=NOW, incident_id=first.incident_id).closed_at == NOW


def test_a_closed_incident_takes_no_wave_until_it_is_opened_again(office, first):
    actions.close_check(actor=office, at=NOW, check_id=first.pk)
    actions.close_incident(actor=office, at=NOW, incident_id=first.incident_id)
    with pytest.raises(Refused):
        draft(office, incident=first.incident_id)
    actions.reopen_incident(actor=office, at=NOW, incident_id=first.incident_id)
    assert draft(office, incident=first.incident_id).incident_id == first.incident_id


def test_a_school_runs_an_incident_only_while_nobody_else_asks_about_it(cast, office, doi, first):
    with pytest.raises(NotFound):
        actions.close_incident(actor=cast.viewer(cast.emi), at=NOW, incident_id=first.incident_id)
    own = draft(doi, incident=first.incident_id)
    with pytest.raises(Refused):
        actions.close_incident(actor=doi, at=NOW, incident_id=own.incident_id)
    alone = sent(doi, audience={"named": [cast.aya.pk]})
    actions.close_check(actor=doi, at=NOW, check_id=alone.pk)
    assert actions.close_incident(actor=doi, at=NOW, incident_id=alone.incident_id).closed_at == NOW
