"""Promising a message, and composing promised ones when their turn comes."""

import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from ossma.core.bounces.keys import reference
from ossma.core.claiming import Claim, failed
from ossma.core.mail_addresses import wire_address
from ossma.core.mail_format import common_fields, mailboxes, own_fields, plain_mail
from ossma.core.models import OutboxMessage
from ossma.core.nudge import nudge
from ossma.core.postman import Letter

log = logging.getLogger(__name__)

BOTH = "both"
RULE = "\n" + "-" * 60 + "\n\n"


def promise(
    *,
    key: str,
    to_address: str,
    language: str,
    template: str,
    context: dict[str, Any],
    at: datetime,
    member_id: int | None = None,
    due_at: datetime | None = None,
    by_stranger: bool = False,
) -> bool:
    """Write a mail into the outbox, in the caller's transaction. False when this occasion was promised before (same `key`).

    `template` is a path under templates/mail/ without ending; its first line is the subject. `language` is ja, en or both.
    `by_stranger`: somebody we do not know caused it; it waits until everything else has gone.
    """
    content = {
        "to_address": to_address, "language": language, "template": template, "context": json.dumps(context, ensure_ascii=False),
        "created_at": at, "due_at": due_at or at, "member_id": member_id, "by_stranger": by_stranger,
    }  # fmt: skip
    _row, written = OutboxMessage.objects.get_or_create(key=key, defaults=content)
    nudge("core.send_outbox")
    return written


def _render(template: str, context: dict[str, Any], language: str) -> tuple[str, str]:
    with translation.override(language):
        text = render_to_string(f"mail/{template}.txt", {**context, "language": language, "site_url": settings.SITE_URL})
    subject, _newline, body = text.lstrip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def render_mail(template: str, context: dict[str, Any], language: str) -> tuple[str, str]:
    """Subject and plain text of a mail; `both` gives Japanese, a rule, English, under the Japanese subject."""
    if language != BOTH:
        return _render(template, context, language)
    subject, japanese = _render(template, context, "ja")
    _subject, english = _render(template, context, "en")
    return subject, japanese + RULE + english


def mail_host() -> str:
    """Where our Message-IDs come from."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def mail_bytes(*, name: str, to_address: str, subject: str, text: str, at: datetime, answers_to: list[str] | None = None) -> bytes:
    """One plain-text mail for the wire. The message id is fixed per row, so that a repeat can be told from a new mail.

    `to_address` as it goes over the wire; `answers_to`: where answers go, if not to the sender.
    """
    fields = common_fields(sender=settings.MAIL_FROM, subject=subject, at=at)
    if answers_to:
        fields["Reply-To"] = mailboxes(answers_to)
    return plain_mail(fields | own_fields(to_address=to_address, name=name, host=mail_host()), text)


def letters(held: Claim[OutboxMessage], *, at: datetime) -> Iterator[Letter]:
    """Compose the claimed rows one after the other. One that cannot be composed waits on the ladder and keeps no other waiting."""
    for row in OutboxMessage.objects.filter(pk__in=held.ids).order_by("pk"):
        try:
            subject, text = render_mail(row.template, json.loads(row.context or "{}"), row.language)
            name = reference("outbox", row.pk)
            to_address = wire_address(row.to_address)
            content = mail_bytes(name=name, to_address=to_address, subject=subject, text=text, at=at)
        except Exception as error:
            log.exception("outbox message %s cannot be composed", row.pk)
            failed(held, row.pk, tries=row.tries, at=at, error=f"{type(error).__name__}: {error}", final=False)
            continue
        yield Letter(row.pk, row.tries, to_address, content, name)


def forget_sent_content(held: Claim[OutboxMessage]) -> None:
    """Empty what sent messages carried: the record that they went stays, codes and names do not."""
    OutboxMessage.objects.filter(pk__in=held.ids, state="sent").exclude(context="").update(context="")
