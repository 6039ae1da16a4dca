"""The session's record of which legal documents this visitor has opened, and when (M1)."""

from collections.abc import Mapping
from datetime import datetime

from django.http import HttpRequest

from members.models import LegalDocument

KEY = "legal_opened"


def note(request: HttpRequest, document: LegalDocument, at: datetime) -> None:
    """Keep the first opening of this version."""
    record = request.session.get(KEY, {})
    if str(document.pk) not in record:
        request.session[KEY] = record | {str(document.pk): at.isoformat()}


def opened(request: HttpRequest) -> Mapping[int, datetime]:
    """Document ids with the moment they were first opened."""
    return {int(pk): datetime.fromisoformat(text) for pk, text in request.session.get(KEY, {}).items()}


def all_opened(request: HttpRequest, documents: list[LegalDocument]) -> bool:
    """Whether every one of `documents` was opened in this session."""
    return {document.pk for document in documents} <= opened(request).keys()
