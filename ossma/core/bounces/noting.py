"""Noting what came back: on the message that was sent, and on the address, until it works again."""

import logging
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.db.models.functions import Lower

from ossma.core import registries
from ossma.core.bounces.reading import Failure, Report, read
from ossma.core.models import BouncedAddress, OutboxMessage, Progress, ReturnedMail
from ossma.core.models.returned import Understood
from ossma.core.outbox import mail_host
from ossma.core.registries import CameBack
from ossma.core.texts import storable

log = logging.getLogger(__name__)

# What is behind the report is the mail as we sent it: nobody needs more.
MOST_BYTES = 256 * 1024
KEPT = timedelta(days=90)

NOTE = """
INSERT INTO core_bouncedaddress (address, is_final, detail, first_at, last_at, count) VALUES (lower(%s), %s, %s, %s, %s, 1)
ON CONFLICT (address) DO UPDATE SET count = core_bouncedaddress.count + 1, is_final = core_bouncedaddress.is_final OR excluded.is_final,
    detail = excluded.detail, last_at = GREATEST(core_bouncedaddress.last_at, excluded.last_at)
"""


@transaction.atomic
def take_in(raw: bytes, *, source: str, at: datetime) -> Understood:
    """Read one returned mail and note what it says. The same mail again changes nothing. Nothing is ever sent because of it."""
    digest = sha256(raw).hexdigest()
    row, new = ReturnedMail.objects.get_or_create(
        digest=digest, defaults={"source": source, "received_at": at, "understood": Understood.UNKNOWN, "detail": "", "content": ""}
    )
    if not new:
        return Understood(row.understood)
    report = read(raw[:MOST_BYTES])
    row.understood, row.detail = _act(report, at)
    if row.understood in {Understood.UNKNOWN, Understood.STRANGE}:
        row.content = storable(raw[:MOST_BYTES].decode(errors="replace"))
        log.warning("a returned mail is %s: row %s", row.understood, row.pk)
    row.save(update_fields=["understood", "detail", "content"])
    return Understood(row.understood)


def _act(report: Report, at: datetime) -> tuple[Understood, str]:
    if report.understood is not Understood.FAILED:
        return report.understood, ""
    ours = [(kind, number) for kind, number, host in report.messages if host == mail_host() and kind in registries.came_back]
    known = [_note(failure, ours, at) for failure in report.failures]
    return (Understood.FAILED if any(known) else Understood.STRANGE), report.failures[0].detail


def _note(failure: Failure, ours: list[tuple[str, int]], at: datetime) -> bool:
    """By our Message-ID, else by the address. False when neither is of ours."""
    for kind, number in ours:
        address = registries.came_back.get(kind)(CameBack(number, failure.address, failure.is_final, failure.detail), at)
        if address:
            note_address(address, is_final=failure.is_final, detail=failure.detail, at=at)
            return True
    if not failure.address:
        return False
    found = [hook(CameBack(None, failure.address, failure.is_final, failure.detail), at) for _kind, hook in registries.came_back]
    if any(found):
        note_address(failure.address, is_final=failure.is_final, detail=failure.detail, at=at)
    return any(found)


def note_address(address: str, *, is_final: bool, detail: str, at: datetime) -> None:
    """An address did not take a message: counted, and once for good, for good until it works again."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [address, is_final, detail[:300], at, at])


def works_again(addresses: list[str]) -> int:
    """Somebody has answered through these: they are forgotten here. Returns how many were known not to work."""
    return BouncedAddress.objects.filter(address__in=[address.lower() for address in addresses]).delete()[0]


def outbox_came_back(back: CameBack, at: datetime) -> str:
    """A mail of the outbox came back: its row says so. Returns where it went to; by address alone the outbox knows nobody."""
    if back.number is None:
        return ""
    rows = OutboxMessage.objects.filter(pk=back.number)
    rows.filter(state=Progress.SENT).update(last_error=f"came back: {back.detail}"[:300])
    return rows.values_list("to_address", flat=True).first() or ""


def note_refused(row_ids: list[int], *, at: datetime) -> int:
    """Addresses that the mail server refused for good while it was told: the post need not bring those back."""
    rows = OutboxMessage.objects.filter(pk__in=row_ids, state=Progress.GAVE_UP, last_error__regex=r"^5\d\d ")
    refused = list(rows.values_list(Lower("to_address"), "last_error"))
    for address, error in refused:
        note_address(address, is_final=True, detail=error, at=at)
    return len(refused)


def forget_old(at: datetime, dry_run: bool) -> int:
    """Retention: what came back long ago."""
    rows = ReturnedMail.objects.filter(received_at__lt=at - KEPT)
    return rows.count() if dry_run else rows.delete()[0]
