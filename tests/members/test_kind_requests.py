"""会員種別: the member asks, the school or the office decides, everybody is told and everything is on record."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from members.actions import kind_requests as actions
from members.models import KindRequest, Member
from members.states import KindRequestState, MemberKind
from ossma.core import registries
from ossma.core.duties import OfficeRole
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.refusals import NotFound, Refused
from tests.cast import signed_in
from tests.factories.members import LONG_AGO, RoleFactory
from tests.members.test_registration_end import PROFILE

pytestmark = pytest.mark.django_db
STAFF = PROFILE | {"kind": MemberKind.STAFF.value, "mobile": "+1 212 555 0100"}


@pytest.fixture
def aya(cast):
    return cast.client(cast.aya)


@pytest.fixture
def asked(aya):
    """Aya has asked to become staff."""
    aya.post("/me/edit/", STAFF)
    aya.post("/me/edit/check/")
    return KindRequest.objects.get()


def kind_of(cast):
    return Member.objects.get(pk=cast.aya.pk).kind


def test_a_change_of_kind_is_a_request_and_everything_else_is_updated_at_once(aya, cast):
    aya.post("/me/edit/", STAFF)
    assert "会員種別の変更は申請になります" in aya.get("/me/edit/check/").content.decode()
    done = aya.post("/me/edit/check/", follow=True).content.decode()
    assert "会員種別の変更を申請しました" in done
    member = Member.objects.get(pk=cast.aya.pk)
    assert (member.kind, member.mobile) == (MemberKind.STUDENT, "+12125550100")
    row = KindRequest.objects.get()
    assert (row.from_kind, row.to_kind, row.state) == ("student", "staff", "open")
    assert AuditEntry.objects.filter(action="member.kind_asked", member_id=cast.aya.pk).exists()


def test_without_another_kind_there_is_no_request_and_an_open_one_stays(aya, cast, asked):
    aya.post("/me/edit/", PROFILE)
    assert "申請になります" not in aya.get("/me/edit/check/").content.decode()
    aya.post("/me/edit/check/")
    asked.refresh_from_db()
    assert asked.state == KindRequestState.OPEN


def test_asking_twice_is_one_request(aya, cast, asked):
    aya.post("/me/edit/", STAFF)
    aya.post("/me/edit/check/")
    assert KindRequest.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        KindRequest.objects.create(member=cast.aya, from_kind="student", to_kind="staff", asked_at=LONG_AGO)


def test_the_member_sees_the_request_and_takes_it_back(aya, cast, asked):
    assert "申請中です" in aya.get("/me/").content.decode()
    assert aya.post(f"/me/kind/{asked.pk}/withdraw/").headers["Location"] == "/me/"
    assert "申請中です" not in aya.get("/me/").content.decode()
    asked.refresh_from_db()
    assert asked.state == KindRequestState.WITHDRAWN
    assert kind_of(cast) == MemberKind.STUDENT


def test_nobody_else_takes_a_request_back(cast, asked):
    for other in (cast.ben, cast.chika):
        assert cast.client(other).post(f"/me/kind/{asked.pk}/withdraw/").status_code == 404
    asked.refresh_from_db()
    assert asked.state == KindRequestState.OPEN


def test_the_school_finds_the_request_on_today_and_approves_it(cast, asked):
    doi = cast.client(cast.doi)
    assert 'href="/school/kinds/"' in doi.get("/school/").content.decode()
    assert "学生 → 教職員" in doi.get("/school/kinds/").content.decode()
    assert doi.post(f"/school/kinds/{asked.pk}/").headers["Location"] == "/school/kinds/"
    assert kind_of(cast) == MemberKind.STAFF
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by) == (KindRequestState.APPROVED, cast.doi.user)
    mail = OutboxMessage.objects.get(template="members/kind_decided")
    assert (mail.to_address, json.loads(mail.context)["approved"]) == ("aya@example.jp", True)
    assert AuditEntry.objects.get(action="member.kind_approved").actor_user_id == cast.doi.user_id
    assert 'href="/school/kinds/"' not in doi.get("/school/").content.decode()


def test_a_refusal_needs_a_reason_which_the_member_gets_by_mail(cast, asked):
    doi = cast.client(cast.doi)
    assert doi.post(f"/school/kinds/{asked.pk}/refuse/", {"reason": ""}).status_code == 422
    assert not OutboxMessage.objects.filter(template="members/kind_decided").exists()
    doi.post(f"/school/kinds/{asked.pk}/refuse/", {"reason": "在籍は学生です"})
    assert kind_of(cast) == MemberKind.STUDENT
    mail = OutboxMessage.objects.get(template="members/kind_decided")
    assert json.loads(mail.context)["reason"] == "在籍は学生です"
    assert AuditEntry.objects.get(action="member.kind_refused").detail["reason"] == "在籍は学生です"


def test_another_school_a_supporter_and_other_members_find_nothing(cast, asked):
    oka = signed_in(RoleFactory(school=cast.kohoku).user)
    for client in (oka, cast.client(cast.emi), cast.client(cast.ben), Client()):
        for url in (f"/school/kinds/{asked.pk}/", f"/school/kinds/{asked.pk}/refuse/"):
            assert client.post(url, {"reason": "x"}).status_code in {302, 404}
    assert "山田" not in oka.get("/school/kinds/").content.decode()
    for stranger in (cast.viewer(cast.emi), cast.viewer(cast.ben), cast.viewer(cast.aya)):
        with pytest.raises(NotFound):
            actions.approve_kind(request_id=asked.pk, actor=stranger, at=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, kind_of(cast)) == (KindRequestState.OPEN, MemberKind.STUDENT)


@pytest.mark.parametrize("role", OfficeRole)
def test_in_the_office_clerks_and_managers_decide(cast, asked, role):
    may = role in {OfficeRole.CLERK, OfficeRole.MANAGER}
    client = cast.client(cast.colleague(role))
    assert client.get("/admin/desk/kinds/").status_code == (200 if may else 404)
    assert client.post(f"/admin/desk/kinds/{asked.pk}/").status_code == (302 if may else 404)
    assert kind_of(cast) == (MemberKind.STAFF if may else MemberKind.STUDENT)


def test_the_work_list_of_the_office_counts_the_requests(cast, asked):
    (item,) = registries.work_list.get("members.kinds")(cast.viewer(cast.office), timezone.now())
    assert (item.count, item.url, item.oldest) == (1, "/admin/desk/kinds/", asked.asked_at)


def test_what_is_decided_is_decided(cast, asked):
    doi = cast.viewer(cast.doi)
    actions.refuse_kind(request_id=asked.pk, reason="no", actor=doi, at=timezone.now())
    with pytest.raises(Refused):
        actions.approve_kind(request_id=asked.pk, actor=doi, at=timezone.now())
    with pytest.raises(Refused):
        actions.withdraw_kind_request(request_id=asked.pk, actor=cast.viewer(cast.aya), at=timezone.now())
    assert cast.client(cast.doi).post(f"/school/kinds/{asked.pk}/").status_code == 422
    assert kind_of(cast) == MemberKind.STUDENT
