"""The mail to an emergency contact: no answer yet. Without the member's own link, because nobody answers in their place (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.conf import settings

from ossma.core.bounces.keys import reference
from ossma.core.outbox import BOTH, mail_bytes, render_mail
from ossma.core.postman import Letter
from safety.models import SafetyCheck
from safety.queries.deliveries import Parcel

# Stands in the rendered text where the name will be; made anew per process, so that no title can contain it.
NAME = uuid4().hex


@dataclass(frozen=True, slots=True)
class FamilyPattern:
    """A message with a hole where the name goes: in Japanese and in English, because we do not know what the family reads."""

    subject: str
    text: str
    at: datetime

    @classmethod
    def of(cls, check: SafetyCheck, at: datetime) -> "FamilyPattern":
        """Render a check's message once."""
        context = {
            "check": check,
            "moment": check.event_at or check.sent_at,
            "name": NAME,
            "office_name": settings.OFFICE_NAME,
            "office_address": settings.OFFICE_ADDRESS,
        }
        subject, text = render_mail("safety/contact", context, BOTH)
        return cls(subject, text, at)

    def letter(self, parcel: Parcel, to_address: str, name: str) -> Letter:
        """The message about one person."""
        own = reference("safety", parcel.pk)
        subject, text = self.subject.replace(NAME, name), self.text.replace(NAME, name)
        content = mail_bytes(name=own, to_address=to_address, subject=subject, text=text, at=self.at, answers_to=settings.OFFICE_MAIL)
        return Letter(parcel.pk, parcel.tries, to_address, content, own)
