"""Nobody acts for a school without having accepted: inviting, the people's page, and what each side learns."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Group, Invitation, SchoolRole
from members.registered import forget_invitations
from members.states import InvitationState, SchoolRoleKind
from ossma.core.models import AuditEntry
from tests.cast import signed_in
from tests.factories.members import GroupFactory, InvitationFactory, RoleFactory, UserFactory
from tests.members.invitations import INVITE, STAFF, accept, invite, mails, token_of

pytestmark = pytest.mark.django_db
LITERALS = re.compile(r"'[^']*'|\b\d+\b|s\d+_x\d+")


@pytest.fixture
def doi(cast):
    """Dr. Doi's browser."""
    return cast.client(cast.doi)


# --- One answer for every address -------------------------------------------------------------------------------------
ADDRESSES = ["nobody@example.jp", "chika@example.jp", "oka@example.jp", "office@example.jp", "closed@example.jp", "aya@example.jp"]


@pytest.fixture
def everybody(cast):
    """No account, another school's member and administrator, the office, a closed account, a member of the same school."""
    RoleFactory(school=cast.kohoku, user__email="oka@example.jp", user__name="岡 真理")
    UserFactory(email="closed@example.jp", is_active=False)
    return ADDRESSES


def test_text_status_and_work_are_the_same_whoever_has_the_address(cast, doi, everybody):
    doi.get(STAFF)
    answers, work = [], []
    for email in everybody:
        with CaptureQueriesContext(connection) as queries:
            reply = invite(doi, email)
        work.append([LITERALS.sub("?", query["sql"]) for query in queries.captured_queries])
        page = doi.get(STAFF).content.decode()
        answers.append((reply.status_code, reply.headers["Location"], page.count("招待 された人"), email in page))
    assert [(status, location, shown) for status, location, _rows, shown in answers] == [(302, STAFF, True)] * len(everybody)
    assert work == [work[0]] * len(work)
    assert mails("invitation") == set(everybody)
    assert not SchoolRole.objects.filter(school=cast.aoba, user__email__in=everybody).exists()
    for name in (cast.chika.name, "岡 真理", cast.office.name):
        assert name not in doi.get(STAFF).content.decode()


def test_the_group_page_gives_the_same_answer_too(cast, doi, everybody):
    group = Group.objects.get(school=cast.aoba)
    replies = [doi.post(f"/school/groups/{group.pk}/", {"email": email, "name": "誰か"}) for email in everybody]
    assert {(reply.status_code, reply.headers["Location"]) for reply in replies} == {(302, f"/school/groups/{group.pk}/")}
    page = doi.get(f"/school/groups/{group.pk}/").content.decode()
    assert [cast.chika.name in page, cast.office.name in page, page.count("誰か")] == [False, False, len(everybody)]
    assert list(group.supporters.all()) == [cast.emi.user]


def test_an_invitation_binds_nobody_and_gives_no_way_in(cast, doi):
    invite(doi, "chika@example.jp")
    chika = cast.client(cast.chika)
    assert chika.get("/school/").status_code == 404
    assert not chika.get("/account/security/").context["required"]


def test_two_schools_can_invite_the_same_person_and_neither_keeps_the_other_out(cast, doi):
    oka = cast.client(RoleFactory(school=cast.kohoku, user__email="oka@example.jp"))
    for browser in (oka, doi):
        assert invite(browser, "teacher@example.jp").status_code == 302
    assert Invitation.objects.filter(email="teacher@example.jp").values("school").distinct().count() == 2


def test_the_link_is_kept_as_a_digest_only_and_the_mail_carries_nothing_that_was_typed(cast, doi):
    invite(doi, "new@example.jp", name="読まれない名前")
    row = Invitation.objects.get(email="new@example.jp")
    assert token_of("new@example.jp") not in str(Invitation.objects.filter(pk=row.pk).values().get())
    assert "読まれない名前" not in str(mails("invitation", whole=True))


def test_the_trail_names_no_address(cast, doi):
    invite(doi, "new@example.jp")
    entry = AuditEntry.objects.get(action="invitation.sent")
    assert (entry.actor_user_id, entry.school_id) == (cast.doi.user_id, cast.aoba.pk)
    assert "new@" not in str(entry.detail)


# --- Who may invite whom ----------------------------------------------------------------------------------------------


def test_administrators_invite_no_owners_and_owners_do(cast, doi):
    assert invite(doi, "boss@example.jp", kind="owner").context["form"].errors["kind"]
    owner = cast.client(RoleFactory(school=cast.aoba, kind=SchoolRoleKind.OWNER))
    assert invite(owner, "boss@example.jp", kind="owner").status_code == 302


def test_a_supporter_needs_a_group_of_the_own_school(cast, doi):
    assert invite(doi, "s@example.jp", kind="supporter").context["form"].errors["groups"]
    foreign = GroupFactory(school=cast.kohoku)
    assert invite(doi, "s@example.jp", kind="supporter", groups=[foreign.pk]).context["form"].errors["groups"]
    assert not Invitation.objects.exists()


def test_whoever_acts_for_the_school_already_is_not_invited_to_less(cast, doi):
    assert invite(doi, "DOI@example.jp").context["form"].errors["email"]
    assert invite(doi, "emi@example.jp").status_code == 302


def test_an_open_invitation_is_sent_again_and_not_made_twice_and_an_expired_one_makes_room(cast, doi):
    invite(doi, "new@example.jp")
    assert invite(doi, "NEW@example.jp").context["form"].errors["email"]
    Invitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert invite(doi, "new@example.jp").status_code == 302
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["open", "withdrawn"]


def test_a_school_whose_contract_has_ended_invites_nobody(cast, doi):
    cast.aoba.state, cast.aoba.ended_at = "ended", timezone.now()
    cast.aoba.save()
    invite(doi, "new@example.jp")
    assert not Invitation.objects.exists()


# --- Limits -----------------------------------------------------------------------------------------------------------


def test_the_invitation_over_the_limit_is_refused_with_the_time_to_wait_and_keeps_what_was_typed(cast, doi, still):
    for number in range(20):
        assert invite(doi, f"n{number}@example.jp").status_code == 302
    page = invite(doi, "over@example.jp", name="残る 名前")
    assert page.status_code == 429
    text = page.content.decode()
    assert re.search(r"\d+(秒|分)後にもう一度お試しください", text)
    assert "残る 名前" in text
    assert "over@example.jp" in text
    assert "over@example.jp" not in mails("invitation")
    assert invite(cast.client(RoleFactory(school=cast.aoba)), "other@example.jp").status_code == 302


def test_what_was_not_sent_is_not_counted(cast, doi, still):
    for number in range(20):
        assert invite(doi, f"n{number}@example.jp").status_code == 302
        invite(doi, "doi@example.jp")
        doi.post(f"/school/groups/{Group.objects.get(school=cast.aoba).pk}/", {"email": "emi@example.jp", "name": "江見"})
    assert Invitation.objects.count() == 20


def test_the_group_page_counts_against_the_same_limit(cast, doi, still):
    group = Group.objects.get(school=cast.aoba)
    for number in range(20):
        invite(doi, f"n{number}@example.jp")
    page = doi.post(f"/school/groups/{group.pk}/", {"email": "over@example.jp", "name": "残る名前"})
    assert (page.status_code, "残る名前" in page.content.decode()) == (429, True)


def test_a_school_has_a_limit_of_its_own_however_many_invite(cast, still):
    for who in range(2):
        browser = cast.client(RoleFactory(school=cast.aoba))
        for number in range(20):
            assert invite(browser, f"n{who}-{number}@example.jp").status_code == 302
    assert invite(cast.client(RoleFactory(school=cast.aoba)), "over@example.jp").status_code == 429
    assert invite(cast.client(RoleFactory(school=cast.kohoku)), "over@example.jp").status_code == 302


def test_an_invitation_is_sent_again_after_the_cool_down_only_and_the_former_link_dies(cast, doi):
    invite(doi, "new@example.jp")
    former = token_of("new@example.jp")
    row = Invitation.objects.get()
    url = f"/school/staff/invitations/{row.pk}/resend/"
    assert "分後にもう一度お試しください" in doi.post(url, follow=True).content.decode()
    Invitation.objects.update(sent_at=timezone.now() - timedelta(minutes=11), expires_at=timezone.now() - timedelta(minutes=1))
    doi.post(url)
    row.refresh_from_db()
    assert (row.sent_count, row.is_expired(timezone.now())) == (2, False)
    assert token_of("new@example.jp") != former
    assert doi.get(f"/invitation/{former}/").status_code == 404


# --- The people's page, withdraw, remove ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", ("担当者・サポーター", "招待する", "未承諾", "江見 恵")), ("en", ("Invite somebody", "Not accepted yet", "Supporter"))],
)
def test_the_page_lists_people_and_open_invitations_in_both_languages(cast, language, words):
    InvitationFactory(school=cast.aoba, email="typed@example.jp", invited_by=cast.doi.user)
    browser = signed_in(cast.doi.user)
    page = browser.get(STAFF, headers={"accept-language": language}).content.decode()
    for word in (*words, "typed@example.jp", "招待 された人", "土井 博"):
        assert word in page


def test_a_withdrawn_invitation_no_longer_opens(cast, doi):
    invite(doi, "new@example.jp")
    row = Invitation.objects.get()
    url = f"/school/staff/invitations/{row.pk}/withdraw/"
    assert doi.get(url).status_code == 200
    assert Invitation.objects.get().state == InvitationState.OPEN
    doi.post(url)
    assert doi.get(f"/invitation/{token_of('new@example.jp')}/").status_code == 410


def test_an_answered_invitation_is_not_withdrawn_any_more(cast, doi):
    row = InvitationFactory(school=cast.aoba, state="declined", ended_at=timezone.now())
    page = doi.post(f"/school/staff/invitations/{row.pk}/withdraw/", follow=True).content.decode()
    assert "回答がありました" in page
    row.refresh_from_db()
    assert row.state == InvitationState.DECLINED


def test_another_schools_invitations_and_people_are_not_found(cast, doi):
    row = InvitationFactory(school=cast.kohoku)
    oka = RoleFactory(school=cast.kohoku)
    for url in (f"invitations/{row.pk}/resend/", f"invitations/{row.pk}/withdraw/", f"{oka.user_id}/remove/"):
        assert doi.post(STAFF + url).status_code == 404


def test_supporters_see_no_list_of_people_and_invite_nobody(cast):
    emi = cast.client(cast.emi)
    assert (emi.get(STAFF).status_code, emi.post(INVITE, {}).status_code) == (404, 404)


def test_removing_asks_first_ends_the_role_with_its_groups_and_tells_the_person(cast, doi):
    url = f"{STAFF}{cast.emi.user_id}/remove/"
    assert "江見 恵" in doi.get(url).content.decode()
    assert SchoolRole.objects.filter(user=cast.emi.user).exists()
    doi.post(url)
    assert not SchoolRole.objects.filter(user=cast.emi.user).exists()
    assert not cast.emi.user.supported_groups.exists()
    assert mails("role_ended") == {"emi@example.jp"}
    assert AuditEntry.objects.get(action="school_role.ended").detail["how"] == "removed"
    assert cast.client(cast.emi).get("/school/").status_code == 404


def test_a_removed_persons_open_invitations_go_with_the_role(cast, doi):
    second = RoleFactory(school=cast.aoba, user__email="second@example.jp")
    sent = InvitationFactory(school=cast.aoba, invited_by=second.user)
    to_them = InvitationFactory(school=cast.aoba, email="second@example.jp")
    elsewhere = InvitationFactory(school=cast.kohoku, email="second@example.jp")
    doi.post(f"{STAFF}{second.user_id}/remove/")
    states = {row.pk: row.state for row in Invitation.objects.all()}
    assert states == {sent.pk: "withdrawn", to_them.pk: "withdrawn", elsewhere.pk: "open"}


def test_administrators_end_no_owners_role_and_not_their_own_here(cast, doi):
    owner = RoleFactory(school=cast.aoba, kind=SchoolRoleKind.OWNER)
    for user_id in (owner.user_id, cast.doi.user_id):
        assert doi.post(f"{STAFF}{user_id}/remove/").status_code == 404
    assert SchoolRole.objects.filter(pk__in=[owner.pk, cast.doi.pk]).count() == 2


def test_a_school_keeps_its_last_active_administrator(cast, doi):
    RoleFactory(school=cast.aoba, user__is_active=False)
    page = cast.client(cast.doi).post(f"/account/portals/{cast.aoba.pk}/leave/", follow=True).content.decode()
    assert "最後の担当者" in page
    assert SchoolRole.objects.filter(pk=cast.doi.pk).exists()


def test_an_accepted_role_is_no_lock_after_its_end(cast, doi):
    """Squatting (A2 d): whom another school has bound and let go is free for everybody, and was free before."""
    oka = cast.client(RoleFactory(school=cast.kohoku))
    group = GroupFactory(school=cast.kohoku)
    teacher = UserFactory(email="teacher@example.jp", totp=True)
    invite(oka, "teacher@example.jp", kind="supporter", groups=[group.pk])
    accept(teacher, token_of("teacher@example.jp"))
    invite(doi, "teacher@example.jp")
    accept(teacher, token_of("teacher@example.jp"))
    assert set(SchoolRole.objects.filter(user=teacher).values_list("school", "kind")) == {
        (cast.kohoku.pk, "supporter"), (cast.aoba.pk, "administrator"),
    }  # fmt: skip


# --- Retention --------------------------------------------------------------------------------------------------------


def test_ended_and_expired_invitations_are_forgotten_after_their_time_and_open_ones_stay(cast, settings):
    now = timezone.now()
    long_ago = now - timedelta(days=settings.INVITATION_KEPT_DAYS, minutes=1)
    gone = [
        InvitationFactory(school=cast.aoba, state="declined", ended_at=long_ago),
        InvitationFactory(school=cast.aoba, invited_at=long_ago - timedelta(days=14)),
    ]
    kept = [InvitationFactory(school=cast.aoba), InvitationFactory(school=cast.aoba, state="declined", ended_at=now)]
    waiting = InvitationFactory(school=cast.aoba, state="waiting", firm="見本商事", invited_at=long_ago - timedelta(days=14))
    assert forget_invitations(now, True) == len(gone)
    assert forget_invitations(now, False) == len(gone)
    assert set(Invitation.objects.values_list("pk", flat=True)) == {row.pk for row in [*kept, waiting]}


def test_words_that_no_school_can_be_called_by_are_said_at_the_field_and_show_none(cast):
    answer = cast.client(cast.office).get(reverse("office:members:staff_schools"), {"q": "a" * 101})
    assert list(answer.context["page"]) == []
    assert answer.context["form"].errors["q"]
