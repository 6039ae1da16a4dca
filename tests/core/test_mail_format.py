"""Headers on the wire: whatever stands in them is read back as it was written (RFC 2047, RFC 5322)."""

import random
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from ossma.core.mail_format import common_fields, header_block, mailbox, plain_mail, unstructured

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 11, 21, tzinfo=UTC)
SUBJECT = "Explosion near パリ"
GLUED = re.compile(r"\?==\?")
LETTERS = "aZ09 ,.;:!?()<>@\"'=_-[]\\/é ß 　ー山田花子パリ髙𠮷👩‍👩‍👧 naïve Ж ا ﷺ"


def subjects(count=400):
    chance = random.Random(2047)
    made = ["".join(chance.choice(LETTERS) for _n in range(chance.randint(1, 200))) for _m in range(count)]
    mixed = [
        " ".join(chance.choice(["near", "パリ", "é", "a" * 70, "=?utf-8?q?x?=", "山田", ","]) for _n in range(chance.randint(1, 20)))
        for _m in range(count)
    ]
    return [line for line in (" ".join(text.split()) for text in made + mixed) if line]


def test_a_subject_is_read_back_as_it_was_written_by_every_reader():
    for subject in [SUBJECT, f"{'x' * 60} é パリ", "plain", *subjects()]:
        raw = plain_mail(common_fields(sender="office@ossma.example", subject=subject, at=AT), "x")
        head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
        assert not GLUED.search(head), head
        assert all(len(line) <= 78 for line in head.split("\r\n")), head
        assert message_from_bytes(raw, policy=policy.default)["Subject"] == subject
        assert str(make_header(decode_header(message_from_bytes(raw)["Subject"]))) == subject


@pytest.mark.parametrize(
    "sender",
    ['"OSSMA, 事務局" <office@ossma.example>', '"OSSMA, Office" <office@ossma.example>', "OSSMA事務局 / OSSMA Office <office@ossma.example>"],
)
def test_a_sender_with_a_comma_in_the_name_is_one_sender(sender):
    raw = plain_mail(common_fields(sender=sender, subject="x", at=AT), "x")
    (found,) = message_from_bytes(raw, policy=policy.default)["From"].addresses
    name, _bracket, _rest = sender.rpartition(" <")
    assert (found.display_name, found.addr_spec) == (name.strip('"'), "office@ossma.example")


def test_an_address_in_other_letters_goes_out_in_ascii():
    assert mailbox("事務局 <office@日本語.jp>").endswith("<office@xn--wgv71a119e.jp>")


def test_no_mail_is_composed_by_a_class_that_glues_encoded_words_together():
    rooms = ("applications", "helpline", "insurance", "members", "notices", "ossma", "payments", "safety")
    product = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    assert not [path for path in product if "EmailMessage(" in path.read_text() and path.name != "mail_format.py"]


def test_a_value_with_a_line_break_is_no_header():
    with pytest.raises(ValueError, match="Subject"):
        header_block({"Subject": "x\r\nBcc: everybody@example.jp"})
    assert unstructured("x\r\nBcc: y") == "x Bcc: y"
