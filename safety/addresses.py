"""The signed addresses of a check: they open one thing for one person without a login (safety.md S2)."""

from django.conf import settings

from ossma.core import links

PURPOSE = "answer"


def answer_path(recipient_id: int) -> str:
    """Where one recipient answers."""
    return f"/a/{links.sign(PURPOSE, recipient_id)}/"


def answer_url(recipient_id: int) -> str:
    """The same as a whole address, for mails."""
    return f"{settings.SITE_URL}{answer_path(recipient_id)}"


def recipient_of(signed: str) -> int | None:
    """The recipient behind a signed part of an address; None when a single letter is wrong."""
    return links.read(PURPOSE, signed)
