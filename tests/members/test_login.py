"""Login, second factors, a new password by code."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from members.models import User
from ossma.core.models import AuditEntry, OutboxMessage
from tests.cast import signed_in
from tests.factories.members import PASSWORD, TOTP_SECRET, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def app_code(secret=TOTP_SECRET):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def log_in(email, password=PASSWORD, client=None):
    client = client or Client(headers={"accept-language": "ja"})
    return client, client.post("/login/", {"login": email, "password": password})


def mailed():
    row = OutboxMessage.objects.latest("pk")
    return row, json.loads(row.context)


def test_a_member_logs_in_and_lands_on_home(cast):
    _client, response = log_in("aya@example.jp")
    assert response.headers["Location"] == "/"
    assert AuditEntry.objects.get(action="account.logged_in", actor_user_id=cast.aya.user_id).detail == {"factors": ["password"]}


def test_the_address_is_taken_in_any_case(cast):
    assert log_in("AYA@Example.JP")[1].headers["Location"] == "/"


def test_after_login_the_page_one_wanted_opens_but_never_another_site(cast):
    client = Client()
    assert client.post("/login/?next=/me/", {"login": "aya@example.jp", "password": PASSWORD, "next": "/me/"}).headers["Location"] == "/me/"
    assert log_in("ben@example.jp", client=Client())[1].headers["Location"] == "/"
    evil = Client().post("/login/", {"login": "aya@example.jp", "password": PASSWORD, "next": "https://evil.example/"})
    assert evil.headers["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(cast):
    pages = [log_in(email, "Wrong-Pass-1")[1] for email in ("aya@example.jp", "nobody@example.jp")]
    errors = [page.context["form"].non_field_errors() for page in pages]
    assert errors[0]
    assert errors[0] == errors[1]


def test_a_wrong_password_leaves_a_line_with_its_address_only(cast):
    log_in("aya@example.jp", "Wrong-Pass-1", client=Client(REMOTE_ADDR="192.0.2.7"))
    line = AuditEntry.objects.get(action="account.login_failed")
    assert (line.address, line.actor_user_id, line.detail) == ("192.0.2.7", None, {})


def test_a_half_registered_person_is_led_on_to_the_join_password(db):
    UserFactory(email="half@example.jp")
    assert log_in("half@example.jp")[1].headers["Location"] == "/signup/school/"


def test_an_address_not_yet_confirmed_gets_a_new_code_at_login(db):
    UserFactory(email="late@example.jp", confirmed=False)
    client, response = log_in("late@example.jp")
    assert response.headers["Location"] == "/signup/code/"
    row, context = mailed()
    assert row.template == "members/code"
    assert client.post("/signup/code/", {"code": context["code"], "action": "verify"}).headers["Location"] == "/signup/school/"


def test_an_administrator_needs_password_and_app_code(cast):
    client, response = log_in("doi@example.jp")
    assert response.headers["Location"] == "/login/second/"
    assert client.get("/school/members/").headers["Location"].startswith("/login/")
    assert client.post("/login/second/", {"code": "000000"}).status_code == 200
    assert client.post("/login/second/", {"code": f" {app_code()[:3]} {app_code()[3:]} "}).headers["Location"] == "/school/"
    assert client.get("/school/members/").status_code == 200


def test_an_app_code_works_once_however_long_the_tolerance_would_take_it(cast):
    code = app_code()
    first, _ = log_in("doi@example.jp")
    assert first.post("/login/second/", {"code": code}).status_code == 302
    cache.delete(TOTP(Authenticator.objects.get(user=cast.doi.user))._get_used_cache_key(code))
    second, _ = log_in("doi@example.jp")
    assert second.post("/login/second/", {"code": code}).status_code == 200


def test_setting_up_the_app_opens_the_school_portal_at_once_and_gives_recovery_codes(cast, django_capture_on_commit_callbacks):
    role = RoleFactory(school=cast.aoba, user=UserFactory(email="new.admin@example.jp"))
    client, _ = log_in("new.admin@example.jp")
    page = client.get("/account/security/app/")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/account/security/app/", {"code": app_code(page.context["form"].secret)}, follow=True)
    assert len(response.context["unused_codes"]) == 10
    assert client.get("/school/members/").status_code == 200
    stored = Authenticator.objects.get(user=role.user, type=Authenticator.Type.TOTP).data["secret"]
    assert page.context["form"].secret not in stored
    assert AuditEntry.objects.filter(action="account.app_added").exists()


def test_a_recovery_code_stands_in_for_the_app_once(cast):
    client, _ = log_in("doi@example.jp")
    client.post("/login/second/", {"code": app_code()})
    client.post("/account/security/codes/new/")
    code = client.get("/account/security/codes/").context["unused_codes"][0]
    assert "****" in client.get("/account/security/codes/").context["unused_codes"]
    other, _ = log_in("doi@example.jp")
    assert other.post("/login/second/", {"code": code}).headers["Location"] == "/school/"
    third, _ = log_in("doi@example.jp")
    assert third.post("/login/second/", {"code": code}).status_code == 200


def test_school_accounts_cannot_drop_their_last_second_factor(cast):
    client = cast.client(cast.doi)
    assert not client.get("/account/security/app/remove/").context["form"].is_valid()
    client.post("/account/security/app/remove/")
    assert Authenticator.objects.filter(user=cast.doi.user, type=Authenticator.Type.TOTP).exists()


def test_members_may_drop_theirs(cast):
    member = cast.aya.user
    Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={"secret": ""})
    cast.client(cast.aya).post("/account/security/app/remove/")
    assert not Authenticator.objects.filter(user=member).exists()


def test_keys_are_changed_only_soon_after_proving_who_one_is(cast):
    client = cast.client(cast.doi)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 600
    session.save()
    response = client.get("/account/security/codes/new/")
    assert response.headers["Location"].startswith("/login/again/")
    assert client.post(response.headers["Location"], {"password": PASSWORD}).headers["Location"] == "/account/security/codes/new/"


def test_a_session_has_a_new_key_once_its_owner_has_proved_who_they_are(cast):
    client, _ = log_in("aya@example.jp")
    before = client.cookies["sessionid"].value
    client.post("/login/again/?next=/account/security/", {"password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    assert client.get("/me/").status_code == 200
    assert len(client.get("/account/devices/").context["sessions"]) == 1
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get("/me/").headers["Location"].startswith("/login/")


def test_wrong_and_right_proofs_are_on_record(cast):
    client = cast.client(cast.aya)
    client.post("/login/again/", {"password": "Wrong-Pass-1"})
    client.post("/login/again/", {"password": PASSWORD})
    lines = AuditEntry.objects.filter(actor_user_id=cast.aya.user_id, action__startswith="account.pro").order_by("pk")
    assert [line.action for line in lines] == ["account.proof_failed", "account.proved_again"]


def test_a_wrong_second_factor_and_the_factors_of_a_login_are_on_record(cast):
    user = RoleFactory(school=cast.aoba, user__email="mori@example.jp", user__totp=True).user
    client, _ = log_in("mori@example.jp")
    client.post("/login/second/", {"code": "000000"})
    assert AuditEntry.objects.get(action="account.factor_failed").subject_id == str(user.pk)
    client.post("/login/second/", {"code": app_code()})
    assert AuditEntry.objects.get(action="account.logged_in", actor_user_id=user.pk).detail == {"factors": ["password", "totp"]}


def test_a_new_password_by_code_ends_every_other_session(cast):
    elsewhere = cast.client(cast.aya)
    client = Client(headers={"accept-language": "ja"})
    assert client.post("/password/reset/", {"email": "aya@example.jp"}).headers["Location"] == "/password/reset/code/"
    row, context = mailed()
    assert (row.template, row.language) == ("members/reset_code", "both")
    assert context["code"] not in json.dumps(dict(client.session.items()))
    assert client.post("/password/reset/code/", {"code": context["code"]}).headers["Location"] == "/password/reset/new/"
    client.post("/password/reset/new/", {"password1": "Better-Pass-2"})
    assert log_in("aya@example.jp", "Better-Pass-2")[1].headers["Location"] == "/"
    assert elsewhere.get("/me/").headers["Location"].startswith("/login/")
    assert AuditEntry.objects.filter(action="account.password_reset").exists()


def test_a_reset_for_an_unknown_address_looks_the_same_and_its_mail_says_so(db):
    client = Client(headers={"accept-language": "ja"})
    assert client.post("/password/reset/", {"email": "nobody@example.jp"}).headers["Location"] == "/password/reset/code/"
    assert client.get("/password/reset/code/").status_code == 200
    assert mailed()[0].template == "members/unknown_account"


def test_after_five_wrong_codes_the_reset_is_spent(cast):
    client = Client(headers={"accept-language": "ja"})
    client.post("/password/reset/", {"email": "aya@example.jp"})
    answers = [client.post("/password/reset/code/", {"code": "x"}).status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 410]


def test_the_address_changes_by_code_to_the_new_one_and_the_old_one_is_told(cast):
    client = cast.client(cast.aya)
    assert client.post("/account/email/", {"email": "aya.new@example.jp", "action_add": "1"}).headers["Location"] == "/signup/code/"
    row, context = mailed()
    assert (row.to_address, row.template) == ("aya.new@example.jp", "members/code")
    assert User.objects.get(pk=cast.aya.user_id).email == "aya@example.jp"
    client.post("/signup/code/", {"code": context["code"], "action": "verify"})
    assert User.objects.get(pk=cast.aya.user_id).email == "aya.new@example.jp"
    row, context = mailed()
    assert (row.to_address, row.template, context["to_email"]) == ("aya@example.jp", "members/email_changed", "aya.new@example.jp")


def test_a_change_to_a_taken_address_is_answered_like_one_to_a_free_one_and_takes_nothing(cast):
    answers = []
    for email in ("free@example.jp", "chika@example.jp", "office@example.jp"):
        client = cast.client(cast.aya)
        reply = client.post("/account/email/", {"email": email, "action_add": "1"})
        page = client.get("/signup/code/")
        answers.append((reply.status_code, reply.headers["Location"], page.status_code, page.content.decode().replace(email, "").count("<")))
    assert answers == [answers[0]] * 3
    assert User.objects.get(pk=cast.aya.user_id).email == "aya@example.jp"


def test_other_devices_can_be_logged_out(cast):
    elsewhere, _ = log_in("aya@example.jp")
    here, _ = log_in("aya@example.jp")
    assert len(here.get("/account/devices/").context["sessions"]) == 2
    here.post("/account/devices/")
    assert elsewhere.get("/me/").headers["Location"].startswith("/login/")
    assert here.get("/me/").status_code == 200


def test_the_language_of_the_account_speaks_on_a_new_device(cast):
    client, response = log_in("ben@example.jp")
    assert response.cookies["django_language"].value == "en"
    assert 'lang="en"' in client.get("/me/").content.decode()


def test_logging_out_ends_the_session(cast):
    client = cast.client(cast.aya)
    client.post("/logout/")
    assert client.get("/me/").headers["Location"].startswith("/login/")


def test_every_page_of_an_account_opens_for_members_and_administrators(cast):
    pages = ("", "app/", "passkeys/", "passkeys/add/", "codes/new/")
    for who in (cast.ben, cast.doi):
        client = cast.client(who)
        answers = {page: client.get(f"/account/security/{page}").status_code for page in pages}
        assert set(answers.values()) <= {200, 302}
        assert client.get("/account/password/").status_code == 200
        assert client.get("/account/email/").status_code == 200
    assert signed_in(cast.doi.user).get("/logout/").status_code == 200
