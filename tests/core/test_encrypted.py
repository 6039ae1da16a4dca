"""Sensitive text is encrypted at rest and its keys can be rotated."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.db import connection

from ossma.core.models import OutboxMessage

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, tzinfo=UTC)
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT context FROM core_outboxmessage")
        return cursor.fetchone()[0]


@pytest.fixture
def secret(settings):
    settings.FIELD_KEYS = [OLD]
    return OutboxMessage.objects.create(
        key="k", to_address="aya@example.jp", language="ja", template="x", context="血液型 A", created_at=AT, due_at=AT
    )


def test_the_database_holds_no_clear_text_and_the_model_reads_it_back(secret):
    assert "血液型" not in stored()
    assert OutboxMessage.objects.get().context == "血液型 A"


def test_rotation_writes_with_the_new_key_so_that_the_old_one_can_go(secret, settings):
    settings.FIELD_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_field_keys", stdout=out)
    assert "core.OutboxMessage.context: 1 rotated" in out.getvalue()
    settings.FIELD_KEYS = [NEW]
    assert OutboxMessage.objects.get().context == "血液型 A"


def test_a_dry_run_counts_and_changes_nothing(secret, settings):
    before = stored()
    settings.FIELD_KEYS = [NEW, OLD]
    out = StringIO()
    call_command("rotate_field_keys", dry_run=True, stdout=out)
    assert "core.OutboxMessage.context: 1 to rotate" in out.getvalue()
    assert stored() == before


def test_a_value_that_no_key_opens_is_loud_not_empty(secret, settings):
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        OutboxMessage.objects.get()
