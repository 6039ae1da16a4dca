"""Real browsers, a real mail server, a real gateway: what the journeys stand on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core.cache import cache
from playwright.sync_api import Browser, expect, sync_playwright

from tests.journeys.browsers import PATIENCE_MS, People
from tests.journeys.mailbox import Mailbox
from tests.payments.gateway_rig import SHOP_ID, SHOP_PASS, Sandbox, free_port

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    """Everything in this folder is a journey."""
    for item in items:
        if Path(__file__).parent in Path(item.fspath).parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser(django_db_setup) -> Iterator[Browser]:
    """One Chromium for all journeys. Playwright keeps an event loop in this thread; the tests use the database there, and nobody else does."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MS)
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            yield chromium
            chromium.close()


@pytest.fixture
def site(live_server, settings) -> str:
    """The product's own address, as mails and the gateway know it."""
    # The cache holds what limits how often somebody may try, and it is not emptied with the tables.
    cache.clear()
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return live_server.url


@pytest.fixture
def people(browser, site) -> Iterator[People]:
    """Fails the journey when any page broke the Content Security Policy or threw a script error."""
    crowd = People(browser, site)
    yield crowd
    crowd.leave()
    assert crowd.complaints == []


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    """A mail server that speaks SMTP."""
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    options = {"host": "127.0.0.1", "port": controller.port, "timeout": 15}
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}
    yield box
    controller.stop()


@pytest.fixture
def sandbox(site, settings, tmp_path) -> Iterator[str]:
    """The sandbox gateway as a process of its own, sending its notices to this product."""
    gateway = Sandbox(f"{site}/payments/notify/gmo/", tmp_path, "--shop-id", SHOP_ID, "--shop-pass", SHOP_PASS)
    settings.GMO_API_URL = settings.GMO_LINK_URL = gateway.url
    settings.GMO_SHOP_ID, settings.GMO_SHOP_PASS, settings.GMO_CONFIG_ID = SHOP_ID, SHOP_PASS, "ossma"
    settings.SECURE_CSP = {**settings.SECURE_CSP, "form-action": ["'self'", gateway.url]}
    gateway.start()
    yield gateway.url
    gateway.stop()
