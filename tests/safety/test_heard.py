"""Every list says who answered where it was not the member: a family, or a named colleague (safety.md S1, "every status keeps its source")."""

import pytest
from django.utils import timezone

from safety import actions
from safety.actions import calls
from safety.actions.family import family_says, give_link
from safety.models import SafetyCase
from safety.queries import people
from safety.queries.desk import Asked, queue
from safety.queries.lines import lines
from safety.queries.people import Wanted
from safety.queries.traces import Heard
from safety.states import AnswerKind
from tests.factories.safety import HOUR, MINUTE, NOW, recipient, said, sent
from tests.safety.test_answering import answer

MOTHER = Heard("family", "山田 花子 (母)", "今朝、電話で")


@pytest.fixture
def check(cast, office):
    return sent(office)


def mother_says(cast, kind=AnswerKind.OK, at=NOW + HOUR):
    link = give_link(actor=cast.viewer(cast.aya), at=NOW, name="山田 花子", relation="母")
    family_says(actor=cast.viewer(cast.aya), at=at, link_id=link.pk, kind=kind, how_known="今朝、電話で", key=said().key)


def heard(office, check):
    rows = people.people(people.wanted_rows(office, check, Wanted()), NOW + HOUR)
    return {one.row.member.given_name: one.heard for one in rows}


def test_what_a_family_says_is_marked_as_theirs_in_every_list(cast, check, office):
    case = SafetyCase.objects.create(
        member=cast.aya, school=cast.aoba, recipient=recipient(check, cast.aya), cause="silent", opened_at=timezone.now()
    )
    mother_says(cast)
    assert heard(office, check) == {"あや": MOTHER, "ベン": None, "千佳": None}
    (line,) = lines(office, list(queue(office, Asked(), NOW + HOUR)), NOW + HOUR)
    assert (line.case.pk, line.heard) == (case.pk, MOTHER)
    desk = cast.client(cast.office)
    for address in (f"{check.pk}/", f"{check.pk}/people/{recipient(check, cast.aya).pk}/", "desk/", f"cases/{case.pk}/"):
        assert "家族より</span>" in desk.get(f"/admin/desk/safety/{address}").content.decode(), address


def test_help_that_a_family_asked_for_says_so_where_help_stands(cast, check, office):
    mother_says(cast, AnswerKind.HELP)
    (found,) = people.needing_help(office, check, NOW + HOUR)
    assert found.heard == MOTHER


def test_what_a_colleague_says_carries_their_name_and_a_call_how(cast, check, office, doi):
    actions.answer_by_proxy(actor=doi, at=NOW + HOUR, recipient_id=recipient(check, cast.ben).pk, kind="ok", how_known="同室の学生から")
    case = calls.take_person(actor=office, at=NOW + HOUR, recipient_id=recipient(check, cast.chika).pk)
    calls.log_call(actor=office, at=NOW + HOUR, case_id=case.pk, tried=calls.Tried("phone", "reached", answer="ok"))
    found = heard(office, check)
    assert found["ベン"] == Heard("proxy", "土井 博", "同室の学生から")
    assert (found["千佳"].source, found["千佳"].said_by, found["千佳"].how_known) == ("proxy", "事務局 太郎", "電話: 本人")
    assert "代理</span>" in cast.client(cast.doi).get(f"/school/safety/{check.pk}/").content.decode()


def test_a_member_s_own_word_names_nobody_and_a_family_s_does_not_stand_beside_their_call_for_help(cast, check, office):
    answer(check, cast.aya, "help", at=NOW + MINUTE)
    answer(check, cast.ben, at=NOW + MINUTE)
    mother_says(cast)
    assert heard(office, check) == {"あや": None, "ベン": None, "千佳": None}
