"""The way of a browser back from the gateway to the payment's page, and what the gateway's signed word lets that page say."""

from urllib.parse import urlencode

from django.core import signing

from ossma.core.requests import Request

BACK, PLAIN = "back", "1"
SALT = "payments.back"
# Later the page shows the payment's state alone: the payer may have gone back and paid.
LIFE_SECONDS = 600


def way_back(payment_id: int, *, unpaid: bool) -> str:
    """The query of the page's address. That nothing was paid is signed, so that no link can make a page say so."""
    return urlencode({BACK: signing.dumps(payment_id, salt=SALT) if unpaid else PLAIN})


def left_unpaid(request: Request, payment_id: int) -> bool:
    """Whether the payer has just come back from this payment's page without having paid."""
    try:
        return bool(signing.loads(request.GET.get(BACK, ""), salt=SALT, max_age=LIFE_SECONDS) == payment_id)
    except signing.BadSignature:
        return False
