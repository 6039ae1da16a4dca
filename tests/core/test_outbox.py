"""A promised mail is on record before it is sent, and is sent once."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from ossma.core import outbox
from ossma.core.claiming import claim
from ossma.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def template(settings, tmp_path):
    folder = tmp_path / "mail" / "tests"
    folder.mkdir(parents=True)
    (folder / "hello.txt").write_text("{% if language == 'ja' %}件名{% else %}Subject{% endif %} {{ name }}\n\nBody in {{ language }}\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]


def promise(key: str = "hello:1:email", language: str = "ja", name: str = "山田") -> bool:
    return outbox.promise(
        key=key, to_address="aya@example.jp", language=language, template="tests/hello", context={"name": name}, at=AT,
    )  # fmt: skip


def composed(language: str) -> tuple[str, str]:
    promise(language=language)
    held = claim(OutboxMessage, at=AT, limit=10, lease=timedelta(seconds=60))
    (letter,) = outbox.letters(held, at=AT)
    mail = message_from_bytes(letter.content, policy=policy.default)
    return mail["Subject"], mail.get_content()


def test_the_same_occasion_is_promised_once():
    assert [promise(), promise()] == [True, False]
    assert OutboxMessage.objects.count() == 1


def test_a_mail_in_the_persons_own_language():
    subject, text = composed("en")
    assert subject == "Subject 山田"
    assert text.strip() == "Body in en"


def test_a_bilingual_mail_carries_japanese_then_english():
    subject, text = composed("both")
    assert subject == "件名 山田"
    assert text.index("Body in ja") < text.index("Body in en")


def test_a_line_break_in_a_value_cannot_forge_a_header():
    promise(name="x\r\nBcc: everybody@example.jp")
    held = claim(OutboxMessage, at=AT, limit=10, lease=timedelta(seconds=60))
    (letter,) = outbox.letters(held, at=AT)
    assert message_from_bytes(letter.content, policy=policy.default)["Bcc"] is None


def test_what_a_sent_mail_carried_is_forgotten():
    promise()
    held = claim(OutboxMessage, at=AT, limit=10, lease=timedelta(seconds=60))
    OutboxMessage.objects.update(state="sent")
    outbox.forget_sent_content(held)
    assert OutboxMessage.objects.get().context == ""


def test_a_mail_that_cannot_be_composed_waits_visibly_and_keeps_no_other_waiting():
    outbox.promise(key="broken", to_address="aya@example.jp", language="ja", template="tests/missing", context={}, at=AT)
    promise()
    held = claim(OutboxMessage, at=AT, limit=10, lease=timedelta(seconds=60))
    (letter,) = outbox.letters(held, at=AT)
    assert letter.pk == OutboxMessage.objects.get(key="hello:1:email").pk
    broken = OutboxMessage.objects.get(key="broken")
    assert broken.due_at > AT
    assert "TemplateDoesNotExist" in broken.last_error
