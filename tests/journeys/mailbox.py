"""A mail server that keeps what it gets, and mails as people read them."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from ossma.core.tasks import send_outbox


@dataclass
class Mailbox:
    """Everything that was sent, in order."""

    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        """Take one mail."""
        self.mails.append(message_from_bytes(envelope.original_content, policy=policy.default))
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to one address, oldest first."""
        return [mail for mail in self.mails if mail["To"] == address]

    def deliver(self) -> None:
        """Send what the outbox has promised, as the worker does."""
        send_outbox()

    def read(self, address: str, subject: str) -> str:
        """The text of the only mail to this address with exactly this subject."""
        (mail,) = [mail for mail in self.to(address) if mail["Subject"] == subject]
        return text_of(mail)


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return body.get_content()


def code_in(text: str) -> str:
    """The six-digit code of a mail."""
    (code,) = set(re.findall(r"(?<!\d)\d{6}(?!\d)", text))
    return code
