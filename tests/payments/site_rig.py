"""Our server and the sandbox process beside each other, and people without script in front of both."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.test import Client

from ossma.core.formats import HOME_ZONE
from payments import tasks
from payments.models import Payment
from tests.payments.gateway_rig import PATIENCE_SECONDS, SHOP_ID, SHOP_PASS, Payer, Sandbox


def use(settings, site: str, sandbox: Sandbox) -> None:
    """Our settings point to this sandbox, and it may send notices."""
    settings.SITE_URL = site
    settings.GMO_API_URL = settings.GMO_LINK_URL = sandbox.url
    settings.GMO_SHOP_ID, settings.GMO_SHOP_PASS, settings.GMO_CONFIG_ID = SHOP_ID, SHOP_PASS, "ossma"
    settings.GMO_NOTIFY_ADDRESSES = ["127.0.0.1"]


class Browser:
    """Somebody's browser on the page of a payment, without script."""

    def __init__(self, session: Client, site: str, payment: Payment) -> None:
        cookies = {name: morsel.value for name, morsel in session.cookies.items()}
        self.client = httpx.Client(base_url=site, cookies=cookies, headers={"Accept-Language": "ja"}, timeout=PATIENCE_SECONDS)
        self.payment = payment
        self.url = f"/payments/{self.payment.pk}/"

    def look(self, suffix: str = "") -> str:
        """The payment's page."""
        answer = self.client.get(self.url + suffix)
        assert answer.status_code == 200
        return answer.text

    def press(self) -> httpx.Response:
        """The button to the gateway."""
        [token] = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.look().partition("/start/")[2])[:1]
        return self.client.post(f"{self.url}start/", data={"csrfmiddlewaretoken": token})

    def go_and_pay(self) -> Payer:
        """At the gateway's page."""
        answer = self.press()
        assert answer.status_code == 303
        return Payer(answer.headers["Location"])

    def come_back(self, payer: Payer) -> str:
        """The gateway's page posts the browser back, without our session; the way leads to the payment's page."""
        address, form = payer.way_back
        answer = httpx.post(address, data=form, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 303
        address, _, query = answer.headers["Location"].partition("?")
        assert address == self.url
        return self.look(f"?{query}")


class Day:
    """The clock of both sides: it begins at noon in Japan and goes on only when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = datetime.now(UTC)
        noon = real.astimezone(HOME_ZONE).replace(hour=12, minute=0, second=0, microsecond=0)
        self.ahead = (noon if noon > real else noon + timedelta(days=1)) - real
        monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.now(UTC) + self.ahead)
        self._told: dict[Sandbox, timedelta] = {}

    def passes(self, **time: float) -> None:
        """So much later on our side."""
        self.ahead += timedelta(**time)

    def tell(self, sandbox: Sandbox) -> None:
        """The gateway's clock comes after ours."""
        missing = self.ahead - self._told.get(sandbox, timedelta())
        self._told[sandbox] = self.ahead
        assert (
            httpx.post(f"{sandbox.url}/control/clock", data={"seconds": str(round(missing.total_seconds()))}, timeout=PATIENCE_SECONDS).status_code
            == 303
        )


def scheduler() -> dict[str, int]:
    """Everything about money that the scheduler starts, once; what reconciliation found."""
    tasks.apply_notices()
    counts: dict[str, int] = tasks.reconcile()
    tasks.terms()
    tasks.refund()
    return counts
