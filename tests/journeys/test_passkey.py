"""A passkey from its first day: added, then instead of the password, then as the second step."""

import pytest
from playwright.sync_api import Page, expect

from tests.cast import make_cast
from tests.factories.members import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


def type_password(page: Page, site: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("メールアドレス").fill("aya@example.jp")
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="ログイン", exact=True).click()
    page.wait_for_url(lambda url: not url.endswith("/login/"))


def log_out(page: Page, site: str) -> None:
    page.goto(f"{site}/logout/")
    page.get_by_role("main").get_by_role("button", name="ログアウト").click()
    page.wait_for_url(f"{site}/")


def test_a_passkey_is_added_and_opens_the_account_without_and_with_the_password(browser, site):
    make_cast()
    # Passkeys belong to a host name; an address in figures has none.
    site = site.replace("127.0.0.1", "localhost")
    page = browser.new_context(locale="ja-JP").new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    type_password(page, site)
    page.goto(f"{site}/account/security/passkeys/add/")
    page.get_by_label("パスワードなしのログインにも使う").check()
    page.get_by_role("button", name="追加する").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("予備コード")

    log_out(page, site)
    page.goto(f"{site}/login/")
    page.get_by_role("button", name="パスキーでログイン").click()
    page.wait_for_url(f"{site}/")

    log_out(page, site)
    type_password(page, site)
    expect(page.get_by_role("heading", level=1)).to_have_text("2段階認証")
    page.get_by_role("button", name="パスキーを使う").click()
    page.wait_for_url(f"{site}/")
