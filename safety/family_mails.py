"""The mail to an emergency contact: no answer yet. Without the member's own link, because nobody answers in their place (safety.md S3)."""

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import uuid4

from django.conf import settings

from ossma.core.bounces.keys import HEADER, reference
from ossma.core.outbox import BOTH, mail_host, render_mail
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
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = self.subject.replace(NAME, name)
        mail["From"] = settings.MAIL_FROM
        mail["Reply-To"] = ", ".join(settings.OFFICE_MAIL)
        mail["To"] = to_address
        mail["Date"] = format_datetime(self.at)
        own = reference("safety", parcel.pk)
        mail["Message-ID"] = f"<{own}@{mail_host()}>"
        mail[HEADER] = own
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text.replace(NAME, name), cte="base64")
        return Letter(parcel.pk, parcel.tries, to_address, mail.as_bytes(), own)
