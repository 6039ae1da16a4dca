"""Why a mail was refused, by the words of servers (the shapes of public collections; every name is invented)."""

import email
import email.encoders
import re
from pathlib import Path

import pytest

from ossma.core.bounces.classify import BounceClass, classify
from ossma.core.bounces.keys import reference
from ossma.core.bounces.reading import read
from ossma.core.models.returned import Understood

HARD, FULL, POLICY, TEMPORARY = BounceClass.HARD, BounceClass.FULL, BounceClass.POLICY, BounceClass.TEMPORARY
OUTSIDE = Path(__file__).parents[4] / "shared/data/outside/bounces"


@pytest.mark.parametrize(
    ("words", "status", "kind"),
    [
        ("550 5.1.1 user unknown", "5.1.1", HARD),
        ("550 no such user here", "", HARD),
        ("Sorry, no mailbox here by that name. (#5.1.1)", "", HARD),
        ("550 5.4.1 Recipient address rejected: Access denied", "5.4.1", HARD),
        ("Host or domain name not found", "5.4.4", HARD),
        ("552 5.2.2 Mailbox full", "5.2.2", FULL),
        ("452 over quota", "", FULL),
        ("550 The mailbox is over quota", "", FULL),
        ("メールボックスの容量を超えています", "", FULL),
        ("550-5.7.26 unauthenticated sender, DMARC", "5.7.26", POLICY),
        ("554 5.7.1 blocked using a blocklist", "5.7.1", POLICY),
        ("550 5.7.1 relaying denied", "5.7.1", POLICY),
        ("554 rejected: this looks like spam", "", POLICY),
        ("553 5.1.8 Domain of sender address does not exist", "5.1.8", POLICY),
        ("451 4.7.0 blocked, rate limit", "4.7.0", POLICY),
        ("451 try again later", "", TEMPORARY),
        ("4.4.7 delivery time expired", "4.4.7", TEMPORARY),
        ("552 5.3.4 message too big", "5.3.4", TEMPORARY),
        ("retry timeout exceeded", "", TEMPORARY),
        ("550 5.2.1 the account is disabled", "5.2.1", TEMPORARY),
        # Japanese carriers say this of a reader's own filter, too.
        ("550 : User unknown", "5.2.0", TEMPORARY),
        ("550 5.0.0 something nobody knows", "5.0.0", TEMPORARY),
        ("", "", TEMPORARY),
        # What carriers of Japan say after the text, and a server before it, in the same words.
        ("550 Unknown user hanako@docomo.example", "", TEMPORARY),
        ("most progress was RCPT TO response; remote host said: 550 Unknown user hanako@example.jp", "5.5.0", HARD),
        ("-------server message\n550 unknown user <hanako@example.com>\n\n-------SMTP command\nDATA", "", TEMPORARY),
        ("5.1.0 - Unknown address error 550-'5.7.1 message refused by policy", "5.0.0", POLICY),
        ("521 5.3.2 System not accepting network messages", "5.3.2", HARD),
        ("521-5.7.1 client blocked using dnsbl.example", "5.7.1", POLICY),
        ("an MX or SRV record indicated no SMTP service", "", HARD),
        ("Invalid final delivery userid: hanako", "", HARD),
        ("Unknown\nRecipient", "", HARD),
        ("end of data: 553 mail.example.com does not exist", "", HARD),
        (
            "アドレスが見つからないか、サーバの事由により送信できませんでした。 messages from 192.0.2.1 weren't sent. We recommend",
            "",
            POLICY,
        ),
        ("ディレクトリのリストにありません", "", HARD),
        ("Name service error: Malformed or unexpected name server reply", "5.4.4", TEMPORARY),
    ],
)
def test_words_and_statuses_have_their_class(words, status, kind):
    assert classify(words, status=status) is kind


# What each file of the collection is, and why where it failed.
RIGHT = {
    "01": ("failed", HARD), "02": ("failed", None), "03": ("failed", HARD), "04": ("failed", FULL), "05": ("waiting", None), "06": ("waiting", None),
    "07": ("failed", FULL), "08": ("failed", HARD), "09": ("failed", None), "10": ("failed", POLICY), "11": ("failed", FULL),
    "12": ("failed", TEMPORARY), "13": ("failed", HARD), "14": ("failed", TEMPORARY), "15": ("automatic", None), "16": ("failed", None),
    "17": ("failed", HARD), "18": ("failed", HARD), "20": ("failed", HARD),
}  # fmt: skip


def keyed(raw: bytes) -> bytes:
    """A mail of the collection as if it quoted a mail of ours: their plain number becomes a keyed one, encoded parts included."""
    name = reference("safety", 7).encode()
    quoted = re.sub(rb"\bsafety-7\b(?!-)", name, raw)
    message = email.message_from_bytes(raw)
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get("Content-Transfer-Encoding", "").lower() == "base64" and isinstance(payload, bytes) and b"safety-7" in payload:
            del part["Content-Transfer-Encoding"]
            part.set_payload(payload.replace(b"safety-7@", name + b"@"))
            email.encoders.encode_base64(part)
            return message.as_bytes()
    return quoted


@pytest.mark.skipif(not OUTSIDE.is_dir(), reason="the public shapes are not here")
@pytest.mark.parametrize("number", sorted(RIGHT))
def test_the_shapes_of_real_mails_are_understood(number):
    (path,) = OUTSIDE.glob(f"{number}-*.eml")
    understood, kind = RIGHT[number]
    found = read(keyed(path.read_bytes()))
    assert found.understood is Understood(understood), path.name
    if kind:
        assert found.failures[0].kind is kind, found.failures
    if understood == "failed" and number not in {"18", "20"}:
        assert ("safety", 7) in found.messages
