"""Suspended and ended schools (contracts.md C7): one table, decided by the office with a reason, asked by pages and actions."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from members.actions import groups, invitations, registration, roles, schools
from members.models import Group, School, SchoolStateChange
from members.school_access import allows, portal_state, readable_until, require_school_act
from members.states import PortalState, SchoolAct, SchoolRoleKind, SchoolState
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import SYSTEM
from tests.factories.members import PASSWORD, InvitationFactory, RoleFactory, UserFactory

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(cast):
    return cast.viewer(cast.office)


def suspended(cast, office, *, at=NOW):
    return schools.suspend_school(actor=office, at=at, school_id=cast.aoba.pk, reason="請求書の未払い")


def ended(cast, office, *, at=NOW):
    return schools.end_school(actor=office, at=at, school_id=cast.aoba.pk, reason="契約の満了")


@pytest.mark.parametrize(
    ("state", "allowed"),
    [
        (PortalState.ACTIVE, set(SchoolAct)),
        (PortalState.SUSPENDED, {SchoolAct.READ, SchoolAct.FOLLOW_UP, SchoolAct.REVOKE, SchoolAct.ALERT}),
        (PortalState.ENDED, {SchoolAct.READ, SchoolAct.REVOKE, SchoolAct.ALERT}),
        (PortalState.CLOSED, set()),
    ],
)
def test_the_table_of_what_each_state_may_do(state, allowed):
    assert {act for act in SchoolAct if allows(state, act)} == allowed


def test_the_readme_shows_the_table_of_the_code():
    lines = (Path(settings.BASE_DIR) / "members" / "README.md").read_text().splitlines()
    heading = next(line for line in lines if line.startswith("| act | "))
    states = [PortalState(cell.strip()) for cell in heading.split("|")[2:-1]]
    rows = [line.split("|") for line in lines[lines.index(heading) + 2 :][: len(SchoolAct)]]
    shown = {
        SchoolAct(row[1].partition(":")[0].strip()): {state for state, cell in zip(states, row[2:-1], strict=True) if cell.strip() == "yes"}
        for row in rows
    }
    assert shown == {act: {state for state in PortalState if allows(state, act)} for act in SchoolAct}


def test_an_ended_school_is_readable_for_ninety_days(settings):
    settings.SCHOOL_READABLE_DAYS = 90
    last = readable_until(NOW)
    assert last == NOW + timedelta(days=90)
    assert portal_state("ended", NOW, last - timedelta(seconds=1)) is PortalState.ENDED
    assert portal_state("ended", NOW, last) is PortalState.CLOSED
    assert portal_state("suspended", None, last) is PortalState.SUSPENDED


def test_a_suspension_is_on_record_with_its_reason_and_told_to_who_runs_the_school(cast, office):
    School.objects.filter(pk=cast.aoba.pk).update(notify_addresses=["Kokusai@aoba.example"])
    school = suspended(cast, office)
    assert school.state == SchoolState.SUSPENDED
    change = SchoolStateChange.objects.get()
    assert (change.before, change.after, change.reason, change.by_id, change.at) == ("active", "suspended", "請求書の未払い", cast.office.pk, NOW)
    entry = AuditEntry.objects.get(action="school.suspended")
    assert (entry.school_id, entry.actor_user_id, entry.detail["from"]) == (cast.aoba.pk, cast.office.pk, "active")
    assert "請求書" not in str(entry.detail)
    told = OutboxMessage.objects.filter(template="members/school_suspended")
    assert set(told.values_list("to_address", flat=True)) == {"doi@example.jp", "kokusai@aoba.example"}


@pytest.mark.parametrize("state", ["suspended", "active", "ended"])
def test_the_mail_says_what_happened_and_why_in_both_languages(state):
    facts = {"school_ja": "青葉国際大学", "school_en": "Aoba", "reason": "未払い", "until_ja": "2027年2月19日(金)", "until_en": "Fri, 19 Feb 2027"}
    subject, text = render_mail(f"members/school_{state}", facts | {"office_name": "OSSMA", "office_address": "Tokyo"}, "both")
    assert subject.startswith("[OSSMA] 青葉国際大学")
    assert text.count("未払い") == 2
    assert ("2027年2月19日(金)まで" in text) == ("19 Feb 2027" in text) == (state == "ended")


def test_a_suspension_can_be_lifted_and_an_end_cannot(cast, office):
    suspended(cast, office)
    assert schools.reinstate_school(actor=office, at=NOW, school_id=cast.aoba.pk, reason="入金を確認").state == SchoolState.ACTIVE
    school = ended(cast, office)
    assert (school.state, school.ended_at) == (SchoolState.ENDED, NOW)
    with pytest.raises(Refused):
        schools.reinstate_school(actor=office, at=NOW, school_id=cast.aoba.pk, reason="やり直し")


def test_asked_for_twice_it_happens_once(cast, office):
    suspended(cast, office)
    suspended(cast, office)
    assert SchoolStateChange.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_without_a_reason_nothing_happens(cast, office):
    with pytest.raises(Refused):
        schools.suspend_school(actor=office, at=NOW, school_id=cast.aoba.pk, reason="  . ")
    assert School.objects.get(pk=cast.aoba.pk).state == SchoolState.ACTIVE


def test_only_the_office_decides(cast):
    for who in (cast.doi, cast.emi, cast.aya):
        with pytest.raises(NotFound):
            schools.suspend_school(actor=cast.viewer(who), at=NOW, school_id=cast.aoba.pk, reason="理由です。")


def test_actions_ask_the_same_table(cast, office):
    group = Group.objects.get(school=cast.aoba)
    suspended(cast, office)
    doi = cast.viewer(cast.doi)
    invited = InvitationFactory(school=cast.aoba)
    wanted = invitations.Wanted(SchoolRoleKind.ADMINISTRATOR, "x@example.jp", "X")
    for act in (
        lambda: groups.create(name="新しい組", kind="class", actor=doi, at=NOW),
        lambda: groups.add_members(group_id=group.pk, members=[cast.ben], actor=doi, at=NOW),
        lambda: groups.remove_member(group_id=group.pk, member_id=cast.aya.pk, actor=doi, at=NOW),
        lambda: invitations.add_supporter(group_id=group.pk, email="x@example.jp", name="X", actor=doi, at=NOW),
        lambda: invitations.invite(school_id=cast.aoba.pk, wanted=wanted, actor=doi, at=NOW),
        lambda: invitations.resend_invitation(invitation_id=invited.pk, actor=doi, at=NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "school_suspended"
    assert set(group.members.all()) == {cast.aya}
    groups.remove_supporter(group_id=group.pk, user_id=cast.emi.user_id, actor=doi, at=NOW)
    assert not group.supporters.exists()
    invitations.withdraw_invitation(invitation_id=invited.pk, actor=doi, at=NOW)
    roles.end_role(school_id=cast.aoba.pk, user_id=cast.emi.user_id, actor=doi, at=NOW)


def test_the_office_and_the_system_act_for_a_suspended_school_as_before(cast, office):
    suspended(cast, office)
    for actor in (office, SYSTEM, cast.viewer(cast.aya)):
        require_school_act(actor, SchoolAct.MANAGE)


def test_whoever_was_about_to_register_is_told_when_the_school_was_suspended_meanwhile(cast, office):
    user = UserFactory()
    registration.choose_school(user_id=user.pk, school=cast.aoba, actor=SYSTEM, at=NOW)
    registration.confirm_school(user_id=user.pk, actor=SYSTEM, at=NOW)
    suspended(cast, office)
    with pytest.raises(Refused) as refused:
        registration.finish(user_id=user.pk, profile={"language": "ja"}, contacts=[], actor=SYSTEM, at=NOW)
    assert refused.value.code == "school_state"


@pytest.mark.parametrize("step", ["suspend", "end"])
def test_the_office_sees_what_it_means_before_it_does_it(cast, step):
    browser = cast.client(cast.office)
    page = browser.get(f"/admin/members/school/{cast.aoba.pk}/change/").content.decode()
    url = f"/admin/members/school/{cast.aoba.pk}/state/{step}/"
    assert url in page
    asked = browser.get(url).content.decode()
    assert "doi@example.jp" in asked
    assert ("この操作は取り消せません" in asked) == (step == "end")
    assert School.objects.get(pk=cast.aoba.pk).state == SchoolState.ACTIVE
    assert browser.post(url, {"reason": ""}).status_code == 200
    assert browser.post(url, {"reason": "請求書の未払い"}).status_code == 302
    assert School.objects.get(pk=cast.aoba.pk).state == {"suspend": "suspended", "end": "ended"}[step]
    assert "請求書の未払い" in browser.get(f"/admin/members/school/{cast.aoba.pk}/change/").content.decode()


def test_an_unknown_step_and_a_step_the_table_does_not_have(cast):
    browser = cast.client(cast.office)
    assert browser.get(f"/admin/members/school/{cast.aoba.pk}/state/delete/").status_code == 404
    url = f"/admin/members/school/{cast.aoba.pk}/state/reinstate/"
    assert 'name="reason"' not in browser.get(url).content.decode()
    browser.post(url, {"reason": "やり直します"})
    assert not SchoolStateChange.objects.exists()


def test_every_page_of_a_suspended_school_says_so_and_why_something_is_closed(cast, office):
    suspended(cast, office, at=timezone.now())
    browser = cast.client(cast.doi)
    page = browser.get("/school/members/").content.decode()
    assert "利用停止中" in page
    closed = browser.get("/school/groups/new/")
    assert closed.status_code == 403
    assert "請求書の未払い" in closed.content.decode()
    assert "/school/groups/new/" not in browser.get("/school/groups/").content.decode()


def test_an_active_school_has_no_banner(cast):
    assert "利用停止中" not in cast.client(cast.doi).get("/school/members/").content.decode()


def test_the_portal_of_an_ended_school_closes_after_its_time(cast, office, settings):
    ended(cast, office, at=timezone.now() - timedelta(days=settings.SCHOOL_READABLE_DAYS, seconds=1))
    for who in (cast.doi, cast.emi):
        reply = cast.client(who).get("/school/")
        assert reply.status_code == 403
        assert "データを閲覧できる期間も過ぎました" in reply.content.decode()
        assert 'href="/school/members/"' not in reply.content.decode()


def test_one_schools_state_is_not_anothers(cast, office):
    oka = RoleFactory(school=cast.kohoku, kind=SchoolRoleKind.ADMINISTRATOR)
    suspended(cast, office)
    assert cast.viewer(oka).school_state == PortalState.ACTIVE
    assert cast.client(oka).get("/school/groups/new/").status_code == 200


def test_members_of_a_suspended_school_log_in_and_cannot_apply(cast, office, client):
    suspended(cast, office)
    browser = cast.client(cast.aya)
    assert browser.get("/").status_code == 200
    assert "契約" in browser.get("/applications/").content.decode()
    assert client.post("/login/", {"login": "aya@example.jp", "password": PASSWORD}).status_code == 302
