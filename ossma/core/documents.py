"""Issuing documents: number, version, hash, bytes (insurance.md, "Documents")."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from ossma.core.models import IssuedDocument

LOCK_SPACE = 0x0D0C
# Makes the bytes of a document that shows its own number and version.
Maker = Callable[[str, int], bytes]


def next_number(*, prefix: str, at: datetime) -> str:
    """A fresh number such as REC-2026-000123. Numbers are never used twice; gaps may occur."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_document_number')")
        (count,) = cursor.fetchone()
    return f"{prefix}-{at:%Y}-{count:06d}"


def issue(
    *, kind: str, prefix: str, subject: tuple[str, int], content: bytes | Maker, made_from: dict[str, Any], at: datetime, member_id: int | None = None
) -> IssuedDocument:
    """Keep the bytes as the next version of the subject's document of this kind; an older version is marked as replaced.

    `content` may be a function of number and version, for documents that name themselves.
    """
    subject_kind, subject_id = subject
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Two issues of one subject at once must not both become version n.
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, f"{kind}:{subject_kind}:{subject_id}"])
        earlier = IssuedDocument.objects.filter(kind=kind, subject_kind=subject_kind, subject_id=subject_id)
        last = earlier.order_by("-version").first()
        earlier.filter(replaced_at=None).update(replaced_at=at)
        number = last.number if last else next_number(prefix=prefix, at=at)
        version = last.version + 1 if last else 1
        made = content(number, version) if callable(content) else content
        return IssuedDocument.objects.create(
            kind=kind,
            number=number,
            version=version,
            subject_kind=subject_kind,
            subject_id=subject_id,
            member_id=member_id,
            sha256=sha256(made).hexdigest(),
            content=made,
            made_from=made_from,
            issued_at=at,
        )
