"""The page behind an invitation's link, the own account, the portals of an account, and the office's part."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from members.models import Group, Invitation, SchoolRole, User
from members.registered import delegate_work
from members.states import InvitationState, SchoolRoleKind
from ossma.core.models import AuditEntry
from ossma.core.outbox import render_mail
from tests.cast import signed_in
from tests.factories.members import PASSWORD, GroupFactory, InvitationFactory, RoleFactory, UserFactory
from tests.members.invitations import accept, invite, mails, token_of
from tests.members.test_login import log_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def chika(cast):
    """Chika of Kohoku is invited to administer Aoba; her browser."""
    InvitationFactory(school=cast.aoba, email="chika@example.jp", invited_by=cast.doi.user, clear="t")
    return cast.client(cast.chika)


@pytest.fixture
def new(cast):
    """Somebody without an account is invited to support Aoba's group; a browser nobody is logged in with."""
    row = InvitationFactory(school=cast.aoba, email="new@example.jp", kind="supporter", invited_by=cast.doi.user, clear="t")
    row.groups.add(Group.objects.get(school=cast.aoba))
    return Client(headers={"accept-language": "ja"})


# --- The page of the link ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", ("青葉国際大学", "サポーター", "土井 博", "国際学部", "辞退する")), ("en", ("Aoba International", "Supporter", "Decline"))],
)
def test_the_page_says_which_school_which_role_and_who_invited(new, language, words):
    page = new.get("/invitation/t/", headers={"accept-language": language}).content.decode()
    assert [word for word in words if word not in page] == []


def test_opening_the_link_changes_nothing(new):
    new.get("/invitation/t/")
    assert Invitation.objects.get().state == InvitationState.OPEN
    assert not User.objects.filter(email="new@example.jp").exists()


def test_a_wrong_link_says_nothing(new):
    assert new.get("/invitation/T/").status_code == 404
    assert [new.post(f"/invitation/x/{verb}/").status_code for verb in ("account", "decline")] == [404, 404]


def test_an_address_without_an_account_gets_one_by_the_mails_link_and_accepts(new, cast):
    page = new.post("/invitation/t/account/", {"name": "新任 教員", "password": "Better-Pass-2"}, follow=True)
    assert page.redirect_chain[-1][0] == "/invitation/t/"
    user = User.objects.get(email="new@example.jp")
    assert EmailAddress.objects.get(user=user).verified
    assert not SchoolRole.objects.filter(user=user).exists()
    assert "承諾する" in page.content.decode()
    done = new.post("/invitation/t/accept/", follow=True).content.decode()
    assert "役割が始まりました" in done
    assert SchoolRole.objects.get(user=user).kind == SchoolRoleKind.SUPPORTER
    assert user in Group.objects.get(school=cast.aoba).supporters.all()
    assert new.get("/school/").headers["Location"].startswith("/account/security/")


def test_a_weak_password_is_refused_and_the_name_stays(new):
    page = new.post("/invitation/t/account/", {"name": "新任 教員", "password": "password"})
    assert page.context["form"].errors["password"]
    assert "新任 教員" in page.content.decode()
    assert not User.objects.filter(email="new@example.jp").exists()


def test_an_existing_account_logs_in_with_its_own_password_and_comes_back(chika, cast):
    stranger = Client()
    page = stranger.get("/invitation/t/")
    assert "/login/?next=" in page.content.decode()
    assert page.context["form"] is None
    stranger.post("/invitation/t/account/", {"name": "誰か", "password": "Better-Pass-2"})
    assert User.objects.get(email="chika@example.jp").check_password(PASSWORD)
    reply = stranger.post("/login/", {"login": "chika@example.jp", "password": PASSWORD, "next": "/invitation/t/"})
    assert reply.headers["Location"] == "/invitation/t/"


def test_the_role_begins_with_the_owners_own_yes_and_both_sides_are_told(chika, cast):
    RoleFactory(school=cast.aoba, user__email="second@example.jp")
    chika.post("/invitation/t/accept/")
    role = SchoolRole.objects.get(user=cast.chika.user)
    assert (role.school, role.kind) == (cast.aoba, SchoolRoleKind.ADMINISTRATOR)
    assert mails("role_accepted") == {"doi@example.jp", "second@example.jp"}
    actions = set(AuditEntry.objects.filter(actor_user_id=cast.chika.user_id).values_list("action", flat=True))
    assert {"invitation.accepted", "school_role.began"} <= actions


def test_a_second_press_changes_nothing_and_mails_nobody_again(chika, cast):
    chika.post("/invitation/t/accept/")
    before = len(mails("role_accepted", whole=True))
    assert "承諾しました" in chika.post("/invitation/t/accept/", follow=True).content.decode()
    assert len(mails("role_accepted", whole=True)) == before


def test_another_account_gets_a_clear_page_and_can_neither_accept_nor_see_whose_it_is(chika, cast):
    ben = cast.client(cast.ben)
    page = ben.get("/invitation/t/")
    assert page.status_code == 403
    assert "chika" not in page.content.decode().lower()
    assert "土井" not in page.content.decode()
    ben.post("/invitation/t/accept/")
    assert not SchoolRole.objects.filter(user=cast.ben.user).exists()
    assert ben.post("/logout/", {"next": "/invitation/t/"}).headers["Location"] == "/invitation/t/"


def test_an_address_that_is_not_confirmed_is_nobodys(cast):
    user = UserFactory(email="late@example.jp", confirmed=False)
    InvitationFactory(school=cast.aoba, email="late@example.jp", clear="t")
    accept(user, "t")
    assert not SchoolRole.objects.filter(user=user).exists()


def test_declining_needs_no_account_and_ends_it(new):
    assert "辞退しました" in new.post("/invitation/t/decline/", follow=True).content.decode()
    assert Invitation.objects.get().state == InvitationState.DECLINED
    assert new.post("/invitation/t/account/", {"name": "a", "password": "Better-Pass-2"}, follow=True).status_code == 410


@pytest.mark.parametrize("change", [{"expires_at": timezone.now() - timedelta(seconds=1)}, {"state": "withdrawn", "ended_at": timezone.now()}])
def test_an_expired_or_withdrawn_invitation_is_not_accepted(chika, cast, change):
    Invitation.objects.update(**change)
    assert chika.post("/invitation/t/accept/", follow=True).status_code == 410
    assert not SchoolRole.objects.filter(user=cast.chika.user).exists()


@pytest.mark.parametrize("state", ["suspended", "ended"])
def test_no_role_begins_in_a_school_that_is_suspended_or_has_ended(chika, cast, state):
    cast.aoba.state, cast.aoba.ended_at = state, timezone.now() if state == "ended" else None
    cast.aoba.save()
    assert "役割を始めることはできません" in chika.post("/invitation/t/accept/", follow=True).content.decode()
    assert not SchoolRole.objects.filter(user=cast.chika.user).exists()


def test_the_office_can_send_somebody_into_a_suspended_school(chika, cast):
    Invitation.objects.update(by_office=True)
    cast.aoba.state = "suspended"
    cast.aoba.save()
    chika.post("/invitation/t/accept/")
    assert SchoolRole.objects.filter(user=cast.chika.user).exists()


def test_answers_are_posts(chika):
    assert [chika.get(f"/invitation/t/{verb}/").status_code for verb in ("accept", "decline", "account")] == [405] * 3


def test_a_supporter_who_accepts_to_administer_becomes_an_administrator_with_one_role(cast):
    InvitationFactory(school=cast.aoba, email="emi@example.jp", clear="t")
    accept(cast.emi.user, "t")
    assert [role.kind for role in SchoolRole.objects.filter(user=cast.emi.user)] == ["administrator"]


def test_the_mail_is_written_in_both_languages(cast):
    invite(cast.client(cast.doi), "new@example.jp")
    facts = {"school_ja": "青葉", "school_en": "Aoba", "kind": "administrator", "inviter": "土井", "token": "t"}
    facts |= {"last_day_ja": "1日", "last_day_en": "1st"}
    subject, text = render_mail("members/invitation", facts, "both")
    assert "青葉からの招待" in subject
    assert "/invitation/t/" in text
    assert "Nothing begins before you accept" in text
    assert token_of("new@example.jp")


# --- Portals ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def fumi(cast):
    """Administrator of Aoba and supporter at Kohoku."""
    user = UserFactory(email="fumi@example.jp", name="文 子", totp=True)
    RoleFactory(school=cast.aoba, user=user)
    RoleFactory(school=cast.kohoku, user=user, kind=SchoolRoleKind.SUPPORTER)
    group = GroupFactory(school=cast.kohoku)
    group.members.add(cast.chika)
    group.supporters.add(user)
    return user


def test_whoever_acts_for_several_schools_chooses_and_sees_where_they_are(cast, fumi):
    browser = signed_in(fumi)
    assert browser.get("/school/").headers["Location"] == "/account/portals/?next=%2Fschool%2F"
    chooser = browser.get("/account/portals/").content.decode()
    assert [cast.aoba.name_ja in chooser, cast.kohoku.name_ja in chooser] == [True, True]
    for school, other in ((cast.aoba, cast.kohoku), (cast.kohoku, cast.aoba)):
        assert browser.post("/account/portals/", {"school": school.pk}).headers["Location"] == "/school/"
        page = browser.get("/school/members/").content.decode()
        assert school.name_ja in page
        assert other.name_ja not in page


def test_the_role_of_one_school_opens_nothing_in_the_other(cast, fumi):
    browser = signed_in(fumi)
    browser.post("/account/portals/", {"school": cast.kohoku.pk})
    assert browser.get(f"/school/members/{cast.chika.pk}/").status_code == 200
    assert browser.get(f"/school/members/{cast.aya.pk}/").status_code == 404
    assert browser.get("/school/staff/").status_code == 404
    browser.post("/account/portals/", {"school": cast.aoba.pk})
    assert browser.get(f"/school/members/{cast.chika.pk}/").status_code == 404
    assert browser.get("/school/staff/").status_code == 200


@pytest.mark.parametrize("school", ["0", "x", "999999", ""])
def test_a_school_that_is_not_ones_own_cannot_be_chosen(cast, fumi, school):
    assert signed_in(fumi).post("/account/portals/", {"school": school}).status_code == 404


def test_the_choice_is_asked_anew_on_each_request_and_never_slips_into_another_school(cast, fumi):
    browser = signed_in(fumi)
    browser.post("/account/portals/", {"school": cast.kohoku.pk})
    SchoolRole.objects.filter(user=fumi, school=cast.kohoku).delete()
    reply = browser.post("/school/groups/new/", {"name": "夏", "kind": "tour"})
    assert reply.headers["Location"] == "/account/portals/?next=%2Fschool%2F"
    assert not Group.objects.filter(name="夏").exists()


def test_a_mails_link_into_one_school_is_found_again_after_the_choice_and_leads_nowhere_else(cast, fumi):
    browser, url = signed_in(fumi), f"/school/members/{cast.aya.pk}/"
    assert url in browser.get(url, follow=True).content.decode()
    browser.post("/account/portals/", {"school": cast.kohoku.pk})
    lost = browser.get(url)
    assert (lost.status_code, f"/account/portals/?next=%2Fschool%2Fmembers%2F{cast.aya.pk}%2F" in lost.content.decode()) == (404, True)
    assert browser.post("/account/portals/", {"school": cast.aoba.pk, "next": url}).headers["Location"] == url
    for evil in ("https://evil.example/", "//evil.example/school/", "/admin/", "/school/\r\nX: y"):
        location = browser.post("/account/portals/", {"school": cast.aoba.pk, "next": evil}).headers["Location"]
        assert location.startswith("/school/")


def test_a_form_opened_before_the_switch_is_refused(cast, fumi):
    browser = Client(enforce_csrf_checks=True)
    browser.cookies.update(signed_in(fumi).cookies)

    def token(url):
        return browser.get(url).context["csrf_token"]

    browser.post("/account/portals/", {"school": cast.aoba.pk, "csrfmiddlewaretoken": str(token("/account/portals/"))})
    stale = str(token("/school/groups/new/"))
    browser.post("/account/portals/", {"school": cast.kohoku.pk, "csrfmiddlewaretoken": str(token("/account/portals/"))})
    refused = browser.post("/school/groups/new/", {"name": "夏", "kind": "tour", "csrfmiddlewaretoken": stale}, headers={"accept-language": "ja"})
    assert refused.status_code == 403
    assert "古くなっています" in refused.content.decode()
    assert not Group.objects.filter(name="夏").exists()


def test_login_leads_members_home_staff_of_several_schools_to_the_chooser_and_the_office_to_its_list(cast):
    RoleFactory(school=cast.aoba, user=cast.chika.user)
    RoleFactory(school=cast.aoba, user=cast.office)
    several = UserFactory(email="several@example.jp")
    for school in (cast.aoba, cast.kohoku):
        RoleFactory(school=school, user=several)
    assert log_in("chika@example.jp")[1].headers["Location"] == "/"
    assert log_in("several@example.jp")[1].headers["Location"] == "/account/portals/"
    assert signed_in(cast.office).get("/").headers["Location"] == "/admin/"


def test_leaving_ends_the_role_and_tells_the_other_administrators(cast):
    second = RoleFactory(school=cast.aoba, user__email="second@example.jp")
    browser = cast.client(second)
    assert browser.get(f"/account/portals/{cast.aoba.pk}/leave/").status_code == 200
    browser.post(f"/account/portals/{cast.aoba.pk}/leave/")
    assert not SchoolRole.objects.filter(pk=second.pk).exists()
    assert mails("role_left") == {"doi@example.jp"}
    assert AuditEntry.objects.get(action="school_role.ended").detail["how"] == "left"


def test_nobody_leaves_a_school_for_which_they_do_not_act(cast):
    for who in (cast.aya, cast.office):
        assert cast.client(who).post(f"/account/portals/{cast.aoba.pk}/leave/").status_code == 404


def test_a_second_factor_is_kept_while_any_role_is(cast, fumi):
    SchoolRole.objects.filter(user=fumi, school=cast.aoba).delete()
    browser = signed_in(fumi)
    assert browser.get("/account/security/").context["required"]
    browser.post("/account/security/app/remove/")
    assert fumi.authenticator_set.exists()


# --- The office -------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(cast):
    """The office's browser."""
    return cast.client(cast.office)


def test_the_office_invites_the_first_administrator_of_a_school_and_makes_no_role_itself(cast, office):
    url = f"/admin/desk/staff/{cast.kohoku.pk}/invite/"
    assert invite(office, "first@example.jp", url, kind="owner").status_code == 302
    assert Invitation.objects.get().by_office
    assert office.get("/admin/members/schoolrole/add/").status_code == 404
    assert office.get(f"/admin/members/schoolrole/{cast.doi.pk}/delete/").status_code == 404
    assert "OSSMA事務局" in Client(headers={"accept-language": "ja"}).get(f"/invitation/{token_of('first@example.jp')}/").content.decode()


def test_the_office_ends_a_role_also_the_last_and_it_is_on_record(cast, office):
    office.post(f"/admin/desk/staff/{cast.aoba.pk}/{cast.doi.user_id}/remove/")
    assert not SchoolRole.objects.filter(pk=cast.doi.pk).exists()
    entry = AuditEntry.objects.get(action="school_role.ended")
    assert (entry.actor_user_id, entry.school_id) == (cast.office.pk, cast.aoba.pk)
    assert mails("role_ended") == {"doi@example.jp"}


def test_an_invitation_is_reached_under_its_own_school_only(cast, office):
    row = InvitationFactory(school=cast.aoba)
    assert office.get(f"/admin/desk/staff/{cast.kohoku.pk}/invitations/{row.pk}/withdraw/").status_code == 404


def waiting_delegate(cast):
    invite(cast.client(cast.doi), "chika@example.jp", firm="見本商事")
    accept(cast.chika.user, token_of("chika@example.jp"))
    return Invitation.objects.get()


def test_a_delegate_of_a_firm_waits_for_the_offices_approval(cast, office):
    row = waiting_delegate(cast)
    assert row.state == InvitationState.WAITING
    assert not SchoolRole.objects.filter(user=cast.chika.user).exists()
    assert mails("role_accepted") == set()
    assert [item.count for item in delegate_work(cast.viewer(cast.office), timezone.now())] == [1]
    assert "見本商事" in office.get(f"/admin/desk/staff/delegates/{row.pk}/").content.decode()
    office.post(f"/admin/desk/staff/delegates/{row.pk}/", {"decision": "approve"})
    assert SchoolRole.objects.get(user=cast.chika.user).firm == "見本商事"
    assert (mails("role_accepted"), mails("role_approved")) == ({"doi@example.jp"}, {"chika@example.jp"})
    assert "見本商事" in cast.client(cast.doi).get("/school/staff/").content.decode()


def test_reading_the_address_of_a_delegate_who_is_a_member_is_on_record(cast, office):
    row = waiting_delegate(cast)
    office.get(f"/admin/desk/staff/delegates/{row.pk}/")
    line = AuditEntry.objects.filter(action="page.read").latest("pk")
    assert cast.chika.pk in line.detail["member_ids"]


def test_a_refused_delegate_gets_no_role_and_both_are_told(cast, office):
    row = waiting_delegate(cast)
    office.post(f"/admin/desk/staff/delegates/{row.pk}/", {"decision": "refuse"})
    row.refresh_from_db()
    assert row.state == InvitationState.REFUSED
    assert not SchoolRole.objects.filter(user=cast.chika.user).exists()
    assert mails("role_refused") == {"chika@example.jp", "doi@example.jp"}


def test_whoever_invited_a_delegate_does_not_approve_them(cast, office):
    row = waiting_delegate(cast)
    Invitation.objects.update(invited_by=cast.office, by_office=True)
    office.post(f"/admin/desk/staff/delegates/{row.pk}/", {"decision": "approve"})
    assert not SchoolRole.objects.filter(user=cast.chika.user).exists()


def test_no_owner_comes_from_a_firm_and_a_second_invitation_is_no_way_round_the_office(cast, office):
    owner = cast.client(RoleFactory(school=cast.aoba, kind=SchoolRoleKind.OWNER))
    assert invite(owner, "x@example.jp", kind="owner", firm="見本商事").context["form"].errors["kind"]
    SchoolRole.objects.filter(pk=cast.emi.pk).update(firm="見本商事")
    invite(owner, "emi@example.jp")
    accept(cast.emi.user, token_of("emi@example.jp"))
    assert Invitation.objects.get(email="emi@example.jp").state == InvitationState.WAITING
    assert SchoolRole.objects.get(pk=cast.emi.pk).kind == SchoolRoleKind.SUPPORTER


def test_schools_and_members_find_no_page_of_the_offices(cast):
    row = waiting_delegate(cast)
    for who in (cast.doi, cast.emi, cast.aya):
        for url in ("", f"{cast.aoba.pk}/", f"delegates/{row.pk}/"):
            assert cast.client(who).get(f"/admin/desk/staff/{url}").status_code == 404
