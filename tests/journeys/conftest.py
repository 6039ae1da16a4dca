"""Real browsers, a real mail server, a real gateway: what the journeys stand on."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from ossma.core.tasks import send_outbox

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, DESK, NARROW = {"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 720}


def pytest_collection_modifyitems(items):
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def sync_calls_in_an_async_thread(monkeypatch):
    """Playwright keeps an event loop in this thread; the tests use the database there, and nobody else does."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@dataclass
class People:
    """Opens one browser context per person and collects what their consoles complain about."""

    browser: Browser
    base_url: str
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def somebody(self, *, viewport: dict[str, int] = PHONE, locale: str = "ja-JP", **options) -> Page:
        """A new person with a browser of their own."""
        context = self.browser.new_context(base_url=self.base_url, viewport=viewport, locale=locale, timezone_id="Asia/Tokyo", **options)
        context.set_default_timeout(10_000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "content-security-policy" in message.text.lower():
            self.complaints.append(message.text)


@pytest.fixture
def people(browser, live_server) -> Iterator[People]:
    """Fails the journey when any page broke the Content Security Policy or threw a script error."""
    crowd = People(browser, live_server.url)
    yield crowd
    for context in crowd.contexts:
        context.close()
    assert crowd.complaints == []


@dataclass
class Mailbox:
    """Everything that was sent, in order."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        """Take one mail."""
        self.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address, oldest first."""
        return [mail for mail in self.mails if mail["To"] == address]

    def deliver(self) -> None:
        """Send what the outbox has promised, as the worker does."""
        send_outbox()


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """A mail server that speaks SMTP."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    options = {**settings.MAILERS["default"]["OPTIONS"], "host": "127.0.0.1", "port": controller.port}
    settings.MAILERS = {"default": {**settings.MAILERS["default"], "OPTIONS": options}}
    yield box
    controller.stop()


@pytest.fixture
def site(live_server, settings) -> str:
    """The product's own address, as mails and the gateway know it."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def sandbox(site, settings, tmp_path) -> Iterator[str]:
    """The sandbox gateway as a process of its own, sending its notices to this product."""
    port = free_port()
    command = [
        sys.executable, "-m", "payments.sandbox", "--port", str(port), "--state", str(tmp_path),
        "--notify-url", f"{site}/payments/notify/gmo/", "--shop-id", settings.GMO_SHOP_ID, "--shop-pass", settings.GMO_SHOP_PASS,
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=django_settings.BASE_DIR, stdout=subprocess.DEVNULL)
    while True:
        assert process.poll() is None, "the sandbox gateway ended"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
    url = f"http://127.0.0.1:{port}"
    settings.GMO_API_URL = settings.GMO_LINK_URL = url
    settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": ["'self'", url]}
    yield url
    process.terminate()
    process.wait(timeout=10)


def assert_accessible(page: Page) -> None:
    """axe finds nothing on the page as it is now."""
    found = Axe().run(page)
    faults = [f"{fault['id']}: {node['html'][:160]}" for fault in found.response["violations"] for node in fault["nodes"]]
    assert faults == [], page.url
