"""Registration's first two steps: account and code (M1)."""

import json

import pytest
from django.test import Client

from members.models import LegalAcceptance, User
from ossma.core.models import OutboxMessage
from ossma.core.outbox import render_mail

pytestmark = pytest.mark.django_db
PASSWORD = "Aoba-Pass-1"
ADDRESS = "new.person@example.jp"


@pytest.fixture
def browser(documents):
    """A visitor who has opened both documents."""
    client = Client(headers={"accept-language": "ja"})
    client.get("/legal/terms/")
    client.get("/legal/privacy/")
    return client


def sign_up(client, email=ADDRESS, password=PASSWORD):
    return client.post("/signup/", {"email": email, "password1": password})


def last_mail():
    row = OutboxMessage.objects.latest("pk")
    return row, json.loads(row.context)


def code_of_last_mail():
    return last_mail()[1]["code"]


def test_the_send_button_is_unavailable_until_both_documents_were_opened(documents):
    client = Client()
    assert b"data-send disabled" in client.get("/signup/").content
    client.get("/legal/terms/")
    assert b"data-send disabled" in client.get("/signup/").content
    client.get("/legal/privacy/")
    assert b"data-send disabled" not in client.get("/signup/").content


def test_the_server_refuses_to_send_while_a_document_was_not_opened(documents):
    client = Client()
    client.get("/legal/terms/")
    response = sign_up(client)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert not User.objects.exists()


def test_the_page_learns_from_the_server_which_documents_were_opened(documents):
    client = Client()
    client.get("/legal/privacy/")
    assert client.get("/signup/opened/").json() == {"opened": ["privacy"]}


def test_without_script_the_visitor_can_ask_again_and_keeps_the_address(browser):
    response = browser.post("/signup/", {"email": ADDRESS, "again": "1"})
    assert ADDRESS in response.content.decode()
    assert not response.context["form"].errors
    assert not User.objects.exists()


def test_which_version_was_opened_and_accepted_is_kept_with_both_times(browser, documents):
    sign_up(browser)
    rows = LegalAcceptance.objects.filter(user__email=ADDRESS)
    assert {row.document for row in rows} == set(documents)
    assert all(row.opened_at <= row.accepted_at for row in rows)


@pytest.mark.parametrize("password", ["Ab1defg", "alllower1", "ALLUPPER1", "NoDigitsHere"])
def test_a_weak_password_is_refused_at_its_field(browser, password):
    response = sign_up(browser, password=password)
    assert response.context["form"].errors["password1"]


def test_the_mail_with_the_code_is_bilingual_and_says_everything(browser):
    sign_up(browser)
    row, context = last_mail()
    subject, text = render_mail(row.template, context, row.language)
    assert (row.to_address, row.language) == (ADDRESS, "both")
    assert subject == "[OSSMA]確認コード/Verification code"
    assert text.count(context["code"]) == 2
    assert len(context["code"]) == 6
    for part in ("spaces are copied", "did not ask for this", "Replies to it are not read", context["office_name"], context["office_address"]):
        assert part in text


def test_the_code_itself_is_nowhere_in_the_session(browser):
    sign_up(browser)
    assert code_of_last_mail() not in json.dumps(dict(browser.session.items()))


WAYS_TO_WRITE = {
    "as it is": lambda code: code,
    "with spaces around": lambda code: f" {code} ",
    "with full-width spaces": lambda code: f"\u3000{code[:3]}\u3000{code[3:]}\u3000",
    "with a hyphen": lambda code: f"{code[:3]}-{code[3:]}",
    "in full-width digits": lambda code: code.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
}


@pytest.mark.parametrize("way", WAYS_TO_WRITE)
def test_the_code_is_taken_however_it_was_copied(browser, way):
    sign_up(browser)
    typed = WAYS_TO_WRITE[way](code_of_last_mail())
    response = browser.post("/signup/code/", {"code": typed, "action": "verify"})
    assert response.headers["Location"] == "/signup/school/"


def test_a_wrong_code_gets_a_clear_error_and_the_page_stays(browser):
    sign_up(browser)
    response = browser.post("/signup/code/", {"code": "000000" if code_of_last_mail() != "000000" else "111111", "action": "verify"})
    assert response.status_code == 200
    assert response.context["form"].errors["code"]


def test_after_five_wrong_tries_the_code_is_spent_and_the_page_says_so(browser):
    sign_up(browser)
    code = code_of_last_mail()
    wrong = "000000" if code != "000000" else "111111"
    answers = [browser.post("/signup/code/", {"code": wrong, "action": "verify"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 410]
    again = browser.post("/signup/code/", {"code": code, "action": "verify"})
    assert again.status_code == 410


def test_an_expired_code_gets_the_same_page(browser):
    sign_up(browser)
    session = browser.session
    session["account_email_verification_code"]["at"] -= 15 * 60 + 1
    session.save()
    assert browser.post("/signup/code/", {"code": code_of_last_mail(), "action": "verify"}).status_code == 410


def test_a_code_works_once(browser):
    sign_up(browser)
    browser.post("/signup/code/", {"code": code_of_last_mail(), "action": "verify"})
    assert browser.get("/signup/code/").status_code == 410


def test_a_second_code_needs_a_minute_of_patience(browser):
    sign_up(browser)
    before = OutboxMessage.objects.count()
    response = browser.post("/signup/code/", {"action": "resend"}, follow=True)
    assert OutboxMessage.objects.count() == before
    assert [str(message.level_tag) for message in response.context["messages"]] == ["warning"]


def test_an_address_with_an_account_looks_the_same_and_gets_a_mail_that_says_so(browser, cast):
    response = sign_up(browser, email=cast.aya.user.email)
    assert response.headers["Location"] == "/signup/code/"
    page = browser.get("/signup/code/").content.decode()
    row, context = last_mail()
    assert row.template == "members/account_exists"
    assert "code" not in context
    other = Client(headers={"accept-language": "ja"})
    for address in ("/legal/terms/", "/legal/privacy/"):
        other.get(address)
    sign_up(other)
    assert strip(other.get("/signup/code/").content.decode(), ADDRESS) == strip(page, cast.aya.user.email)


def strip(page, address):
    """The page without what differs for everybody."""
    return "\n".join(line for line in page.replace(address, "").splitlines() if "csrfmiddlewaretoken" not in line)


def test_two_windows_with_one_address_make_one_account(browser):
    sign_up(browser)
    other = Client()
    for address in ("/legal/terms/", "/legal/privacy/"):
        other.get(address)
    sign_up(other)
    assert User.objects.filter(email=ADDRESS).count() == 1


def test_an_address_that_is_too_long_for_us_is_refused_at_its_field(browser):
    response = sign_up(browser, email=f"a@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.{'f' * 60}.jp")
    assert response.context["form"].errors["email"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hanako..y.@docomo.ne.jp", "hanako..y.@docomo.ne.jp"),
        ("Aya@日本語.jp", "aya@日本語.jp"),
        ("aya@xn--wgv71a119e.jp", "aya@日本語.jp"),
        ("ａｙａ＠ｅｘａｍｐｌｅ．ｊｐ", "aya@example.jp"),
    ],
)
def test_an_address_that_mail_reaches_can_be_registered_and_logged_in_with_in_any_spelling(browser, typed, kept):
    assert sign_up(browser, typed).status_code == 302
    assert last_mail()[0].to_address == kept
    assert User.objects.get().email == kept
    assert browser.post("/signup/code/", {"code": code_of_last_mail()}).status_code == 302
    assert Client().post("/login/", {"login": typed, "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize(("typed", "named"), [("ayá@example.jp", "á"), ("aya@exa_mple.jp", "exa_mple.jp"), ("taro.@gmail.com", "taro.")])
def test_an_address_that_mail_cannot_reach_is_refused_with_the_reason_and_kept(browser, typed, named):
    page = sign_up(browser, typed)
    assert named in str(page.context["form"].errors["email"])
    assert page.context["form"]["email"].value() == typed
    assert not OutboxMessage.objects.exists()
