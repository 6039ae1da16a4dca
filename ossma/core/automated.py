"""Programs that read mail open its links, and some press what they find: known by time and hand, never by name alone (safety.md S2).

One rule for everything behind a signed link. Within seconds of the hand-over of the message to the mail server nobody has read it yet: such a look
or press is a program's, whatever it calls itself, unless a hand shows. A program that names itself is one at any time.
A hand shows by a script that saw a finger or a key (static/js/hand.js), or by a second step, which needs no script.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from django.core import signing

from ossma.core import audit
from ossma.core.models import OutboxMessage
from ossma.core.models.claimable import Claimable, Progress
from ossma.core.requests import Request
from ossma.core.viewer import Viewer

# Delivery, a glance at the telephone and a press take a person longer than this.
WINDOW = timedelta(seconds=20)
# Names of programs that read mail before a human sees it. Whole names only: "bot" is also a maker of phones.
SCANNERS = (
    "barracuda", "bitdefender", "bingbot", "bingpreview", "cisco", "cloudmark", "fireeye", "forcepoint", "googlebot", "googleimageproxy",
    "headlesschrome", "ironport", "mimecast", "mxtoolbox", "office365 atp", "proofpoint", "safelinks", "skypeuripreview", "slackbot", "sophos",
    "symantec", "trend micro", "trendmicro", "urldefense", "zscaler",
)  # fmt: skip
# The field that hand.js adds to a form, and the one of the second step.
BY_HAND, SECOND_STEP = "by_hand", "second_step"
# Not typed by anybody, and made anew with the page.
OWN_FIELDS = {"csrfmiddlewaretoken", BY_HAND, SECOND_STEP}
# A program presses the second button as soon as it has the page; a person reads it first.
READING, STEP_LIVES = timedelta(seconds=2), timedelta(days=1)
SALT = "core.automated"


def is_scanner(user_agent: str) -> bool:
    """Whether this is the name of a program that reads mails for humans."""
    return any(name in user_agent.lower() for name in SCANNERS)


class Hand(StrEnum):
    """What shows that a person pressed."""

    NONE = ""
    SCRIPT = "script"  # the page's script saw a finger or a key
    SECOND_STEP = "second_step"  # "was that you?" was answered


def is_automated(*, user_agent: str, hand: Hand, handed_over: Callable[[], datetime | None], at: datetime) -> bool:
    """Whether a look or a press behind a signed link is a program's. `handed_over` is asked only where it decides.

    What answers True must neither open, answer, renew nor end anything; a press gets a second step, which counts.
    """
    if hand is Hand.SECOND_STEP:
        return False
    if is_scanner(user_agent):
        return True
    if hand is Hand.SCRIPT:
        return False
    moment = handed_over()
    return moment is not None and at - moment < WINDOW


def hand_of(request: Request, at: datetime) -> Hand:
    """What this press shows of a hand."""
    shown = _shown_at(request)
    if shown is not None and READING <= at - shown <= STEP_LIVES:
        return Hand.SECOND_STEP
    return Hand.SCRIPT if request.POST.get(BY_HAND) else Hand.NONE


def agent_of(request: Request) -> str:
    """The name that the program gives itself."""
    return request.META.get("HTTP_USER_AGENT", "")


def handed_over(messages: Iterable[Claimable], at: datetime) -> datetime | None:
    """When the newest of these messages was given to the mail server. One under way counts as given now: servers look before they say yes."""
    moments = [
        at if row.state == Progress.DUE and row.lease_until and row.lease_until > at else row.ended_at or row.begun_at
        for row in messages
        if row.state == Progress.SENT or row.begun_at
    ]
    return max(filter(None, moments), default=None)


def mail_handed_over(key: str, at: datetime) -> datetime | None:
    """The same for the mails of the outbox with this key; one that ends in a colon names all that begin so."""
    named = {"key__startswith": key} if key.endswith(":") else {"key": key}
    return handed_over(OutboxMessage.objects.filter(**named).defer("context"), at)


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What the page "was that you?" needs: what was pressed, to be sent once more, and the sign that this page was shown."""

    path: str
    fields: list[tuple[str, str]]
    token: str
    name: str = SECOND_STEP


def second_step(request: Request, at: datetime) -> SecondStep:
    """Ask whoever pressed to press once more; nothing that was typed is lost (a picture is to be chosen again)."""
    fields = [(name, str(value)) for name, values in request.POST.lists() if name not in OWN_FIELDS for value in values]
    # Pressed before anybody can have read the page: the first showing counts on.
    shown = _shown_at(request)
    token = request.POST[SECOND_STEP] if shown else signing.dumps([request.path, at.timestamp()], salt=SALT)
    return SecondStep(request.path, fields, token)


def _shown_at(request: Request) -> datetime | None:
    token = request.POST.get(SECOND_STEP, "")
    if not token:
        return None
    try:
        path, moment = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return datetime.fromtimestamp(moment, tz=UTC) if path == request.path else None


def note_unconfirmed(*, actor: Viewer, at: datetime, subject: tuple[str, object], member_id: int | None = None) -> None:
    """Keep on record that something was pressed behind a link, by a program as it seems. It changes nothing else."""
    audit.record(actor=actor, at=at, action="link.press_unconfirmed", subject=subject, member_id=member_id)
