"""What was issued can be proved later."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import IntegrityError, transaction

from ossma.core.documents import issue
from ossma.core.models import IssuedDocument

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 21, tzinfo=UTC)


def receipt(content: bytes = b"%PDF-1", subject: int = 1) -> IssuedDocument:
    return issue(kind="receipt", prefix="REC", subject=("payment", subject), content=content, made_from={"total": 3812}, at=AT)


def test_a_document_keeps_its_bytes_their_hash_and_what_it_was_made_from():
    document = receipt(b"%PDF-1.7 bytes")
    document.refresh_from_db()
    assert bytes(document.content) == b"%PDF-1.7 bytes"
    assert document.sha256 == sha256(b"%PDF-1.7 bytes").hexdigest()
    assert document.made_from == {"total": 3812}


def test_a_new_version_keeps_the_number_and_marks_the_old_one_as_replaced():
    first, second = receipt(b"one"), receipt(b"two")
    first.refresh_from_db()
    assert (second.number, second.version) == (first.number, 2)
    assert first.replaced_at == AT
    assert second.replaced_at is None


def test_a_document_may_name_its_own_number_and_version():
    document = issue(
        kind="receipt", prefix="REC", subject=("payment", 7), content=lambda number, version: f"{number} v{version}".encode(), made_from={}, at=AT
    )  # fmt: skip
    assert bytes(document.content).decode() == f"{document.number} v1"


def test_two_subjects_never_share_a_number():
    assert receipt(subject=1).number != receipt(subject=2).number


def test_the_database_refuses_to_change_issued_bytes():
    document = receipt()
    with pytest.raises(IntegrityError), transaction.atomic():
        IssuedDocument.objects.filter(pk=document.pk).update(content=b"forged")
    with pytest.raises(IntegrityError), transaction.atomic():
        document.delete()
