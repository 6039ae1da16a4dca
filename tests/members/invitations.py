"""How tests invite, read the mail and answer."""

import json

from django.test import Client

from members.models import User
from ossma.core.models import OutboxMessage
from tests.cast import signed_in

STAFF = "/school/staff/"
INVITE = "/school/staff/invite/"
TYPED = {"kind": "administrator", "name": "招待 された人", "firm": ""}


def invite(browser: Client, email: str, url: str = INVITE, **more: object):
    """Send the form of an invitation; the answer."""
    return browser.post(url, TYPED | {"email": email} | more)


def mails(template: str, *, whole: bool = False) -> set[str]:
    """To whom mails of this kind were promised; the whole content if asked."""
    rows = OutboxMessage.objects.filter(template=f"members/{template}")
    return set(rows.values_list("context" if whole else "to_address", flat=True))


def token_of(email: str) -> str:
    """The secret of the newest invitation's link to this address."""
    row = OutboxMessage.objects.filter(template="members/invitation", to_address=email).latest("pk")
    return json.loads(row.context)["token"]


def accept(user: User, token: str):
    """Press "accept" as this person."""
    return signed_in(user).post(f"/invitation/{token}/accept/")
