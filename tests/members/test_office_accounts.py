"""Accounts of the office are made and given roles in the office, and anybody's account can be protected there (office.md, contracts.md A4)."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse

from members.actions.office import secure_account, set_office_roles
from members.models import User
from members.viewers import Side, viewer_for
from ossma.core.duties import Duty, OfficeRole
from ossma.core.models import AuditEntry, OutboxMessage
from ossma.core.outbox import render_mail
from ossma.core.refusals import NotFound, Refused
from ossma.core.viewer import Face
from tests.cast import Cast, make_cast
from tests.factories.members import LONG_AGO, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def page(name: str, *args: int) -> str:
    return reverse(f"office:members:{name}", args=args)


def told() -> set[str]:
    """Who got a mail, of whatever kind."""
    return set(OutboxMessage.objects.values_list("to_address", flat=True))


def test_a_manager_makes_a_colleagues_account_and_both_are_told(cast):
    manager = cast.client(cast.office)
    form = {"name": "新任 花子", "email": "New.Operator@example.jp", "roles": ["operator", "clerk"]}
    assert manager.post(page("account_new"), form).status_code == 302
    user = User.objects.get(email="new.operator@example.jp")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert viewer_for(user, Side.OFFICE, "").roles == {"operator", "clerk"}
    assert told() == {"new.operator@example.jp", cast.office.email}
    assert AuditEntry.objects.get(action="office.account_created").detail == {"roles": ["clerk", "operator"]}


def test_a_taken_address_and_an_account_without_a_role_are_refused_at_their_field(cast):
    manager = cast.client(cast.office)
    taken = manager.post(page("account_new"), {"name": "甲", "email": "AYA@example.jp", "roles": ["clerk"]})
    assert taken.context["form"].errors.keys() == {"email"}
    none = manager.post(page("account_new"), {"name": "甲", "email": "x@example.jp"})
    assert none.context["form"].errors.keys() == {"roles"}
    assert not User.objects.filter(email="x@example.jp").exists()


@pytest.mark.parametrize("role", [OfficeRole.OPERATOR, OfficeRole.CLERK, OfficeRole.PUBLISHER])
def test_nobody_but_a_manager_finds_the_accounts(cast, role):
    client = cast.client(cast.colleague(role))
    for url in (page("accounts"), page("account_new"), page("account", cast.office.pk)):
        assert client.get(url).status_code == 404
    assert client.post(page("account_roles", cast.office.pk), {"roles": []}).status_code == 404
    with pytest.raises(NotFound):
        set_office_roles(user_id=cast.office.pk, roles=[], actor=cast.viewer(cast.colleague(role)), at=LONG_AGO)


def test_roles_are_given_and_taken_and_hold_from_the_next_request_on(cast):
    clerk = cast.colleague(OfficeRole.CLERK)
    browser = cast.client(clerk)
    assert browser.get("/admin/payments/payment/").status_code == 200
    assert cast.client(cast.office).post(page("account_roles", clerk.pk), {"roles": ["publisher"]}).status_code == 302
    assert browser.get("/admin/payments/payment/").status_code == 404
    assert AuditEntry.objects.get(action="office.roles_set").detail == {"before": ["clerk"], "roles": ["publisher"]}
    assert told() == {clerk.email, cast.office.email}
    context = json.loads(OutboxMessage.objects.get(template="members/office_roles", to_address=clerk.email).context)
    _subject, text = render_mail("members/office_roles", context, "both")
    assert "現在の役割： 情報発信担当" in text
    assert "The roles now: Publisher" in text


def test_an_account_without_a_role_sees_its_own_account_only(cast):
    nobody = cast.colleague()
    assert cast.viewer(nobody).face is Face.NOBODY
    client = cast.client(nobody)
    for url in ("/admin/", "/admin/desk/safety/", "/admin/members/member/", page("roles"), reverse("office:portals:health")):
        assert client.get(url).status_code == 404, url
    assert client.get("/account/security/").status_code == 200


def test_a_superuser_without_a_role_finds_nothing_in_the_office(cast):
    technician = UserFactory(email="tech@example.jp", is_staff=True, is_superuser=True, totp=True)
    client = cast.client(technician)
    for url in ("/admin/", "/admin/members/member/", "/admin/payments/payment/", "/admin/desk/safety/"):
        assert client.get(url).status_code == 404, url


def test_the_health_page_names_superusers_while_there_are_any_and_healthz_does_not(cast, client):
    UserFactory(email="tech@example.jp", is_staff=True, is_superuser=True)
    for role in OfficeRole:
        assert "tech@example.jp" in cast.client(cast.colleague(role)).get(reverse("office:portals:health")).content.decode()
    assert "tech@example.jp" not in client.get("/healthz").content.decode()
    User.objects.filter(is_superuser=True).update(is_superuser=False)
    assert "tech@example.jp" not in cast.client(cast.office).get(reverse("office:portals:health")).content.decode()


def test_nobody_changes_their_own_roles_a_superusers_or_those_of_the_last_manager(cast):
    second = cast.colleague(OfficeRole.MANAGER)
    technician = UserFactory(email="tech@example.jp", is_staff=True, is_superuser=True, roles=["clerk"])
    actor = cast.viewer(cast.office)
    for user in (cast.office, technician):
        with pytest.raises(Refused):
            set_office_roles(user_id=user.pk, roles=[OfficeRole.CLERK], actor=actor, at=LONG_AGO)
    set_office_roles(user_id=second.pk, roles=[OfficeRole.CLERK], actor=actor, at=LONG_AGO)
    with pytest.raises(Refused):
        set_office_roles(user_id=cast.office.pk, roles=[], actor=actor, at=LONG_AGO)
    assert cast.viewer(cast.office).may(Duty.MANAGE_ACCOUNTS)


def test_a_members_account_gets_no_roles(cast):
    with pytest.raises(NotFound):
        set_office_roles(user_id=cast.aya.user_id, roles=[OfficeRole.CLERK], actor=cast.viewer(cast.office), at=LONG_AGO)


def signed_in_twice(user: User, cast: Cast) -> list:
    """Two browsers, each with the row that the list of devices shows."""
    browsers = [cast.client(user) for _ in range(2)]
    for browser in browsers:
        fields = {"user": user, "session_key": browser.session.session_key, "ip": "127.0.0.1", "user_agent": "Firefox"}
        UserSession.objects.create(**fields, created_at=LONG_AGO, last_seen_at=LONG_AGO)
    return browsers


def test_protecting_an_account_ends_every_session_and_tells_its_owner(cast):
    browsers = signed_in_twice(cast.aya.user, cast)
    assert all(browser.get("/me/").status_code == 200 for browser in browsers)
    done = cast.client(cast.office).post(page("account_secure", cast.aya.user_id), {"reason": "端末の紛失"})
    assert done.status_code == 302
    assert all(browser.get("/me/").status_code == 302 for browser in browsers)
    assert not UserSession.objects.filter(user=cast.aya.user).exists()
    assert Session.objects.exists(), "other people's sessions go on"
    line = AuditEntry.objects.get(action="office.account_secured")
    assert (line.member_id, line.detail["reason"]) == (cast.aya.pk, "端末の紛失")
    assert cast.aya.user.email in told()
    cast.aya.user.refresh_from_db()
    assert cast.aya.user.is_active
    assert cast.aya.user.has_usable_password()


def test_a_closed_account_logs_in_nowhere_until_it_is_opened_again_and_then_needs_a_new_password(cast):
    browser = cast.client(cast.aya)
    manager = cast.client(cast.office)
    manager.post(page("account_secure", cast.aya.user_id), {"reason": "漏えい", "lock": "on"})
    assert browser.get("/me/").status_code == 302
    user = User.objects.get(pk=cast.aya.user_id)
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert manager.post(page("account_reopen", user.pk), {"reason": "本人に確認"}).status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password()) == (True, False)


def test_a_lost_second_step_is_removed_and_set_up_anew_at_the_next_login(cast):
    operator = cast.colleague(OfficeRole.OPERATOR)
    manager = cast.client(cast.office)
    manager.post(page("account_secure", operator.pk), {"reason": "電話の故障", "drop_factors": "on"})
    assert not Authenticator.objects.filter(user=operator).exists()
    assert cast.client(operator).get("/admin/").headers["Location"].startswith("/account/security/")


def test_protecting_needs_a_reason_and_is_not_for_ones_own_account(cast):
    manager = cast.client(cast.office)
    assert manager.post(page("account_secure", cast.aya.user_id), {"reason": " "}).status_code == 422
    assert "ご自身" in manager.post(page("account_secure", cast.office.pk), {"reason": "試し"}).content.decode()
    with pytest.raises(Refused):
        secure_account(user_id=cast.aya.user_id, lock=True, drop_factors=True, reason="", actor=cast.viewer(cast.office), at=LONG_AGO)


def test_the_table_of_duties_is_shown_to_every_role_and_says_what_the_reader_may_do(cast):
    for role in OfficeRole:
        text = cast.client(cast.colleague(role)).get(page("roles")).content.decode()
        assert text.count("<tr>") == len(Duty) + 1
        assert "会員を探し、会員ファイルを読む" in text


@pytest.mark.parametrize("table", ["account/emailaddress", "mfa/authenticator", "usersessions/usersession", "auth/group"])
def test_the_tables_of_libraries_are_not_in_the_admin(cast, table):
    assert cast.client(cast.office).get(f"/admin/{table}/").status_code == 404


def test_the_admins_own_form_for_the_password_is_the_accounts_page(cast):
    assert cast.client(cast.office).get("/admin/password_change/").headers["Location"] == "/account/password/"
